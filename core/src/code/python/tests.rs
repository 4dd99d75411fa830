use std::sync::Arc;

use super::lower;
use crate::code::tree::Module;
use crate::text::{FileId, SourceFile};

fn module(text: &str) -> Module {
    lower(Arc::new(SourceFile::new(FileId(0), "a.py", text.as_bytes().to_vec())))
}

#[test]
fn deep_nesting_is_bounded() {
    let deep = format!("x = {}1{}\n", "(a, ".repeat(10_000), ")".repeat(10_000));
    assert!(!module(&deep).errors.is_empty());
}

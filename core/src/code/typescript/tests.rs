use std::sync::Arc;

use crate::code::tree::{Language, Module, StmtKind};
use crate::text::{FileId, SourceFile};

fn lower(text: &str, language: Language) -> Module {
    super::lower(Arc::new(SourceFile::new(FileId(0), "a.ts", text.as_bytes().to_vec())), language)
}

#[test]
fn a_declaration_with_two_names_is_two_statements() {
    let module = lower("const a = 1, b = 2;", Language::TypeScript);
    assert_eq!(module.body.len(), 2);
    assert!(matches!(module.stmt(module.body[0]).kind, StmtKind::Assign { declares: true, .. }));
}

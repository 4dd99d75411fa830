//! Python into the common tree.

use std::sync::Arc;

use crate::code::tree::{Language, Module};
use crate::text::SourceFile;

/// Lowers a Python file. Never fails: what the grammar cannot parse is in [`Module::errors`].
pub fn lower(source: Arc<SourceFile>) -> Module {
    Module {
        file: source.id,
        language: Language::Python,
        source,
        exprs: vec![],
        stmts: vec![],
        patterns: vec![],
        types: vec![],
        functions: vec![],
        classes: vec![],
        aliases: vec![],
        imports: vec![],
        exports: vec![],
        scopes: vec![],
        body: vec![],
        sites: vec![],
        errors: vec![],
    }
}

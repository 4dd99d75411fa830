//! TypeScript, TSX and JavaScript into the common tree.

use std::sync::Arc;

use crate::code::tree::{Language, Module};
use crate::text::SourceFile;

/// Lowers a file of the TypeScript family. Never fails: what the grammar cannot parse is in [`Module::errors`].
pub fn lower(source: Arc<SourceFile>, language: Language) -> Module {
    Module {
        file: source.id,
        language,
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

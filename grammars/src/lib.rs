//! The only crate that names tree-sitter grammars.

pub mod python;
mod syntax;

pub use syntax::{Grammar, Names, Node, Syntax};
pub use tree_sitter::Parser;

use tree_sitter::Language;

/// The TypeScript grammar, without JSX.
pub fn typescript() -> Language {
    tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into()
}

/// The TypeScript grammar with JSX, which reads JavaScript too.
pub fn tsx() -> Language {
    tree_sitter_typescript::LANGUAGE_TSX.into()
}

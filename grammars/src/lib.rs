//! The only crate that names tree-sitter grammars.

pub mod python;
mod syntax;
pub mod typescript;

pub use syntax::{Grammar, Names, Node, Syntax};
pub use tree_sitter::Parser;

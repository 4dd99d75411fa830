//! TypeScript, TSX and JavaScript into the common tree.
//!
//! One [`Lowering`] per file walks the syntax tree once, top down. JavaScript is read with the TSX grammar; its types
//! come from JSDoc comments.

mod call;
mod class;
mod component;
mod export;
mod expr;
mod function;
mod import;
mod jsdoc;
mod jsx;
mod literal;
mod pattern;
mod spine;
mod stmt;
mod types;

#[cfg(test)]
mod tests;

use std::sync::Arc;

use seawall_grammars::typescript::{self as grammar, Dialect, Kind, TsNode};

use crate::code::builder::Builder;
use crate::code::tree::{Ident, Language, Module, PatternId, ScopeId};
use crate::text::{SourceFile, TextRange};

/// Lowers a file of the TypeScript family. Never fails: what the grammar cannot parse is in [`Module::errors`].
pub fn lower(source: Arc<SourceFile>, language: Language) -> Module {
    let dialect = match language {
        Language::TypeScript => Dialect::TypeScript,
        Language::Tsx | Language::JavaScript | Language::Python => Dialect::Tsx,
    };
    let text = Arc::clone(&source.text);
    lower_text(&text, source, language, dialect)
}

/// Lowers the script blocks of a Vue or Svelte component, with places in the whole file.
pub fn lower_component(source: Arc<SourceFile>) -> Module {
    let scripts = component::scripts_only(&source.text);
    lower_text(&scripts, source, Language::TypeScript, Dialect::TypeScript)
}

fn lower_text(text: &str, source: Arc<SourceFile>, language: Language, dialect: Dialect) -> Module {
    let parsed = grammar::parse(text, dialect);
    let mut lowering = Lowering {
        text,
        dialect,
        has_jsdoc: language == Language::JavaScript,
        template_types: &parsed.template_types,
        assigned: vec![],
        build: Builder::new(source, language),
    };
    for (start, end) in parsed.syntax.errors() {
        lowering.build.error(TextRange { start: *start, end: *end });
    }
    if let Some(root) = parsed.syntax.root() {
        let body = lowering.stmts(root.children());
        lowering.build.module.body = body;
        lowering.typedefs();
    }
    lowering.bind_assigned();
    lowering.build.finish()
}

/// A file on its way into the tree.
struct Lowering<'t> {
    text: &'t str,
    dialect: Dialect,
    /// Whether types in comments count.
    has_jsdoc: bool,
    /// Type arguments that the tree lacks, by the byte where their template begins.
    template_types: &'t [(usize, std::ops::Range<usize>)],
    /// Names that are assigned to without being declared there, with the scope of the assignment.
    assigned: Vec<(PatternId, Ident, ScopeId)>,
    build: Builder,
}

impl<'t> Lowering<'t> {
    /// The text of a node.
    fn slice(&self, node: TsNode<'_>) -> &'t str {
        self.text.get(range(node).as_usize()).unwrap_or("")
    }

    /// The text of a name.
    fn name_text(&self, name: Ident) -> &'t str {
        self.text.get(name.range.as_usize()).unwrap_or("")
    }
}

/// The bytes of a node.
fn range(node: TsNode<'_>) -> TextRange {
    TextRange { start: node.start(), end: node.end() }
}

/// A node that is a name.
fn ident(node: TsNode<'_>) -> Ident {
    Ident { range: range(node) }
}

/// The children of a node, and what stands in those that could not be parsed.
fn through_errors(node: TsNode<'_>) -> Vec<TsNode<'_>> {
    let mut children = vec![];
    for child in node.children() {
        children.push(child);
        if child.is_error() {
            children.extend(child.children());
        }
    }
    children
}

/// What stands between the quotes of a string node, or the node itself where it is none.
fn content(node: TsNode<'_>) -> Ident {
    match node.kind() {
        Kind::String if node.end() >= node.start() + 2 => {
            Ident { range: TextRange { start: node.start() + 1, end: node.end() - 1 } }
        }
        _ => ident(node),
    }
}

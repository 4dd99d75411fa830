//! Python into the common tree.
//!
//! One file per kind of syntax. Everything is lowered in one walk over the syntax tree; names are bound where they
//! stand, so what is bound anywhere in a function is in its scope when the walk is done.

mod definition;
mod expr;
mod import;
mod matching;
mod pattern;
mod stmt;
mod string;
#[cfg(test)]
mod tests;
mod types;

use std::sync::Arc;

use seawall_grammars::Parser;
use seawall_grammars::python::{PythonKind as Kind, PythonNode, grammar};

use crate::code::builder::Builder;
use crate::code::tree::{BindingKind, Ident, Language, Module, ScopeId, ScopeOwner};
use crate::text::{SourceFile, TextRange};

/// Lowers a Python file. Never fails: what the grammar cannot parse is in [`Module::errors`].
pub fn lower(source: Arc<SourceFile>) -> Module {
    let text = Arc::clone(&source.text);
    let mut parser = grammar().parser();
    let syntax = grammar().parse(&mut parser, &text);
    let mut lowering =
        Lowering { b: Builder::new(source, Language::Python), text, parser, outer_names: vec![] };
    for (start, end) in syntax.errors() {
        lowering.b.error(TextRange { start: *start, end: *end });
    }
    if let Some(root) = syntax.root() {
        let body = lowering.block(root);
        lowering.b.module.body = body;
    }
    lowering.b.finish()
}

struct Lowering {
    b: Builder,
    text: Arc<str>,
    parser: Parser,
    /// What `global` and `nonlocal` say: a name that a scope binds in another one.
    outer_names: Vec<OuterName>,
}

struct OuterName {
    scope: ScopeId,
    name: Ident,
    bound_in: ScopeId,
}

fn range(node: PythonNode<'_>) -> TextRange {
    TextRange { start: node.start(), end: node.end() }
}

fn ident(node: PythonNode<'_>) -> Ident {
    Ident { range: range(node) }
}

/// What stands inside any number of parentheses and `type` nodes.
fn bare(mut node: PythonNode<'_>) -> PythonNode<'_> {
    while matches!(node.kind(), Kind::ParenthesizedExpression | Kind::Type) {
        match node.named().next() {
            Some(inner) => node = inner,
            None => break,
        }
    }
    node
}

impl Lowering {
    fn slice(&self, range: TextRange) -> &str {
        self.text.get(range.as_usize()).unwrap_or("")
    }

    fn node_text(&self, node: PythonNode<'_>) -> &str {
        self.slice(range(node))
    }

    /// The scope in which a name that is assigned in `scope` is bound.
    fn binding_scope(&self, scope: ScopeId, name: Ident) -> ScopeId {
        let said = self
            .outer_names
            .iter()
            .rev()
            .find(|outer| outer.scope == scope && self.slice(outer.name.range) == self.slice(name.range));
        said.map_or(scope, |outer| outer.bound_in)
    }

    /// Binds a name in the current scope, or where `global` and `nonlocal` say.
    fn bind(&mut self, name: Ident, kind: BindingKind) {
        let scope = self.binding_scope(self.b.scope(), name);
        self.b.bind(scope, name, kind);
    }

    /// The nearest function's scope around `scope`, the module's if there is none: what `nonlocal` means.
    fn enclosing_function_scope(&self, scope: ScopeId) -> ScopeId {
        let mut scope = self.b.module.scope(scope).parent;
        while let Some(id) = scope {
            let found = self.b.module.scope(id);
            if matches!(found.owner, ScopeOwner::Function(_)) {
                return id;
            }
            scope = found.parent;
        }
        self.b.module.root_scope()
    }
}

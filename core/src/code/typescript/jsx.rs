//! JSX elements.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::expr::first_expr;
use super::{Lowering, ident, range};
use crate::code::tree::{Entry, EntryKey, ExprId, ExprKind, Parent};

impl Lowering<'_> {
    /// An element or fragment.
    pub(super) fn jsx(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        let opening = node.child(Field::OpenTag).unwrap_or(node);
        let tag = opening.child(Field::Name).map(|name| self.jsx_tag(name, expr));
        // Type arguments have no place in the tree, but the names in them are sites.
        self.type_args(opening);
        let mut attributes = vec![];
        for child in opening.children_in(Field::Attribute) {
            if let Some(entry) = self.jsx_attribute(child, expr) {
                self.key_site(entry.key, expr, attributes.len());
                attributes.push(entry);
            }
        }
        let mut children = vec![];
        if opening.start() != node.start() || node.kind() == Kind::JsxElement {
            self.jsx_children(node, expr, &mut children);
        }
        ExprKind::Jsx { tag, attributes, children }
    }

    fn jsx_children(&mut self, node: TsNode<'_>, element: ExprId, into: &mut Vec<ExprId>) {
        for child in node.children() {
            match child.kind() {
                Kind::JsxElement | Kind::JsxSelfClosingElement => {
                    into.push(self.expr(child, Parent::Expr(element)));
                }
                Kind::JsxExpression => {
                    // `{}` and `{/* a comment */}` hold nothing.
                    into.extend(first_expr(child).map(|value| self.expr(value, Parent::Expr(element))));
                }
                _ => {}
            }
        }
    }

    /// `Table` and `ui.Table` are expressions; `table` is an element of HTML and names nothing in the file.
    fn jsx_tag(&mut self, node: TsNode<'_>, element: ExprId) -> ExprId {
        let html = node.kind() == Kind::JsxNamespaceName
            || (node.kind() == Kind::Identifier
                && self.slice(node).starts_with(|first: char| first.is_ascii_lowercase()));
        match html {
            true => self.build.open_expr(range(node), Parent::Expr(element)),
            false => self.expr(node, Parent::Expr(element)),
        }
    }

    fn jsx_attribute(&mut self, node: TsNode<'_>, element: ExprId) -> Option<Entry> {
        let parent = Parent::Expr(element);
        if node.kind() == Kind::JsxExpression {
            let value = first_expr(node)?;
            let value = match value.kind() {
                Kind::SpreadElement => self.inner(value, parent),
                _ => self.expr(value, parent),
            };
            return Some(Entry { key: EntryKey::Spread, value });
        }
        let mut parts = node.named();
        let name = parts.next()?;
        let value = match parts.next() {
            // `disabled` alone is `disabled={true}`.
            None => self.build.add_expr(range(name), parent, ExprKind::Bool(true)),
            Some(value) if value.kind() == Kind::JsxExpression => self.inner(value, parent),
            Some(value) => self.expr(value, parent),
        };
        Some(Entry { key: EntryKey::Name(ident(name)), value })
    }
}

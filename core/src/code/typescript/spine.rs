//! The order in which the parts of an expression are lowered.
//!
//! What stands to the left (`a` of `a.b`, `a(b)`, `a + b`) is lowered in a loop: chains of thousands of links are no
//! nesting. And the grammar lets a prefix bind stronger than a call with type arguments: it reads `await f<T>(x).y` as
//! `((await f)<T>(x)).y`, and `a + f<T>(x)` as `(a + f)<T>(x)`. There the links that stand behind are handed to the
//! operand that they belong to.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::expr::{cast_type, first_expr};
use super::{Lowering, range};
use crate::code::tree::{ExprId, Parent};
use crate::text::TextRange;

/// Something behind an expression: a call, a member, an operator with its right operand.
struct Link<'t> {
    node: TsNode<'t>,
    /// Links that belong to its right operand.
    tail: Vec<TsNode<'t>>,
    /// Whether the grammar has it around something larger.
    moved: bool,
}

/// The left part of a node.
enum Left<'t> {
    /// The node stands for this one (parentheses).
    Same(TsNode<'t>),
    /// This one is the node's left part.
    Link(TsNode<'t>),
    /// There is no left part.
    None,
}

impl Lowering<'_> {
    /// Lowers an expression.
    pub(super) fn expr(&mut self, node: TsNode<'_>, parent: Parent) -> ExprId {
        self.expr_before(node, &[], parent)
    }

    /// Lowers an expression with links behind it that the grammar has elsewhere, the innermost first.
    pub(super) fn expr_before(&mut self, node: TsNode<'_>, tail: &[TsNode<'_>], parent: Parent) -> ExprId {
        if !self.build.descend(range(node)) {
            return self.build.open_expr(range(node), parent);
        }
        let (first, tail, links) = self.spine(node, tail.to_vec());
        let mut expr = self.build.open_expr(range(first), parent);
        let kind = self.expr_kind(first, &tail, expr);
        self.build.set_expr(expr, kind);
        self.stretch(expr, &tail);
        for link in links.into_iter().rev() {
            let start = if link.moved { self.build.module.expr(expr).range.start } else { link.node.start() };
            let range = TextRange { start, end: link.node.end() };
            let outer = self.build.open_expr(range, parent);
            self.build.adopt(expr, Parent::Expr(outer));
            let kind = self.link_kind(link.node, &link.tail, outer, expr);
            self.build.set_expr(outer, kind);
            self.stretch(outer, &link.tail);
            expr = outer;
        }
        self.build.ascend();
        expr
    }

    /// An expression whose last operand got links reaches to the end of the last one.
    fn stretch(&mut self, expr: ExprId, tail: &[TsNode<'_>]) {
        if let (Some(last), Some(expr)) = (tail.last(), self.build.module.exprs.get_mut(expr.0 as usize)) {
            expr.range.end = expr.range.end.max(last.end());
        }
    }

    /// The innermost left part of a node, the links for its last operand, and what stands behind, the outermost first.
    fn spine<'n>(
        &self,
        node: TsNode<'n>,
        mut tail: Vec<TsNode<'n>>,
    ) -> (TsNode<'n>, Vec<TsNode<'n>>, Vec<Link<'n>>) {
        let mut links: Vec<Link<'n>> = vec![];
        let mut at = node;
        loop {
            if !has_last_operand(at.kind()) {
                let moved = tail.drain(..).rev().map(|node| Link { node, tail: vec![], moved: true });
                links.extend(moved);
            }
            match self.left(at) {
                Left::Same(inner) => at = inner,
                Left::Link(inner) if has_last_operand(inner.kind()) && is_postfix(at.kind()) => {
                    // No postfix can stand behind an operator: this one belongs to the last operand.
                    tail.push(at);
                    while let Some(next) = links.pop_if(|link| is_postfix(link.node.kind())) {
                        tail.push(next.node);
                    }
                    at = inner;
                }
                Left::Link(inner) => {
                    links.push(Link { node: at, tail: std::mem::take(&mut tail), moved: false });
                    at = inner;
                }
                Left::None => return (at, tail, links),
            }
        }
    }

    fn left<'n>(&self, node: TsNode<'n>) -> Left<'n> {
        let link = |inner: Option<TsNode<'n>>| inner.map_or(Left::None, Left::Link);
        match node.kind() {
            Kind::ParenthesizedExpression => first_expr(node).map_or(Left::None, Left::Same),
            Kind::InstantiationExpression => {
                node.child(Field::Function).or_else(|| first_expr(node)).map_or(Left::None, Left::Same)
            }
            Kind::CallExpression => match node.child(Field::Function) {
                Some(function) if self.imports(function, node).is_none() => Left::Link(function),
                Some(_) | None => Left::None,
            },
            Kind::MemberExpression | Kind::SubscriptExpression | Kind::NestedIdentifier => {
                link(node.child(Field::Object))
            }
            Kind::BinaryExpression => link(node.child(Field::Left)),
            // `as const` names no type: the value stands for itself.
            Kind::AsExpression if cast_type(node).is_none() => {
                first_expr(node).map_or(Left::None, Left::Same)
            }
            Kind::NonNullExpression | Kind::AsExpression | Kind::SatisfiesExpression => {
                link(first_expr(node))
            }
            _ => Left::None,
        }
    }
}

/// Whether an expression ends with an operand that a postfix behind it belongs to.
fn has_last_operand(kind: Kind) -> bool {
    matches!(kind, Kind::AwaitExpression | Kind::UnaryExpression | Kind::BinaryExpression)
}

fn is_postfix(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::CallExpression | Kind::MemberExpression | Kind::SubscriptExpression | Kind::NonNullExpression
    )
}

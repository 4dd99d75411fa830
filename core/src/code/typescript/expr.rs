//! Expressions.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::{Lowering, content, ident, range};
use crate::code::tree::{BinaryOp, ExprId, ExprKind, Parent, PatternSource, SequenceKind, SiteKind, UnaryOp};

/// Whether nodes of this kind are expressions; where the tree has errors, they can stand anywhere.
pub(super) fn is_expression(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Array
            | Kind::ArrowFunction
            | Kind::AsExpression
            | Kind::AssignmentExpression
            | Kind::AugmentedAssignmentExpression
            | Kind::AwaitExpression
            | Kind::BinaryExpression
            | Kind::CallExpression
            | Kind::Class
            | Kind::False
            | Kind::FunctionExpression
            | Kind::GeneratorFunction
            | Kind::Identifier
            | Kind::InstantiationExpression
            | Kind::JsxElement
            | Kind::JsxExpression
            | Kind::JsxSelfClosingElement
            | Kind::MemberExpression
            | Kind::MetaProperty
            | Kind::NewExpression
            | Kind::NonNullExpression
            | Kind::Null
            | Kind::Number
            | Kind::Object
            | Kind::ParenthesizedExpression
            | Kind::Regex
            | Kind::SatisfiesExpression
            | Kind::SequenceExpression
            | Kind::SpreadElement
            | Kind::String
            | Kind::SubscriptExpression
            | Kind::Super
            | Kind::TemplateString
            | Kind::TernaryExpression
            | Kind::This
            | Kind::True
            | Kind::TypeAssertion
            | Kind::UnaryExpression
            | Kind::Undefined
            | Kind::UpdateExpression
            | Kind::YieldExpression
    )
}

impl Lowering<'_> {
    /// The expression in a field, if the field is there.
    pub(super) fn expr_in(&mut self, node: TsNode<'_>, field: Field, parent: Parent) -> Option<ExprId> {
        node.child(field).map(|child| self.expr(child, parent))
    }

    /// The expression in a field; an empty one where errors left none.
    pub(super) fn expr_at(&mut self, node: TsNode<'_>, field: Field, parent: Parent) -> ExprId {
        match node.child(field) {
            Some(child) => self.expr(child, parent),
            None => self.build.open_expr(range(node), parent),
        }
    }

    /// The first expression in a node; an empty one where errors left none.
    pub(super) fn inner(&mut self, node: TsNode<'_>, parent: Parent) -> ExprId {
        self.operand(node, &[], parent)
    }

    /// The first expression in a node, with links behind it.
    fn operand(&mut self, node: TsNode<'_>, tail: &[TsNode<'_>], parent: Parent) -> ExprId {
        match first_expr(node) {
            Some(child) => self.expr_before(child, tail, parent),
            None => self.build.open_expr(range(node), parent),
        }
    }

    /// All expressions in a node.
    pub(super) fn all_in(&mut self, node: TsNode<'_>, parent: Parent) -> Vec<ExprId> {
        let children = node.children().filter(|child| is_expression(child.kind()) || child.is_error());
        children.map(|child| self.expr(child, parent)).collect()
    }

    /// What a node is whose left part is lowered already. `tail` stands behind its right operand.
    pub(super) fn link_kind(
        &mut self,
        node: TsNode<'_>,
        tail: &[TsNode<'_>],
        expr: ExprId,
        left: ExprId,
    ) -> ExprKind {
        match node.kind() {
            Kind::CallExpression => self.call(node, expr, left),
            Kind::MemberExpression | Kind::NestedIdentifier => match node.child(Field::Property) {
                Some(property) => {
                    self.build.site(range(property), SiteKind::Member(expr));
                    let optional = node.has(Kind::OptionalChain);
                    ExprKind::Member { object: left, name: ident(property), optional }
                }
                None => ExprKind::Other(vec![left]),
            },
            Kind::SubscriptExpression => {
                let index = self.expr_at(node, Field::Index, Parent::Expr(expr));
                ExprKind::Index { object: left, index, optional: node.has(Kind::OptionalChain) }
            }
            Kind::BinaryExpression => {
                let op = node.child(Field::Operator).map_or(BinaryOp::Other, |op| binary_op(op.kind()));
                let right = match node.child(Field::Right) {
                    Some(right) => self.expr_before(right, tail, Parent::Expr(expr)),
                    None => self.build.open_expr(range(node), Parent::Expr(expr)),
                };
                ExprKind::Binary { op, left, right }
            }
            Kind::NonNullExpression => ExprKind::NonNull(left),
            Kind::AsExpression | Kind::SatisfiesExpression => self.cast(node, left),
            _ => ExprKind::Other(vec![left]),
        }
    }

    fn cast(&mut self, node: TsNode<'_>, value: ExprId) -> ExprKind {
        match cast_type(node) {
            Some(ty) => {
                let satisfies = node.kind() == Kind::SatisfiesExpression;
                ExprKind::Cast { value, ty: self.ty(ty), satisfies }
            }
            None => ExprKind::Other(vec![value]),
        }
    }

    /// What a node is that has no left part. `tail` stands behind its operand.
    pub(super) fn expr_kind(&mut self, node: TsNode<'_>, tail: &[TsNode<'_>], expr: ExprId) -> ExprKind {
        let here = Parent::Expr(expr);
        match node.kind() {
            Kind::Identifier => {
                self.build.site(range(node), SiteKind::Name(expr));
                ExprKind::Name(ident(node))
            }
            Kind::This => ExprKind::This,
            Kind::Super => ExprKind::Super,
            Kind::Number => ExprKind::Number,
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::Null | Kind::Undefined => ExprKind::Null,
            Kind::String => self.string(node, expr),
            Kind::TemplateString => self.template(node, expr, None, vec![]),
            Kind::Array => ExprKind::Sequence { kind: SequenceKind::List, items: self.all_in(node, here) },
            Kind::SpreadElement => ExprKind::Spread(self.inner(node, here)),
            Kind::Object => self.object(node, expr),
            Kind::ArrowFunction | Kind::FunctionExpression | Kind::GeneratorFunction => {
                ExprKind::Function(self.function_expr(node, expr))
            }
            Kind::Class => ExprKind::Class(self.class(node)),
            Kind::NewExpression => self.new_call(node, expr),
            Kind::CallExpression => self.import_call(node, expr),
            Kind::AwaitExpression => ExprKind::Await(self.operand(node, tail, here)),
            Kind::YieldExpression => self.yield_value(node, expr),
            Kind::UnaryExpression => {
                let op = node.child(Field::Operator).map_or(UnaryOp::Other, |op| unary_op(op.kind()));
                ExprKind::Unary { op, operand: self.operand(node, tail, here) }
            }
            Kind::UpdateExpression => ExprKind::Unary { op: UnaryOp::Other, operand: self.inner(node, here) },
            Kind::TernaryExpression => {
                let test = self.expr_at(node, Field::Condition, here);
                let then = self.expr_at(node, Field::Consequence, here);
                let otherwise = self.expr_at(node, Field::Alternative, here);
                ExprKind::Conditional { test, then, otherwise }
            }
            Kind::AssignmentExpression | Kind::AugmentedAssignmentExpression => self.assignment(node, expr),
            Kind::TypeAssertion => {
                let value = self.operand(node, tail, here);
                let ty = node.child_of_kind(Kind::TypeArguments).and_then(|types| types.named().next());
                match ty {
                    Some(ty) => ExprKind::Cast { value, ty: self.ty(ty), satisfies: false },
                    None => ExprKind::Other(vec![value]),
                }
            }
            Kind::JsxElement | Kind::JsxSelfClosingElement => self.jsx(node, expr),
            _ => ExprKind::Other(self.all_in(node, here)),
        }
    }

    fn yield_value(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        let value = first_expr(node).map(|value| self.expr(value, Parent::Expr(expr)));
        self.build.yields(value);
        ExprKind::Yield { value, each: node.has(Kind::StarToken) }
    }

    fn assignment(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        let value = self.expr_at(node, Field::Right, Parent::Expr(expr));
        let op = assignment_op(node);
        let source = match op {
            Some(_) => PatternSource::Augmented(value),
            None => PatternSource::Value { value: Some(value), annotation: None },
        };
        match node.child(Field::Left) {
            Some(left) => ExprKind::Assign { target: self.assigned(left, source), value, op },
            None => ExprKind::Other(vec![value]),
        }
    }

    /// The import or require that a call is, with the node of its specifier.
    pub(super) fn imports<'n>(&self, function: TsNode<'_>, call: TsNode<'n>) -> Option<TsNode<'n>> {
        let is_import = function.kind() == Kind::Import;
        let is_require = function.kind() == Kind::Identifier && self.slice(function) == "require";
        let first = || call.child(Field::Arguments)?.named().next();
        match (is_import || is_require).then(first)?? {
            specifier if specifier.kind() == Kind::String && !content(specifier).range.is_empty() => {
                Some(specifier)
            }
            _ => None,
        }
    }
}

/// The type of `x as T`.
pub(super) fn cast_type(node: TsNode<'_>) -> Option<TsNode<'_>> {
    node.named().filter(|child| !child.is_error()).nth(1)
}

/// The first expression in a node.
pub(super) fn first_expr(node: TsNode<'_>) -> Option<TsNode<'_>> {
    node.children().find(|child| is_expression(child.kind()))
}

/// The operator of an augmented assignment.
pub(super) fn assignment_op(node: TsNode<'_>) -> Option<BinaryOp> {
    if node.kind() != Kind::AugmentedAssignmentExpression {
        return None;
    }
    Some(match node.child(Field::Operator).map(|op| op.kind()) {
        Some(Kind::PlusAssignToken) => BinaryOp::Add,
        Some(Kind::PercentAssignToken) => BinaryOp::Percent,
        Some(Kind::BitOrAssignToken) => BinaryOp::BitOr,
        Some(Kind::BitAndAssignToken) => BinaryOp::BitAnd,
        Some(Kind::AndAssignToken) => BinaryOp::And,
        Some(Kind::OrAssignToken) => BinaryOp::Or,
        Some(Kind::CoalesceAssignToken) => BinaryOp::Coalesce,
        _ => BinaryOp::Other,
    })
}

fn binary_op(token: Kind) -> BinaryOp {
    match token {
        Kind::AndToken => BinaryOp::And,
        Kind::OrToken => BinaryOp::Or,
        Kind::CoalesceToken => BinaryOp::Coalesce,
        Kind::LooseEqualToken | Kind::EqualToken => BinaryOp::Equal,
        Kind::LooseNotEqualToken | Kind::NotEqualToken => BinaryOp::NotEqual,
        Kind::LessToken | Kind::GreaterToken | Kind::LessOrEqualToken | Kind::GreaterOrEqualToken => {
            BinaryOp::Order
        }
        Kind::InToken => BinaryOp::In,
        Kind::InstanceofToken => BinaryOp::InstanceOf,
        Kind::PlusToken => BinaryOp::Add,
        Kind::PercentToken => BinaryOp::Percent,
        Kind::BitOrToken => BinaryOp::BitOr,
        Kind::BitAndToken => BinaryOp::BitAnd,
        _ => BinaryOp::Other,
    }
}

fn unary_op(token: Kind) -> UnaryOp {
    match token {
        Kind::NotToken => UnaryOp::Not,
        Kind::MinusToken => UnaryOp::Minus,
        Kind::TypeofToken => UnaryOp::Typeof,
        _ => UnaryOp::Other,
    }
}

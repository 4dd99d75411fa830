//! Expressions.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode};

use super::{Lowering, bare, ident, range};
use crate::code::tree::{
    Argument, ArgumentSpread, BinaryOp, Clause, ComprehensionKind, Entry, EntryKey, ExprId, ExprKind, Ident,
    Parent, PatternSource, ScopeOwner, SequenceKind, SiteKind, UnaryOp,
};
use crate::text::TextRange;

impl Lowering {
    /// Any expression.
    pub(super) fn expr(&mut self, node: PythonNode<'_>, parent: Parent) -> ExprId {
        let node = bare(node);
        let id = self.b.open_expr(range(node), parent);
        if self.b.descend(range(node)) {
            let kind = self.expr_kind(id, node);
            self.b.set_expr(id, kind);
            self.b.ascend();
        }
        id
    }

    /// The expression in a field of a node, if it is there.
    pub(super) fn expr_in(&mut self, node: PythonNode<'_>, field: Field, parent: Parent) -> Option<ExprId> {
        node.child(field).map(|child| self.expr(child, parent))
    }

    /// All expressions among the children of a node.
    pub(super) fn exprs(&mut self, node: PythonNode<'_>, parent: Parent) -> Vec<ExprId> {
        node.named().map(|child| self.expr(child, parent)).collect()
    }

    /// The expression in a field that the grammar requires; where a syntax error took it away, an empty one.
    fn required(&mut self, node: PythonNode<'_>, field: Field, id: ExprId) -> ExprId {
        match node.child(field) {
            Some(child) => self.expr(child, Parent::Expr(id)),
            None => self.missing(node, Parent::Expr(id)),
        }
    }

    /// Stands for an expression that a syntax error took away.
    pub(super) fn missing(&mut self, node: PythonNode<'_>, parent: Parent) -> ExprId {
        self.b.open_expr(TextRange { start: node.end(), end: node.end() }, parent)
    }

    /// A name read as an expression.
    pub(super) fn name(&mut self, name: Ident, parent: Parent) -> ExprId {
        let id = self.b.add_expr(name.range, parent, ExprKind::Name(name));
        self.b.site(name.range, SiteKind::Name(id));
        id
    }

    fn expr_kind(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        match node.kind() {
            Kind::Identifier => {
                self.b.site(range(node), SiteKind::Name(id));
                ExprKind::Name(ident(node))
            }
            Kind::Attribute => self.member(id, node),
            Kind::Subscript => self.index(id, node),
            Kind::Call => self.call(id, node),
            Kind::String | Kind::ConcatenatedString => self.string(id, node),
            Kind::Integer | Kind::Float | Kind::ComplexPattern => ExprKind::Number,
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::None => ExprKind::Null,
            Kind::Dictionary => self.dictionary(id, node),
            Kind::List | Kind::ListPattern => self.sequence(id, node, SequenceKind::List),
            Kind::Set => self.sequence(id, node, SequenceKind::Set),
            Kind::Tuple | Kind::TuplePattern | Kind::ExpressionList | Kind::PatternList => {
                self.sequence(id, node, SequenceKind::Tuple)
            }
            Kind::ListSplat | Kind::ListSplatPattern | Kind::DictionarySplat => match node.named().next() {
                Some(inner) => ExprKind::Spread(self.expr(inner, Parent::Expr(id))),
                None => ExprKind::Other(vec![]),
            },
            Kind::UnaryOperator | Kind::NotOperator => self.unary(id, node),
            Kind::BooleanOperator | Kind::BinaryOperator => self.binary(id, node),
            Kind::ComparisonOperator => self.comparison(id, node),
            Kind::ConditionalExpression => self.conditional(id, node),
            Kind::Await => match node.named().next() {
                Some(inner) => ExprKind::Await(self.expr(inner, Parent::Expr(id))),
                None => ExprKind::Other(vec![]),
            },
            Kind::Yield => self.yields(id, node),
            Kind::Lambda => ExprKind::Function(self.lambda(id, node)),
            Kind::NamedExpression => self.named_expression(id, node),
            Kind::ListComprehension => self.comprehension(id, node, ComprehensionKind::List),
            Kind::SetComprehension => self.comprehension(id, node, ComprehensionKind::Set),
            Kind::DictionaryComprehension => self.comprehension(id, node, ComprehensionKind::Dict),
            Kind::GeneratorExpression => self.comprehension(id, node, ComprehensionKind::Generator),
            // The grammar reads a subscript as a generic type, and `|` as a union, where an annotation can stand.
            Kind::GenericType => self.generic_type(id, node),
            Kind::UnionType => match self.exprs(node, Parent::Expr(id)).as_slice() {
                [left, right] => ExprKind::Binary { op: BinaryOp::BitOr, left: *left, right: *right },
                others => ExprKind::Other(others.to_vec()),
            },
            Kind::Slice => {
                // The contract keeps no bounds; they are lowered for the names in them.
                self.exprs(node, Parent::Expr(id));
                ExprKind::Slice
            }
            _ => ExprKind::Other(self.exprs(node, Parent::Expr(id))),
        }
    }

    fn member(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let object = self.required(node, Field::Object, id);
        let Some(name) = node.child(Field::Attribute).map(ident) else {
            return ExprKind::Other(vec![object]);
        };
        self.b.site(name.range, SiteKind::Member(id));
        ExprKind::Member { object, name, optional: false }
    }

    fn index(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let object = self.required(node, Field::Value, id);
        let mut subscripts = node.children_in(Field::Subscript);
        let index = match (subscripts.next(), subscripts.next()) {
            (Some(first), Some(_)) => {
                let covered = node.children_in(Field::Subscript).last().unwrap_or(first);
                let tuple = self
                    .b
                    .open_expr(TextRange { start: first.start(), end: covered.end() }, Parent::Expr(id));
                let items = node
                    .children_in(Field::Subscript)
                    .map(|item| self.expr(item, Parent::Expr(tuple)))
                    .collect();
                self.b.set_expr(tuple, ExprKind::Sequence { kind: SequenceKind::Tuple, items });
                tuple
            }
            (Some(only), None) => self.expr(only, Parent::Expr(id)),
            (None, _) => self.missing(node, Parent::Expr(id)),
        };
        ExprKind::Index { object, index, optional: false }
    }

    /// `name[args]` where the grammar sees a type.
    fn generic_type(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let mut parts = node.named();
        let (Some(name), Some(list)) = (parts.next(), parts.next()) else { return ExprKind::Other(vec![]) };
        let object = self.expr(name, Parent::Expr(id));
        let mut args = list.named();
        let index = match (args.next(), args.next()) {
            (Some(only), None) => self.expr(only, Parent::Expr(id)),
            _ => {
                let tuple = self.b.open_expr(range(list), Parent::Expr(id));
                let items = self.exprs(list, Parent::Expr(tuple));
                self.b.set_expr(tuple, ExprKind::Sequence { kind: SequenceKind::Tuple, items });
                tuple
            }
        };
        ExprKind::Index { object, index, optional: false }
    }

    fn call(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let callee = self.required(node, Field::Function, id);
        let args = match node.child(Field::Arguments) {
            Some(list) if list.kind() == Kind::ArgumentList => {
                self.arguments(list, Parent::Expr(id), |argument| SiteKind::Keyword { call: id, argument })
            }
            // `f(x for x in xs)`.
            Some(generator) => {
                let value = self.expr(generator, Parent::Expr(id));
                vec![Argument { name: None, value, spread: ArgumentSpread::None }]
            }
            None => vec![],
        };
        ExprKind::Call { callee, args, type_args: vec![], is_new: false, optional: false }
    }

    /// The arguments of a call, or of a class; `keyword` says what the site of a keyword is.
    pub(super) fn arguments(
        &mut self,
        list: PythonNode<'_>,
        parent: Parent,
        keyword: impl Fn(u32) -> SiteKind,
    ) -> Vec<Argument> {
        let mut args = vec![];
        for (node, position) in list.named().zip(0..) {
            let (name, value, spread) = match node.kind() {
                Kind::KeywordArgument => {
                    let name = node.child(Field::Name).map(ident);
                    (name, node.child(Field::Value), ArgumentSpread::None)
                }
                Kind::ListSplat => (None, node.named().next(), ArgumentSpread::Items),
                Kind::DictionarySplat => (None, node.named().next(), ArgumentSpread::Keywords),
                _ => (None, Some(node), ArgumentSpread::None),
            };
            if let Some(name) = name {
                self.b.site(name.range, keyword(position));
            }
            let value = match value {
                Some(value) => self.expr(value, parent),
                None => self.missing(node, parent),
            };
            args.push(Argument { name, value, spread });
        }
        args
    }

    fn dictionary(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let mut entries: Vec<Entry> = vec![];
        for child in node.named() {
            if child.kind() != Kind::Pair {
                let inner = if child.kind() == Kind::DictionarySplat { child.named().next() } else { None };
                let value = self.expr(inner.unwrap_or(child), Parent::Expr(id));
                entries.push(Entry { key: EntryKey::Spread, value });
                continue;
            }
            let entry = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            let key = child.child(Field::Key).map(bare);
            let key = match (key, key.and_then(|key| self.plain_string(key))) {
                (_, Some(range)) => {
                    self.b.site(range, SiteKind::Key { object: id, entry });
                    EntryKey::Name(Ident { range })
                }
                (Some(key), None) => EntryKey::Computed(self.expr(key, Parent::Expr(id))),
                (None, None) => EntryKey::Computed(self.missing(child, Parent::Expr(id))),
            };
            let value = self.required(child, Field::Value, id);
            entries.push(Entry { key, value });
        }
        ExprKind::Object { entries }
    }

    fn sequence(&mut self, id: ExprId, node: PythonNode<'_>, kind: SequenceKind) -> ExprKind {
        ExprKind::Sequence { kind, items: self.exprs(node, Parent::Expr(id)) }
    }

    fn unary(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let op = match node.child(Field::Operator).map(|operator| operator.kind()) {
            _ if node.kind() == Kind::NotOperator => UnaryOp::Not,
            Some(Kind::MinusToken) => UnaryOp::Minus,
            _ => UnaryOp::Other,
        };
        ExprKind::Unary { op, operand: self.required(node, Field::Argument, id) }
    }

    fn binary(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let op = node.child(Field::Operator).map_or(BinaryOp::Other, |token| operator(token.kind()));
        let left = self.required(node, Field::Left, id);
        let right = self.required(node, Field::Right, id);
        ExprKind::Binary { op, left, right }
    }

    /// `a < b < c`: the inner operand is part of both comparisons, and lowered once.
    fn comparison(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let ops: Vec<BinaryOp> =
            node.children_in(Field::Operators).map(|token| operator(token.kind())).collect();
        let operands: Vec<PythonNode<'_>> =
            node.named().filter(|child| child.field() != Some(Field::Operators)).collect();
        if let ([left, right], [op]) = (operands.as_slice(), ops.as_slice()) {
            let left = self.expr(*left, Parent::Expr(id));
            return ExprKind::Binary { op: *op, left, right: self.expr(*right, Parent::Expr(id)) };
        }
        let lowered: Vec<ExprId> =
            operands.iter().map(|operand| self.expr(*operand, Parent::Expr(id))).collect();
        let mut whole: Option<ExprKind> = None;
        let mut whole_end = node.start();
        for ((pair, nodes), op) in lowered.windows(2).zip(operands.windows(2)).zip(&ops) {
            let ([left, right], [first, second]) = (pair, nodes) else { continue };
            let kind = ExprKind::Binary { op: *op, left: *left, right: *right };
            let Some(before) = whole else {
                (whole, whole_end) = (Some(kind), second.end());
                continue;
            };
            let place = TextRange { start: node.start(), end: whole_end };
            let left = self.nest(id, place, before);
            let place = TextRange { start: first.start(), end: second.end() };
            let right = self.nest(id, place, kind);
            (whole, whole_end) = (Some(ExprKind::Binary { op: BinaryOp::And, left, right }), second.end());
        }
        whole.unwrap_or(ExprKind::Other(lowered))
    }

    /// An operator inside `parent`, its operands put under it.
    fn nest(&mut self, parent: ExprId, place: TextRange, kind: ExprKind) -> ExprId {
        let operands = match &kind {
            ExprKind::Binary { left, right, .. } => vec![*left, *right],
            _ => vec![],
        };
        let id = self.b.add_expr(place, Parent::Expr(parent), kind);
        for operand in operands {
            self.b.adopt(operand, Parent::Expr(id));
        }
        id
    }

    fn conditional(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let parts = self.exprs(node, Parent::Expr(id));
        match parts.as_slice() {
            [then, test, otherwise] => {
                ExprKind::Conditional { test: *test, then: *then, otherwise: *otherwise }
            }
            _ => ExprKind::Other(parts),
        }
    }

    fn yields(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let value = node.named().next().map(|value| self.expr(value, Parent::Expr(id)));
        self.b.yields(value);
        ExprKind::Yield { value, each: node.has(Kind::FromToken) }
    }

    /// `name := value`, which binds in the function even from inside a comprehension (PEP 572).
    fn named_expression(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let value = self.required(node, Field::Value, id);
        let Some(name) = node.child(Field::Name) else { return ExprKind::Other(vec![value]) };
        let source = PatternSource::Value { value: Some(value), annotation: None };
        let scope = self.b.function_scope();
        let target = self.b.open_pattern(range(name), source, scope);
        self.bind_pattern(target, ident(name));
        ExprKind::Assign { target, value, op: None }
    }

    fn comprehension(&mut self, id: ExprId, node: PythonNode<'_>, kind: ComprehensionKind) -> ExprKind {
        let scope = self.b.add_scope(ScopeOwner::Block);
        let mut clauses: Vec<Clause> = vec![];
        let mut is_inside = false;
        for child in node.named() {
            match child.kind() {
                Kind::ForInClause => {
                    // Only the first iterable is evaluated outside (language reference 6.2.4).
                    let iterable = self.required(child, Field::Right, id);
                    if !is_inside {
                        self.b.enter_scope(scope);
                        is_inside = true;
                    }
                    let source = PatternSource::Iterate { iterable, keys: false };
                    if let Some(left) = child.child(Field::Left) {
                        let pattern = self.pattern(left, source);
                        clauses.push(Clause { pattern, iterable, conditions: vec![] });
                    }
                }
                Kind::IfClause => {
                    let conditions = self.exprs(child, Parent::Expr(id));
                    if let Some(clause) = clauses.last_mut() {
                        clause.conditions.extend(conditions);
                    }
                }
                _ => {}
            }
        }
        let body = node.child(Field::Body);
        let (key, element) = match body {
            Some(pair) if pair.kind() == Kind::Pair => {
                (Some(self.required(pair, Field::Key, id)), self.required(pair, Field::Value, id))
            }
            Some(element) => (None, self.expr(element, Parent::Expr(id))),
            None => (None, self.missing(node, Parent::Expr(id))),
        };
        if is_inside {
            self.b.leave_scope();
        }
        ExprKind::Comprehension { kind, element, key, clauses }
    }
}

/// What an operator's token means.
pub(super) fn operator(token: Kind) -> BinaryOp {
    match token {
        Kind::AndToken => BinaryOp::And,
        Kind::OrToken => BinaryOp::Or,
        Kind::EqualToken => BinaryOp::Equal,
        Kind::NotEqualToken | Kind::DiamondToken => BinaryOp::NotEqual,
        Kind::IsToken => BinaryOp::Is,
        Kind::IsNotToken => BinaryOp::IsNot,
        Kind::LessToken | Kind::GreaterToken | Kind::LessEqualToken | Kind::GreaterEqualToken => {
            BinaryOp::Order
        }
        Kind::InToken => BinaryOp::In,
        Kind::NotInToken => BinaryOp::NotIn,
        Kind::PlusToken | Kind::PlusEqualToken => BinaryOp::Add,
        Kind::PercentToken | Kind::PercentEqualToken => BinaryOp::Percent,
        Kind::PipeToken | Kind::PipeEqualToken => BinaryOp::BitOr,
        Kind::AmpersandToken | Kind::AmpersandEqualToken => BinaryOp::BitAnd,
        _ => BinaryOp::Other,
    }
}

//! The patterns of `match`: what they compare with as expressions, what they bind as patterns.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode};

use super::{Lowering, ident, range};
use crate::code::tree::{
    Argument, ArgumentSpread, Case, Entry, EntryKey, ExprId, ExprKind, Ident, Parent, PatternId,
    PatternSource, SequenceKind, SiteKind, StmtId, StmtKind,
};
use crate::text::TextRange;

/// What a case pattern is matched against.
#[derive(Clone, Copy)]
struct Subject {
    /// The expression that has the value, where there is one: `subject`, `subject.email`, `subject["email"]`.
    value: Option<ExprId>,
    /// Whether it is the subject of the whole statement.
    is_whole: bool,
}

impl Lowering {
    pub(super) fn match_statement(&mut self, id: StmtId, node: PythonNode<'_>) -> StmtKind {
        let subjects: Vec<PythonNode<'_>> = node.children_in(Field::Subject).collect();
        let subject = match subjects.as_slice() {
            [only] => self.expr(*only, Parent::Stmt(id)),
            _ => {
                let place = subjects.iter().map(|item| range(*item)).reduce(TextRange::cover);
                let tuple = self.b.open_expr(place.unwrap_or(range(node)), Parent::Stmt(id));
                let items = subjects.iter().map(|item| self.expr(*item, Parent::Expr(tuple))).collect();
                self.b.set_expr(tuple, ExprKind::Sequence { kind: SequenceKind::Tuple, items });
                tuple
            }
        };
        let clauses = node.child(Field::Body).into_iter().flat_map(|body| body.named());
        let cases = clauses
            .filter(|clause| clause.kind() == Kind::CaseClause)
            .map(|clause| self.case(id, clause, subject))
            .collect();
        StmtKind::Switch { subject, cases }
    }

    fn case(&mut self, id: StmtId, node: PythonNode<'_>, subject: ExprId) -> Case {
        let whole = Subject { value: Some(subject), is_whole: true };
        let mut case = Case { values: vec![], patterns: vec![], guard: None, body: vec![] };
        let wholes: Vec<PythonNode<'_>> =
            node.named().filter(|child| child.kind() == Kind::CasePattern).collect();
        if let [only] = wholes.as_slice() {
            // `case "a" | "b":` has two values.
            let alternatives = only.named().find(|inner| inner.kind() == Kind::UnionPattern);
            let values: Vec<PythonNode<'_>> = match alternatives {
                Some(union) => union.named().collect(),
                None => vec![*only],
            };
            for value in values {
                let value = self.case_pattern(value, Parent::Stmt(id), whole, &mut case.patterns);
                case.values.push(value);
            }
        } else {
            let place = wholes.iter().map(|item| range(*item)).reduce(TextRange::cover);
            let tuple = self.b.open_expr(place.unwrap_or(range(node)), Parent::Stmt(id));
            let items = self.case_items(tuple, wholes.into_iter(), &mut case.patterns);
            self.b.set_expr(tuple, ExprKind::Sequence { kind: SequenceKind::Tuple, items });
            case.values.push(tuple);
        }
        let guard = node.child(Field::Guard).and_then(|guard| guard.named().next());
        case.guard = guard.map(|guard| self.expr(guard, Parent::Stmt(id)));
        case.body = self.block_in(node, Field::Consequence);
        case
    }

    /// Parts of a sequence: their values have no expression of their own.
    fn case_items<'t>(
        &mut self,
        id: ExprId,
        items: impl Iterator<Item = PythonNode<'t>>,
        patterns: &mut Vec<PatternId>,
    ) -> Vec<ExprId> {
        let part = Subject { value: None, is_whole: false };
        items.map(|item| self.case_pattern(item, Parent::Expr(id), part, patterns)).collect()
    }

    fn case_pattern(
        &mut self,
        node: PythonNode<'_>,
        parent: Parent,
        subject: Subject,
        patterns: &mut Vec<PatternId>,
    ) -> ExprId {
        if let (Kind::CasePattern, Some(inner)) = (node.kind(), node.named().next()) {
            return self.case_pattern(inner, parent, subject, patterns);
        }
        if node.kind() == Kind::AsPattern {
            return self.case_as(node, parent, subject, patterns);
        }
        let id = self.b.open_expr(range(node), parent);
        if self.b.descend(range(node)) {
            let kind = self.case_kind(id, node, subject, patterns);
            self.b.set_expr(id, kind);
            self.b.ascend();
        }
        id
    }

    /// `inner as name`: the name is bound to the same subject.
    fn case_as(
        &mut self,
        node: PythonNode<'_>,
        parent: Parent,
        subject: Subject,
        patterns: &mut Vec<PatternId>,
    ) -> ExprId {
        let mut parts = node.named();
        let inner = match parts.next() {
            Some(inner) => self.case_pattern(inner, parent, subject, patterns),
            None => self.missing(node, parent),
        };
        if let Some(name) = parts.next() {
            patterns.push(self.capture(ident(name), subject));
        }
        inner
    }

    fn case_kind(
        &mut self,
        id: ExprId,
        node: PythonNode<'_>,
        subject: Subject,
        patterns: &mut Vec<PatternId>,
    ) -> ExprKind {
        match node.kind() {
            Kind::Identifier => {
                patterns.push(self.capture(ident(node), subject));
                ExprKind::Other(vec![])
            }
            Kind::DottedName => self.case_name(id, node, subject, patterns),
            Kind::SplatPattern => {
                let rest = Subject { value: None, is_whole: false };
                let names: Vec<Ident> = node.named().map(ident).collect();
                patterns.extend(names.into_iter().map(|name| self.capture(name, rest)));
                ExprKind::Other(vec![])
            }
            Kind::ClassPattern => self.class_pattern(id, node, subject, patterns),
            Kind::DictPattern => self.dict_pattern(id, node, subject, patterns),
            Kind::ListPattern => {
                let items = self.case_items(id, node.named(), patterns);
                ExprKind::Sequence { kind: SequenceKind::List, items }
            }
            Kind::TuplePattern => {
                let items = self.case_items(id, node.named(), patterns);
                ExprKind::Sequence { kind: SequenceKind::Tuple, items }
            }
            Kind::UnionPattern => {
                let inner = node
                    .named()
                    .map(|value| self.case_pattern(value, Parent::Expr(id), subject, patterns))
                    .collect();
                ExprKind::Other(inner)
            }
            Kind::String | Kind::ConcatenatedString => self.string(id, node),
            Kind::Integer | Kind::Float | Kind::ComplexPattern => ExprKind::Number,
            Kind::True => ExprKind::Bool(true),
            Kind::False => ExprKind::Bool(false),
            Kind::None => ExprKind::Null,
            _ => ExprKind::Other(vec![]),
        }
    }

    /// A name alone is bound; a dotted one is a value to compare with.
    fn case_name(
        &mut self,
        id: ExprId,
        node: PythonNode<'_>,
        subject: Subject,
        patterns: &mut Vec<PatternId>,
    ) -> ExprKind {
        let names: Vec<Ident> = node.named().map(ident).collect();
        match names.as_slice() {
            [only] if self.slice(only.range) == "_" => ExprKind::Other(vec![]),
            [only] => {
                patterns.push(self.capture(*only, subject));
                ExprKind::Other(vec![])
            }
            _ => self.dotted(id, &names),
        }
    }

    /// `a.b.c` made of its names, as the expression `id`.
    pub(super) fn dotted(&mut self, id: ExprId, names: &[Ident]) -> ExprKind {
        match names {
            [] => ExprKind::Other(vec![]),
            [name] => {
                self.b.site(name.range, SiteKind::Name(id));
                ExprKind::Name(*name)
            }
            [object @ .., name] => {
                let place = object.first().map_or(name.range, |first| first.range);
                let place = place.cover(object.last().map_or(name.range, |last| last.range));
                let inner = self.b.open_expr(place, Parent::Expr(id));
                if self.b.descend(place) {
                    let kind = self.dotted(inner, object);
                    self.b.set_expr(inner, kind);
                    self.b.ascend();
                }
                self.b.site(name.range, SiteKind::Member(id));
                ExprKind::Member { object: inner, name: *name, optional: false }
            }
        }
    }

    fn capture(&mut self, name: Ident, subject: Subject) -> PatternId {
        let source = match subject {
            Subject { value: Some(value), is_whole: true } => PatternSource::Matched(value),
            Subject { value, .. } => PatternSource::Value { value, annotation: None },
        };
        let scope = self.b.scope();
        let id = self.b.open_pattern(name.range, source, scope);
        self.bind_pattern(id, name);
        id
    }

    /// `User(email=e)`: a call with keyword arguments, whose `e` has the value of `subject.email`.
    fn class_pattern(
        &mut self,
        id: ExprId,
        node: PythonNode<'_>,
        subject: Subject,
        patterns: &mut Vec<PatternId>,
    ) -> ExprKind {
        let mut parts = node.named();
        let callee = match parts.next() {
            Some(name) => {
                let names: Vec<Ident> = name.named().map(ident).collect();
                let callee = self.b.open_expr(range(name), Parent::Expr(id));
                let kind = self.dotted(callee, &names);
                self.b.set_expr(callee, kind);
                callee
            }
            None => self.missing(node, Parent::Expr(id)),
        };
        let mut args = vec![];
        for (part, argument) in parts.zip(0..) {
            let keyword = match part.named().next() {
                Some(inner) if inner.kind() == Kind::KeywordPattern => Some(inner),
                _ => None,
            };
            let mut inner = keyword.unwrap_or(part).named();
            let name = keyword.and_then(|_| inner.next()).map(ident);
            let mut value = Subject { value: None, is_whole: false };
            if let Some(name) = name {
                self.b.site(name.range, SiteKind::Keyword { call: id, argument });
                value.value = subject.value.map(|object| {
                    let kind = ExprKind::Member { object, name, optional: false };
                    self.b.add_expr(name.range, Parent::Expr(id), kind)
                });
            }
            let node = if keyword.is_some() { inner.next() } else { Some(part) };
            let value = match node {
                Some(node) => self.case_pattern(node, Parent::Expr(id), value, patterns),
                None => self.missing(part, Parent::Expr(id)),
            };
            args.push(Argument { name, value, spread: ArgumentSpread::None });
        }
        ExprKind::Call { callee, args, type_args: vec![], is_new: false, optional: false }
    }

    /// `{"email": e}`: a dict, whose `e` has the value of `subject["email"]`.
    fn dict_pattern(
        &mut self,
        id: ExprId,
        node: PythonNode<'_>,
        subject: Subject,
        patterns: &mut Vec<PatternId>,
    ) -> ExprKind {
        let mut entries: Vec<Entry> = vec![];
        let mut key = None;
        for child in node.named() {
            if child.field() == Some(Field::Key) {
                key = Some(child);
                continue;
            }
            let Some(key) = key.take() else {
                let part = Subject { value: None, is_whole: false };
                let value = self.case_pattern(child, Parent::Expr(id), part, patterns);
                entries.push(Entry { key: EntryKey::Spread, value });
                continue;
            };
            let entry = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            let index = self.b.open_expr(range(key), Parent::Expr(id));
            let name = self.plain_string(key).map(|range| Ident { range });
            let kind = match name {
                Some(name) => {
                    self.b.site(name.range, SiteKind::Key { object: id, entry });
                    ExprKind::Str(Self::plain_literal(name))
                }
                None => self.case_kind(index, key, Subject { value: None, is_whole: false }, patterns),
            };
            self.b.set_expr(index, kind);
            let value = subject.value.map(|object| {
                let kind = ExprKind::Index { object, index, optional: false };
                self.b.add_expr(range(key), Parent::Expr(id), kind)
            });
            let part = Subject { value, is_whole: false };
            let value = self.case_pattern(child, Parent::Expr(id), part, patterns);
            entries.push(Entry { key: name.map_or(EntryKey::Computed(index), EntryKey::Name), value });
        }
        ExprKind::Object { entries }
    }
}

//! What values are bound to: assignment targets, loop variables, parameters.

use seawall_grammars::python::{PythonKind as Kind, PythonNode};

use super::{Lowering, bare, ident, range};
use crate::code::tree::{BindingKind, Ident, Parent, PatternId, PatternKind, PatternSource, SiteKind};

impl Lowering {
    /// A target in the current scope.
    pub(super) fn pattern(&mut self, node: PythonNode<'_>, source: PatternSource) -> PatternId {
        let node = bare(node);
        let scope = self.b.scope();
        let id = self.b.open_pattern(range(node), source, scope);
        if self.b.descend(range(node)) {
            self.pattern_kind(id, node);
            self.b.ascend();
        }
        id
    }

    fn pattern_kind(&mut self, id: PatternId, node: PythonNode<'_>) {
        match node.kind() {
            Kind::Identifier => self.bind_pattern(id, ident(node)),
            Kind::PatternList
            | Kind::TuplePattern
            | Kind::ListPattern
            | Kind::Tuple
            | Kind::List
            | Kind::ExpressionList => {
                let part = |index| PatternSource::Part { whole: id, index };
                let items = node
                    .named()
                    .zip(0..)
                    .map(|(item, index)| Some(self.pattern(item, part(index))))
                    .collect();
                self.b.set_pattern(id, PatternKind::Sequence(items));
            }
            Kind::ListSplatPattern | Kind::ListSplat => {
                if let Some(inner) = node.named().next() {
                    let rest = self.pattern(inner, PatternSource::Part { whole: id, index: 0 });
                    self.b.set_pattern(id, PatternKind::Rest(rest));
                }
            }
            Kind::AsPatternTarget => {
                if let Some(inner) = node.named().next() {
                    self.pattern_kind(id, bare(inner));
                }
            }
            _ => {
                let target = self.expr(node, Parent::Pattern(id));
                self.b.set_pattern(id, PatternKind::Target(target));
            }
        }
    }

    /// Makes a pattern a name, bound where `global` and `nonlocal` say.
    pub(super) fn bind_pattern(&mut self, id: PatternId, name: Ident) {
        self.bind_pattern_without_site(id, name);
        self.b.site(name.range, SiteKind::Bound(id));
    }

    /// The same for a name whose site is something else: a field of a class.
    pub(super) fn bind_pattern_without_site(&mut self, id: PatternId, name: Ident) {
        self.b.set_pattern(id, PatternKind::Name(name));
        let scope = self.binding_scope(self.b.module.pattern(id).scope, name);
        if let Some(pattern) = self.b.module.patterns.get_mut(id.0 as usize) {
            pattern.scope = scope;
        }
        self.b.bind(scope, name, BindingKind::Pattern(id));
    }
}

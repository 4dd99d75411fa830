//! Patterns: what values are bound to.

use rustc_hash::FxHashSet;
use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::{Lowering, ident, range};
use crate::code::tree::{
    BindingKind, EntryKey, Ident, Parent, PatternEntry, PatternId, PatternKind, PatternSource, ScopeId,
    SiteKind,
};

/// What a pattern does with the names in it.
#[derive(Clone, Copy)]
enum Names {
    /// They are declared in this scope.
    Declare(ScopeId),
    /// They are declared elsewhere and assigned here.
    Assign,
}

impl Lowering<'_> {
    /// A pattern that declares its names in `scope`.
    pub(super) fn declared(&mut self, node: TsNode<'_>, source: PatternSource, scope: ScopeId) -> PatternId {
        self.pattern(node, source, Names::Declare(scope))
    }

    /// What an assignment assigns to.
    pub(super) fn assigned(&mut self, node: TsNode<'_>, source: PatternSource) -> PatternId {
        self.pattern(node, source, Names::Assign)
    }

    fn pattern(&mut self, node: TsNode<'_>, source: PatternSource, names: Names) -> PatternId {
        let scope = match names {
            Names::Declare(scope) => scope,
            Names::Assign => self.build.scope(),
        };
        let id = self.build.open_pattern(range(node), source, scope);
        if self.build.descend(range(node)) {
            self.pattern_kind(id, node, names);
            self.build.ascend();
        }
        id
    }

    fn pattern_kind(&mut self, id: PatternId, node: TsNode<'_>, names: Names) {
        match node.kind() {
            Kind::Identifier | Kind::Undefined | Kind::ShorthandPropertyIdentifierPattern => {
                self.build.site(range(node), SiteKind::Bound(id));
                self.bind_pattern(id, ident(node), names);
            }
            Kind::ObjectPattern => self.object_pattern(id, node, names),
            Kind::ArrayPattern => self.array_pattern(id, node, names),
            Kind::RestPattern => {
                if let Some(inner) = node.named().next() {
                    let rest = self.pattern(inner, PatternSource::Part { whole: id, index: 0 }, names);
                    self.build.set_pattern(id, PatternKind::Rest(rest));
                }
            }
            _ => {
                let target = self.expr(node, Parent::Pattern(id));
                self.build.set_pattern(id, PatternKind::Target(target));
            }
        }
    }

    /// Makes the pattern a name, without a site.
    fn bind_pattern(&mut self, id: PatternId, name: Ident, names: Names) {
        self.build.set_pattern(id, PatternKind::Name(name));
        match names {
            Names::Declare(scope) => self.build.bind(scope, name, BindingKind::Pattern(id)),
            Names::Assign => self.assigned.push((id, name, self.build.scope())),
        }
    }

    fn object_pattern(&mut self, whole: PatternId, node: TsNode<'_>, names: Names) {
        let mut entries = vec![];
        for child in node.children() {
            let index = u32::try_from(entries.len()).unwrap_or(u32::MAX);
            let entry = match child.kind() {
                Kind::ShorthandPropertyIdentifierPattern => {
                    Some(self.shorthand(whole, index, child, None, names))
                }
                Kind::ObjectAssignmentPattern => self.shorthand_with_default(whole, index, child, names),
                Kind::PairPattern => self.pair_pattern(whole, index, child, names),
                Kind::RestPattern => child.named().next().map(|rest| {
                    let pattern = self.pattern(rest, PatternSource::Part { whole, index }, names);
                    PatternEntry { key: EntryKey::Spread, pattern, default: None }
                }),
                _ => None,
            };
            let Some(entry) = entry else { continue };
            if let EntryKey::Name(name) | EntryKey::Shorthand(name) = entry.key {
                self.build.site(name.range, SiteKind::PatternKey { pattern: whole, entry: index });
            }
            entries.push(entry);
        }
        self.build.set_pattern(whole, PatternKind::Object(entries));
    }

    fn shorthand(
        &mut self,
        whole: PatternId,
        index: u32,
        name: TsNode<'_>,
        default: Option<TsNode<'_>>,
        names: Names,
    ) -> PatternEntry {
        let scope = match names {
            Names::Declare(scope) => scope,
            Names::Assign => self.build.scope(),
        };
        let pattern = self.build.open_pattern(range(name), PatternSource::Part { whole, index }, scope);
        self.bind_pattern(pattern, ident(name), names);
        let default = default.map(|value| self.expr(value, Parent::Pattern(whole)));
        PatternEntry { key: EntryKey::Shorthand(ident(name)), pattern, default }
    }

    /// `{ a = 1 }`; errors can leave a whole pattern to the left, which has no key.
    fn shorthand_with_default(
        &mut self,
        whole: PatternId,
        index: u32,
        node: TsNode<'_>,
        names: Names,
    ) -> Option<PatternEntry> {
        let left = node.child(Field::Left)?;
        let is_name = left.kind() == Kind::ShorthandPropertyIdentifierPattern;
        is_name.then(|| self.shorthand(whole, index, left, node.child(Field::Right), names))
    }

    fn pair_pattern(
        &mut self,
        whole: PatternId,
        index: u32,
        node: TsNode<'_>,
        names: Names,
    ) -> Option<PatternEntry> {
        let key = self.entry_key(node.child(Field::Key)?, Parent::Pattern(whole));
        let value = node.child(Field::Value)?;
        let (bound, default) = match value.kind() {
            Kind::AssignmentPattern => (value.child(Field::Left)?, value.child(Field::Right)),
            _ => (value, None),
        };
        let pattern = self.pattern(bound, PatternSource::Part { whole, index }, names);
        let default = default.map(|value| self.expr(value, Parent::Pattern(whole)));
        Some(PatternEntry { key, pattern, default })
    }

    fn array_pattern(&mut self, whole: PatternId, node: TsNode<'_>, names: Names) {
        let mut items: Vec<Option<PatternId>> = vec![];
        let mut pending = None;
        for child in node.children() {
            if child.kind() == Kind::CommaToken {
                items.push(pending.take());
                continue;
            }
            let index = u32::try_from(items.len()).unwrap_or(u32::MAX);
            let bound = match child.kind() {
                Kind::AssignmentPattern => child.child(Field::Left),
                _ => Some(child),
            };
            pending = bound.map(|bound| self.pattern(bound, PatternSource::Part { whole, index }, names));
            if child.kind() == Kind::AssignmentPattern {
                self.expr_in(child, Field::Right, Parent::Pattern(whole));
            }
        }
        items.extend(pending.map(Some));
        self.build.set_pattern(whole, PatternKind::Sequence(items));
    }

    /// Binds each name that is assigned to in the scope that declares it: its values are there, too.
    pub(super) fn bind_assigned(&mut self) {
        let assigned = std::mem::take(&mut self.assigned);
        if assigned.is_empty() {
            return;
        }
        let mut declared: FxHashSet<(ScopeId, &str)> = FxHashSet::default();
        for (index, scope) in (0..).map(ScopeId).zip(&self.build.module.scopes) {
            declared.extend(scope.bindings.iter().map(|binding| (index, self.name_text(binding.name))));
        }
        for (pattern, name, scope) in assigned {
            let text = self.name_text(name);
            let mut at = Some(scope);
            while let Some(scope) = at.filter(|scope| !declared.contains(&(*scope, text))) {
                at = self.build.module.scope(scope).parent;
            }
            let Some(scope) = at else { continue };
            self.build.bind(scope, name, BindingKind::Pattern(pattern));
            if let Some(pattern) = self.build.module.patterns.get_mut(pattern.0 as usize) {
                pattern.scope = scope;
            }
        }
    }

    /// The names that a pattern binds.
    pub(super) fn bound_names(&self, pattern: PatternId) -> Vec<Ident> {
        let mut names = vec![];
        let mut open = vec![pattern];
        while let Some(pattern) = open.pop() {
            match &self.build.module.pattern(pattern).kind {
                PatternKind::Name(name) => names.push(*name),
                PatternKind::Object(entries) => open.extend(entries.iter().map(|entry| entry.pattern)),
                PatternKind::Sequence(items) => open.extend(items.iter().flatten()),
                PatternKind::Rest(rest) => open.push(*rest),
                PatternKind::Target(_) => {}
            }
        }
        names.sort_unstable();
        names
    }
}

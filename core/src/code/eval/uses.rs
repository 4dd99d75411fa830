//! Where variables are read.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::code::eval::Evaluator;
use crate::code::tree::{EntryKey, ExprId, ExprKind, Module, ScopeId, SiteKind};

/// The expressions that read a name, by the scope that binds it.
pub(super) type UsesByScope = FxHashMap<ScopeId, Rc<[ExprId]>>;

impl Evaluator<'_> {
    /// The expressions that read the name bound in `scope`.
    pub fn uses_of(&self, module: &Module, scope: ScopeId, name: &str) -> Rc<[ExprId]> {
        let uses = self.uses_named(module, name);
        uses.get(&scope).cloned().unwrap_or_else(|| Rc::from([]))
    }

    /// The expressions that read a name, by the scope that binds it. All scopes at once: a short name is bound in
    /// thousands of scopes of a bundle, and read in tens of thousands of places.
    fn uses_named(&self, module: &Module, name: &str) -> Rc<UsesByScope> {
        let key = (module.file, Box::from(name));
        if let Some(known) = self.uses.borrow().get(&key) {
            return known.clone();
        }
        let mut found: FxHashMap<ScopeId, Vec<ExprId>> = FxHashMap::default();
        let mut bound_in: FxHashMap<ScopeId, Option<ScopeId>> = FxHashMap::default();
        for expr in module.sites_named(name).filter_map(|site| read_at(module, site.kind)) {
            let from = module.expr(expr).scope;
            let bound = *bound_in
                .entry(from)
                .or_insert_with(|| self.lookup(module, from, name).map(|found| found.scope));
            if let Some(bound) = bound {
                found.entry(bound).or_default().push(expr);
            }
        }
        let found: Rc<UsesByScope> =
            Rc::new(found.into_iter().map(|(scope, uses)| (scope, uses.into())).collect());
        self.uses.borrow_mut().insert(key, found.clone());
        found
    }
}

/// The expression that reads a variable at a site, if it is one: a name, or the `{ name }` of an object.
fn read_at(module: &Module, site: SiteKind) -> Option<ExprId> {
    match site {
        SiteKind::Name(expr) => Some(expr),
        SiteKind::Key { object, entry } => {
            let entries = match &module.expr(object).kind {
                ExprKind::Object { entries } => entries,
                ExprKind::Jsx { attributes, .. } => attributes,
                _ => return None,
            };
            let entry = entries.get(entry as usize)?;
            matches!(entry.key, EntryKey::Shorthand(_)).then_some(entry.value)
        }
        _ => None,
    }
}

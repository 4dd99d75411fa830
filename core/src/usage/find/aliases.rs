//! Other names by which Python code reaches a mapped class or a table: the variable of a `Table`, `import User as U`,
//! `Member = User`.

use crate::code::project::scan::ScanFilter;
use crate::code::tree::{BindingKind, ExprId, Imported, Module, Parent, PatternSource, SiteKind};
use crate::schema::EntityId;
use crate::usage::find::Finder;

/// A name is followed to another one so often.
const MOST_ROUNDS: usize = 3;

impl Finder<'_> {
    /// The names by which code reaches the entities as the subject of queries, with those that it gives them itself.
    pub(super) fn all_reference_names(&self, entities: &[EntityId]) -> Vec<String> {
        if let Some(known) = self.reached_by.borrow().get(entities) {
            return known.clone();
        }
        let names = self.find_names(entities);
        self.reached_by.borrow_mut().insert(entities.to_vec(), names.clone());
        names
    }

    fn find_names(&self, entities: &[EntityId]) -> Vec<String> {
        let mut names = self.reference_names(entities);
        let of_python: Vec<EntityId> =
            entities.iter().copied().filter(|id| (id.0 as usize) >= self.declared_entities).collect();
        let own = |id: &EntityId| self.variables_of(*id);
        let mut new: Vec<String> = of_python.iter().flat_map(own).collect();
        new.extend(self.reference_names(&of_python));
        for _ in 0..MOST_ROUNDS {
            if new.is_empty() {
                break;
            }
            names.extend(new.iter().cloned());
            new = self.aliases_of(&new).into_iter().filter(|alias| !names.contains(alias)).collect();
        }
        names.sort();
        names.dedup();
        names
    }

    /// The variables that a `Table(...)` is put into where it is made.
    fn variables_of(&self, entity: EntityId) -> Vec<String> {
        let Some(info) = self.eval.entity(entity).filter(|info| info.class.is_none()) else {
            return Vec::new();
        };
        let span = info.entity.span;
        let module = self.project.module(span.file).filter(|module| module.language.is_python());
        let Some(module) = module.filter(|_| !info.entity.name.is_empty()) else { return Vec::new() };
        bound_to(&module, |value| module.expr(value).range.contains_range(span.range))
    }

    /// What imports and assignments of modules call these names.
    fn aliases_of(&self, names: &[String]) -> Vec<String> {
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        let python = ScanFilter { javascript: false, ..ScanFilter::default() };
        let mut found = Vec::new();
        self.each_site(&words, python, |module, site, word| match site.kind {
            SiteKind::Import { import, name } => {
                let imported = module.import(import).names.get(name as usize);
                let is_it =
                    |what: Imported| matches!(what, Imported::Name(name) if module.text(name) == word);
                found.extend(
                    imported
                        .filter(|imported| is_it(imported.what))
                        .map(|imported| module.text(imported.local).to_owned()),
                );
            }
            SiteKind::Name(expr) | SiteKind::Member(expr)
                if matches!(module.expr(expr).parent, Parent::Stmt(_)) =>
            {
                found.extend(bound_to(module, |value| value == expr));
            }
            _ => {}
        });
        found.sort();
        found.dedup();
        found
    }
}

/// The names that a module binds to a value.
fn bound_to(module: &Module, is_it: impl Fn(ExprId) -> bool) -> Vec<String> {
    let bindings = module.scope(module.root_scope()).bindings.iter();
    let names = bindings.filter(|binding| match binding.kind {
        BindingKind::Pattern(pattern) => match module.pattern(pattern).source {
            PatternSource::Value { value: Some(value), .. } => is_it(value),
            _ => false,
        },
        _ => false,
    });
    names.map(|binding| module.text(binding.name).to_owned()).collect()
}

//! Which words code can reach a column by without saying its name: classes whose loads select it, relationships that lead there,
//! attributes that stand for it, methods of sessions.

use crate::code::eval::Evaluator;
use crate::code::library::{AskedColumn, SendingWords};
use crate::code::project::classes::Stands;
use crate::code::tree::{ExprId, Parent, PatternKind, StmtKind};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::SqlAlchemy;
use crate::usage::orm::sqlalchemy::facts::DerivedKind;
use crate::usage::orm::sqlalchemy::sends::VERBS;

/// Steps from entity to entity when those are looked for whose loads reach the column.
const MOST_ROUNDS: u32 = 4;

impl SqlAlchemy {
    /// The words by which code can reach the column without saying it.
    pub(super) fn words(&self, eval: &Evaluator<'_>, asked: &AskedColumn) -> SendingWords {
        let mut reached: Vec<EntityId> = asked.of_table.clone();
        for entity in asked.of_table.clone() {
            reached.extend(self.relatives(eval, entity));
        }
        let mut words = SendingWords::default();
        let mut round = 0;
        loop {
            reached.sort();
            reached.dedup();
            let before = reached.len();
            let relations = self.relations_to(eval, &reached);
            for (owner, name) in &relations {
                words.anywhere.push(name.clone());
                let facts = self.facts(eval, *owner);
                let lazy = facts
                    .relations
                    .iter()
                    .find(|known| known.name == *name)
                    .and_then(|known| known.lazy.clone());
                if matches!(lazy.as_deref(), Some("joined" | "selectin" | "subquery" | "immediate")) {
                    reached.push(*owner);
                }
            }
            words.near.extend(relations.iter().filter_map(|(owner, _)| self.class_name(eval, *owner)));
            round += 1;
            reached.sort();
            reached.dedup();
            if reached.len() == before || round >= MOST_ROUNDS {
                self.add_derived(eval, asked, &relations, &mut words);
                break;
            }
        }
        let names: Vec<String> = reached.iter().filter_map(|entity| self.class_name(eval, *entity)).collect();
        words.anywhere.extend(names.iter().cloned());
        words.anywhere.extend(reached.iter().flat_map(|entity| self.table_variables(eval, *entity)));
        words.near.extend(names);
        words.nearby.extend(VERBS.map(str::to_owned));
        words.nearby.extend(self.attributes_that_update(eval, asked));
        words.nearby.extend(self.attributes_of_derived(eval, asked));
        for list in [&mut words.anywhere, &mut words.nearby, &mut words.near] {
            list.retain(|word| !word.is_empty());
            list.sort();
            list.dedup();
        }
        words
    }

    pub(super) fn class_name(&self, eval: &Evaluator<'_>, entity: EntityId) -> Option<String> {
        eval.entity(entity).map(|info| info.entity.name.clone())
    }

    /// Classes derived from the entity's, and those that it is derived from.
    pub(super) fn relatives(&self, eval: &Evaluator<'_>, entity: EntityId) -> Vec<EntityId> {
        let Some(class) = eval.entity(entity).and_then(|info| info.class) else { return Vec::new() };
        let mut names = self.class_name(eval, entity).into_iter().collect::<Vec<_>>();
        while let Some(name) = names.pop() {
            let files = eval.class_index().deriving(&name).to_vec();
            let known = eval.entities().len();
            eval.read_mapped(&files);
            names.extend(eval.entities().into_iter().skip(known).map(|(_, info)| info.entity.name.clone()));
        }
        let mut found: Vec<EntityId> = self
            .lineage(eval, class)
            .into_iter()
            .skip(1)
            .filter_map(|class| eval.class_entity(class))
            .collect();
        found.retain(|id| eval.entity(*id).is_some_and(|info| !info.entity.is_abstract));
        let derived = eval.entities().into_iter().map(|(id, _)| id);
        found.extend(derived.filter(|id| *id != entity && self.is_kind_of(eval, *id, entity)));
        found
    }

    /// Relationships that lead to one of the entities, with their owners; those that a `backref` adds too.
    fn relations_to(&self, eval: &Evaluator<'_>, entities: &[EntityId]) -> Vec<(EntityId, String)> {
        let names: Vec<String> = entities
            .iter()
            .filter_map(|id| self.class_name(eval, *id))
            .filter(|name| !name.is_empty())
            .collect();
        let words: Vec<(&str, Stands)> = names.iter().map(|name| (name.as_str(), Stands::Anywhere)).collect();
        eval.read_mapped(&eval.project().files_with(&eval.class_index().files, &words));
        let mut found = Vec::new();
        for (owner, info) in eval.entities().into_iter().filter(|(_, info)| info.class.is_some()) {
            for field in &info.entity.fields {
                if let FieldKind::Relation { entity: other, .. } = &field.kind
                    && (names.contains(other) || names.contains(&info.entity.name))
                {
                    found.push((owner, field.name.clone()));
                }
            }
            if let Some(added) = self.backrefs.borrow().get(&info.entity.name) {
                found.extend(added.iter().map(|backref| (owner, backref.name.clone())));
            }
        }
        found
    }

    /// Attributes that stand for the column, or lead to it over a relationship.
    fn add_derived(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        relations: &[(EntityId, String)],
        words: &mut SendingWords,
    ) {
        let owners =
            asked.fields.iter().map(|(owner, _)| *owner).chain(relations.iter().map(|(owner, _)| *owner));
        for owner in owners {
            for derived in &self.facts(eval, owner).derived {
                let leads = match &derived.kind {
                    DerivedKind::Alias(names) | DerivedKind::Expression { names, .. } => {
                        self.any_asked(eval, asked, owner, names)
                    }
                    DerivedKind::Proxy { relation, .. } => {
                        relations.iter().any(|(of, name)| *of == owner && name == relation)
                    }
                };
                if leads {
                    words.anywhere.push(derived.name.clone());
                }
            }
        }
    }

    /// Names of variables that hold the `Table` of an entity without a class.
    fn table_variables(&self, eval: &Evaluator<'_>, entity: EntityId) -> Vec<String> {
        let places: Vec<_> = self
            .tables
            .borrow()
            .iter()
            .filter(|(_, found)| **found == Some(entity))
            .map(|(place, _)| *place)
            .collect();
        let variable = |(file, expr): (crate::text::FileId, ExprId)| {
            let module = eval.module(file)?;
            let Parent::Stmt(stmt) = module.expr(expr).parent else { return None };
            let StmtKind::Assign { targets, .. } = &module.stmt(stmt).kind else { return None };
            match module.pattern(*targets.first()?).kind {
                PatternKind::Name(name) => Some(module.text(name).to_owned()),
                _ => None,
            }
        };
        places.into_iter().filter_map(variable).collect()
    }
}

//! Which words code can reach a column by without saying its name: classes whose loads select it, relationships that lead there,
//! attributes that stand for it, methods of sessions.

use crate::code::eval::{EntityInfo, Evaluator};
use crate::code::library::{AskedColumn, SendingWords};
use crate::code::project::classes::{Marker, Stands};
use crate::code::tree::{ExprId, Parent, PatternKind, StmtKind};
use crate::schema::{EntityId, FieldKind};
use crate::text::FileId;
use crate::usage::orm::sqlalchemy::facts::DerivedKind;
use crate::usage::orm::sqlalchemy::query::EAGER;
use crate::usage::orm::sqlalchemy::sends::{VERBS, whole};
use crate::usage::orm::sqlalchemy::{Backref, SqlAlchemy};

/// What stands in every file that maps a class.
pub(super) const MARKERS: &[Marker] = &[
    said("__tablename__"),
    said("mapped_column"),
    said("Mapped"),
    said("SQLModel"),
    said("__table__"),
    said("map_imperatively"),
    // `sa.Column(...)`, and a project's own `StringColumn(...)`; types and tests of types make no column.
    Marker { text: "Column", begins: false, made: true },
    Marker { text: "Table", begins: true, made: true },
];

const fn said(text: &'static str) -> Marker {
    Marker { text, begins: false, made: false }
}

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
                self.add_relations(eval, asked, &relations, &mut words);
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
        words.loaders = &EAGER;
        let lists = [
            &mut words.anywhere,
            &mut words.attributes,
            &mut words.loaded,
            &mut words.nearby,
            &mut words.near,
        ];
        for list in lists {
            list.retain(|word| !word.is_empty());
            list.sort();
            list.dedup();
        }
        words
    }

    /// The names of relationships: of those whose own load or join names the column, and of the others, which have to be
    /// gone through by an option of a query.
    fn add_relations(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        relations: &[(EntityId, String)],
        words: &mut SendingWords,
    ) {
        // Of an object that was loaded as its base, any attribute of its class loads the class's table.
        let of_derived = self.attributes_of_derived(eval, asked);
        for (owner, name) in relations {
            let is_sent = of_derived.contains(name) || self.may_name(eval, asked, *owner, name);
            let list = if is_sent { &mut words.attributes } else { &mut words.loaded };
            list.push(name.clone());
        }
        let known = &words.attributes;
        words.loaded.retain(|name| !known.contains(name));
    }

    /// Whether reading or joining the relationship can name the column, whatever options there are.
    fn may_name(&self, eval: &Evaluator<'_>, asked: &AskedColumn, owner: EntityId, relation: &str) -> bool {
        let Some(target) = self.target(eval, owner, relation) else { return true };
        self.loads(eval, asked, target, &[], 0)
            || self.selects(eval, asked, &whole(target))
            || self.joins_by(eval, asked, owner, relation)
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
        let (islands, homes) = (eval.project().islands(), eval.home_islands(entities));
        let reached = |file: &FileId| islands.reaches(&homes, *file);
        let files: Vec<FileId> = eval.class_index().files.iter().copied().filter(reached).collect();
        eval.read_mapped(&eval.project().files_with(&files, &words));
        let mut found = Vec::new();
        let is_near = |info: &EntityInfo| info.class.is_some_and(|class| reached(&class.file));
        for (owner, info) in eval.entities().into_iter().filter(|(_, info)| is_near(info)) {
            for field in &info.entity.fields {
                if let FieldKind::Relation { entity: other, .. } = &field.kind
                    && (names.contains(other) || names.contains(&info.entity.name))
                {
                    found.push((owner, field.name.clone()));
                }
            }
            if let Some(added) = self.backrefs.borrow().get(&info.entity.name) {
                let leads =
                    |backref: &&Backref| names.contains(&backref.source) || names.contains(&info.entity.name);
                found.extend(added.iter().filter(leads).map(|backref| (owner, backref.name.clone())));
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
                    words.attributes.push(derived.name.clone());
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
        let variable = |(file, expr): (FileId, ExprId)| {
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

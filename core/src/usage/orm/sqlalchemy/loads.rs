//! Which columns a load of an entity names: those of its rows, of the relationships that are loaded with them, of what is
//! derived from it, as the options of the query say.
//!
//! Sources: "Column Loading Options" (`load_only`, `defer`, `undefer`, `deferred`), "Relationship Loading Techniques",
//! "Loading Inheritance", and the statements that were sent when the shapes were run.

use crate::code::eval::Evaluator;
use crate::code::library::AskedColumn;
use crate::code::value::{LibraryValue, Projection, Row, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::facts::{DerivedKind, Named, Relation};
use crate::usage::orm::sqlalchemy::{LOADER, STEP, SqlAlchemy};

/// Relationships are followed so far.
const DEEPEST: u32 = 5;

/// Functions that make loader options, and methods that go on with one.
pub const LOADERS: [&str; 14] = [
    "joinedload",
    "selectinload",
    "subqueryload",
    "contains_eager",
    "immediateload",
    "lazyload",
    "raiseload",
    "noload",
    "defaultload",
    "load_only",
    "defer",
    "undefer",
    "undefer_group",
    "selectin_polymorphic",
];

/// Options of a query, one chain of steps each: `joinedload(Post.user).load_only(User.name)` has two.
pub type Chains<'a> = Vec<&'a [Value]>;

/// The chains of the options in a list of values.
pub fn chains(options: &[Value]) -> Chains<'_> {
    let mut found = Chains::new();
    for option in options {
        match option {
            Value::Library(library) if library.kind == LOADER => found.push(&library.args),
            Value::Tuple(items) | Value::Union(items) => found.extend(chains(items)),
            Value::List(item) => found.extend(chains(std::slice::from_ref(item))),
            _ => {}
        }
    }
    found
}

/// The steps of options behind a relationship.
pub fn below(options: &[Value], name: &str) -> Vec<Vec<Value>> {
    let behind = |chain: &&[Value]| {
        let leads = |value: &Value| {
            step(value).is_some_and(|step| {
                step.args.iter().any(|arg| matches!(arg, Value::Field(_, field) if &**field == name))
            })
        };
        let at = chain.iter().position(leads)?;
        chain.get(at + 1..).map(<[Value]>::to_vec)
    };
    chains(options).iter().filter_map(behind).collect()
}

/// The options that a row was loaded with.
pub fn options_of(row: &Row) -> &[Value] {
    match &row.projection {
        Projection::Loaded(options) => options,
        Projection::All | Projection::Some(_) => &[],
    }
}

/// Whether a row is one of a `Table`, whose columns are all selected.
pub fn is_core(row: &Row) -> bool {
    options_of(row).iter().any(|option| option.as_str() == Some(CORE))
}

/// The option of rows that a `Table` gives.
pub const CORE: &str = "core";

fn step(value: &Value) -> Option<&LibraryValue> {
    value.library(STEP)
}

/// Strategies that load a relationship with the rows that have it.
fn is_eager(strategy: &str) -> bool {
    matches!(
        strategy,
        "joinedload"
            | "selectinload"
            | "subqueryload"
            | "contains_eager"
            | "immediateload"
            | "joined"
            | "selectin"
            | "subquery"
            | "immediate"
    )
}

impl SqlAlchemy {
    /// Whether one is the other, or derived from it and mapped with its columns.
    pub(super) fn is_kind_of(&self, eval: &Evaluator<'_>, entity: EntityId, base: EntityId) -> bool {
        if entity == base {
            return true;
        }
        let class = |id: EntityId| eval.entity(id).and_then(|info| info.class);
        match (class(entity), class(base)) {
            (Some(class), Some(base)) => {
                eval.derives(class, base) && !crate::usage::orm::sqlalchemy::mapping::is_concrete(eval, class)
            }
            _ => false,
        }
    }

    /// The field of the entity that stands for the column asked about.
    pub(super) fn asked_field(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
    ) -> Option<String> {
        let info = eval.entity(entity)?;
        let holds = |(of, field): &&(EntityId, String)| {
            info.entity.field(field).is_some_and(|known| known.column().is_some())
                && self.is_kind_of(eval, entity, *of)
        };
        asked.fields.iter().find(holds).map(|(_, field)| field.clone())
    }

    /// Whether a load of the entity names the column.
    pub(super) fn loads(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        chains: &[&[Value]],
        depth: u32,
    ) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let facts = self.facts(eval, entity);
        if self.loads_column(eval, asked, entity, chains) {
            return true;
        }
        let derived = facts.derived.iter().any(|derived| match &derived.kind {
            DerivedKind::Expression { names, deferred } => {
                self.is_loaded(eval, entity, &derived.name, !deferred, chains)
                    && self.any_asked(eval, asked, entity, names)
            }
            DerivedKind::Alias(_) | DerivedKind::Proxy { .. } => false,
        });
        derived
            || self.loads_derived(eval, asked, entity, chains)
            || facts
                .relations
                .iter()
                .any(|relation| self.loads_relation(eval, asked, entity, relation, chains, depth))
    }

    fn loads_column(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        chains: &[&[Value]],
    ) -> bool {
        let Some(name) = self.asked_field(eval, asked, entity) else { return false };
        let Some(info) = eval.entity(entity) else { return false };
        let Some(field) = info.entity.field(&name) else { return false };
        !field.ignored && self.is_loaded(eval, entity, &name, !field.deferred, chains)
    }

    /// Whether a column or expression is among what is selected of the entity.
    pub(super) fn is_loaded(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        name: &str,
        by_default: bool,
        chains: &[&[Value]],
    ) -> bool {
        let facts = self.facts(eval, entity);
        // The key is loaded whatever the options say.
        if facts.primary.iter().any(|primary| primary == name) {
            return true;
        }
        let (mut loaded, mut only) = (by_default, None);
        for chain in self.own_chains(eval, entity, chains) {
            for step in chain.iter().map_while(|value| step(value)) {
                let names = step.args.iter().any(|arg| match arg {
                    Value::Field(_, field) => &**field == name,
                    Value::Str(text) => &**text == name || &**text == "*",
                    _ => false,
                });
                let in_group = || {
                    let group = step.args.first().and_then(Value::as_str);
                    facts.groups.iter().any(|(field, known)| field == name && Some(known.as_str()) == group)
                };
                match &*step.text {
                    "load_only" => only = Some(only.unwrap_or(false) || names),
                    "defer" if names => loaded = false,
                    "undefer" if names => (loaded, only) = (true, only.map(|_| true)),
                    "undefer_group" if in_group() => (loaded, only) = (true, only.map(|_| true)),
                    _ => {}
                }
            }
        }
        // What `load_only` names is loaded although it is deferred.
        only.unwrap_or(loaded)
    }

    /// The chains about the entity's own columns: those that begin with one of its columns, or are bound to it (`Load`).
    fn own_chains<'a>(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        chains: &[&'a [Value]],
    ) -> Vec<&'a [Value]> {
        let is_about =
            |other: EntityId| self.is_kind_of(eval, entity, other) || self.is_kind_of(eval, other, entity);
        let own = |chain: &&'a [Value]| -> Option<&'a [Value]> {
            let (first, rest) = chain.split_first()?;
            let first = step(first)?;
            if &*first.text == "Load" {
                let bound = match first.first() {
                    Value::Entity(bound) => Some(bound),
                    _ => None,
                };
                return bound.is_none_or(is_about).then_some(rest);
            }
            let is_column = matches!(&*first.text, "load_only" | "defer" | "undefer" | "undefer_group");
            let fits = first.args.iter().all(|arg| match arg {
                Value::Field(other, _) => is_about(*other),
                _ => true,
            });
            (is_column && fits).then_some(*chain)
        };
        chains.iter().filter_map(own).collect()
    }

    /// Whether the classes derived from the entity are loaded with it, and name the column.
    fn loads_derived(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        chains: &[&[Value]],
    ) -> bool {
        let told = |derived: EntityId| {
            chains.iter().filter_map(|chain| step(chain.first()?)).any(|step| {
                matches!(&*step.text, "selectin_polymorphic" | "with_polymorphic")
                    && step.args.iter().skip(1).any(|arg| match arg {
                        Value::Entity(known) => self.is_kind_of(eval, derived, *known),
                        Value::Str(text) => &**text == "*",
                        _ => false,
                    })
            })
        };
        let all = self.facts(eval, entity).loads_derived;
        asked.fields.iter().map(|(owner, _)| *owner).any(|owner| {
            owner != entity
                && self.is_kind_of(eval, owner, entity)
                && (all || self.facts(eval, owner).loaded_with_base || told(owner))
                && self.loads_column(eval, asked, owner, chains)
        })
    }

    /// Whether the relationship is loaded with the entity's rows, and that names the column.
    fn loads_relation(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        relation: &Relation,
        chains: &[&[Value]],
        depth: u32,
    ) -> bool {
        let mut strategy = relation.lazy.clone().unwrap_or_default();
        let mut below = Chains::new();
        for chain in chains {
            let (mut chain, mut is_told) = (*chain, false);
            while let Some(first) = chain.first().and_then(step) {
                let leads = first.args.iter().any(|arg| match arg {
                    Value::Field(_, field) => **field == *relation.name,
                    Value::Str(text) => &**text == "*" || **text == *relation.name,
                    _ => false,
                });
                let is_relation = is_eager(&first.text)
                    || matches!(&*first.text, "lazyload" | "raiseload" | "noload" | "defaultload");
                // Steps that go on where the chain stands: `Load(Post).joinedload(Post.user)`.
                if !is_relation {
                    chain = chain.get(1..).unwrap_or_default();
                    continue;
                }
                is_told = leads;
                break;
            }
            let Some(first) = chain.first().and_then(step).filter(|_| is_told) else { continue };
            if &*first.text != "defaultload" {
                strategy = first.text.to_string();
            }
            below.push(chain.get(1..).unwrap_or_default());
        }
        is_eager(&strategy)
            && (self.joins_by(eval, asked, entity, &relation.name)
                || self
                    .target(eval, entity, &relation.name)
                    .is_some_and(|target| self.loads(eval, asked, target, &below, depth + 1)))
    }

    /// The entity that a relationship leads to.
    pub(super) fn target(&self, eval: &Evaluator<'_>, entity: EntityId, relation: &str) -> Option<EntityId> {
        let info = eval.entity(entity)?;
        if let Some(FieldKind::Relation { entity: other, .. }) =
            info.entity.field(relation).map(|field| &field.kind)
        {
            return eval.entity_named(other);
        }
        eval.entity_named(&self.backref_source(&info.entity.name, relation)?)
    }

    /// Whether the column is among those that join or order the rows of a relationship.
    pub(super) fn joins_by(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        relation: &str,
    ) -> bool {
        let facts = self.facts(eval, entity);
        let told = facts.relations.iter().find(|known| known.name == relation);
        if told.is_some_and(|told| self.any_asked(eval, asked, entity, &told.names)) {
            return true;
        }
        if let Some(secondary) = told.and_then(|told| told.secondary) {
            let is_asked = asked.of_table.contains(&secondary);
            let keys = &self.facts(eval, secondary).keys;
            return is_asked && keys.iter().any(|key| self.is_asked_name(eval, asked, secondary, &key.field));
        }
        if told.is_some_and(|told| told.has_condition) {
            return false;
        }
        let Some(target) = self.target(eval, entity, relation) else { return false };
        self.keyed_by(eval, asked, entity, target)
    }

    /// Whether the column is a foreign key between two entities, or what it references.
    pub(super) fn keyed_by(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        left: EntityId,
        right: EntityId,
    ) -> bool {
        let table = |entity: EntityId| eval.entity(entity).map(|info| info.entity.table.name.clone());
        let between = |from: EntityId, to: EntityId| {
            let to = table(to);
            self.facts(eval, from).keys.iter().any(|key| {
                Some(&key.table) == to.as_ref()
                    && (self.is_asked_name(eval, asked, from, &key.field)
                        || (asked.table.name == key.table && asked.column == key.column))
            })
        };
        between(left, right) || between(right, left)
    }

    fn is_asked_name(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        field: &str,
    ) -> bool {
        self.asked_field(eval, asked, entity).is_some_and(|known| known == field)
    }

    /// Whether one of the names, seen from the entity's class, means the column.
    pub(super) fn any_asked(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        entity: EntityId,
        names: &[Named],
    ) -> bool {
        names.iter().any(|(owner, name)| match owner.as_deref() {
            // `legacy.columns[0]` has the field before the dot.
            None | Some("self" | "cls" | "c") => self.is_asked_name(eval, asked, entity, name),
            Some(owner) => asked.fields.iter().any(|(of, field)| {
                field == name
                    && eval
                        .entity(*of)
                        .is_some_and(|info| info.entity.name == *owner || info.entity.table.name == *owner)
            }),
        })
    }

    /// Whether a statement in which the entity is a part of another one names the column: a subquery, a count, a union.
    /// Options do not reach into it; deferred columns are named all the same.
    pub(super) fn selects(&self, eval: &Evaluator<'_>, asked: &AskedColumn, row: &Row) -> bool {
        if is_core(row) {
            return self.is_in_table(eval, asked, row.entity);
        }
        let facts = self.facts(eval, row.entity);
        let is_mapped = |name: &String| {
            let info = eval.entity(row.entity);
            info.is_some_and(|info| info.entity.field(name).is_some_and(|field| !field.ignored))
        };
        self.asked_field(eval, asked, row.entity).is_some_and(|name| is_mapped(&name))
            || facts.derived.iter().any(|derived| {
                matches!(&derived.kind, DerivedKind::Expression { names, .. }
                    if self.any_asked(eval, asked, row.entity, names))
            })
            || self.loads_derived(eval, asked, row.entity, &chains(options_of(row)))
    }

    /// Whether the entity stands for the very table: all its columns are in the `Table` object.
    pub(super) fn is_in_table(&self, eval: &Evaluator<'_>, asked: &AskedColumn, entity: EntityId) -> bool {
        let name = |id: EntityId| eval.entity(id).map(|info| info.entity.table.clone());
        asked.of_table.contains(&entity) || asked.of_table.iter().any(|known| name(*known) == name(entity))
    }

    /// Whether one element of a statement names the column when the statement is sent.
    pub(super) fn element_names(
        &self,
        eval: &Evaluator<'_>,
        asked: &AskedColumn,
        element: &Value,
        options: &[Value],
    ) -> bool {
        match element {
            Value::Row(row) if is_core(row) => self.is_in_table(eval, asked, row.entity),
            Value::Row(row) => {
                let mut all = chains(options_of(row));
                all.extend(chains(options));
                self.loads(eval, asked, row.entity, &all, 0)
            }
            Value::Union(items) | Value::Tuple(items) | Value::Merged(items) => {
                items.iter().any(|item| self.element_names(eval, asked, item, options))
            }
            Value::List(item) | Value::Promise(item) | Value::Map(item) => {
                self.element_names(eval, asked, item, options)
            }
            _ => false,
        }
    }
}

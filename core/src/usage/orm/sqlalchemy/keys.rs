//! What keywords, keys and strings name in the arguments of SQLAlchemy.

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{FieldAccess, KeyMeaning, NamedField};
use crate::code::tree::Parent;
use crate::code::value::{LibraryValue, Row, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::query::{joined, selected};
use crate::usage::orm::sqlalchemy::{COLUMNS, DML, QUERY, SELECT, SqlAlchemy, TABLE, function_name};

/// A dict of values to write; keys name columns.
const VALUES: &str = "sqlalchemy.values";
/// What is said of names that define the table: in keys, indexes, constraints.
const DEFINES: &str = "defines";
/// What is said of the dicts that the ORM writes in bulk.
const ROWS: &str = "rows";
/// Names of columns as strings.
pub(super) const NAMES: &str = "sqlalchemy.names";

/// A piece of SQL that may name columns of these entities.
const FRAGMENT: &str = "sqlalchemy.fragment";

/// A text with paths of names: of a table (`users.email`) or of classes (`Post.title`).
const PATHS: &str = "sqlalchemy.paths";

/// Arguments of `relationship` whose strings are expressions over classes ("Late-Evaluation of Relationship Arguments").
const RELATIONSHIP_TEXTS: [&str; 6] =
    ["order_by", "foreign_keys", "primaryjoin", "secondaryjoin", "remote_side", "_user_defined_foreign_keys"];

impl SqlAlchemy {
    /// What a key, keyword or string means in an argument of the shape `shape`.
    pub(super) fn key_of(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        match shape {
            Value::Method(receiver, method) => {
                let receiver = match &**receiver {
                    Value::Library(library) => library,
                    _ => return None,
                };
                match (receiver.kind, &**method) {
                    (SELECT | QUERY, "filter_by") => {
                        Some(named(self.entity_with(eval, receiver, key)?, key, FieldAccess::Filter))
                    }
                    (DML, "values") => {
                        Some(named(self.entity(eval, &receiver.first())?, key, FieldAccess::Write))
                    }
                    _ => None,
                }
            }
            Value::Library(library) => match library.kind {
                COLUMNS => {
                    let (entity, field) = self.column_named(eval, library, key)?;
                    Some(named(entity, &field, FieldAccess::Filter))
                }
                VALUES => Some(named(self.entity(eval, &library.first())?, key, FieldAccess::Write)),
                PATHS => {
                    let access = access_of(library);
                    let names: Vec<NamedField> = paths(key)
                        .into_iter()
                        .flat_map(|(owner, name)| path_fields(eval, owner, name, access))
                        .collect();
                    Some(KeyMeaning { shape: Value::Other, names })
                }
                FRAGMENT => {
                    let entities = library.args.iter().filter_map(|value| self.entity(eval, value));
                    let names =
                        entities.flat_map(|entity| fragment_fields(eval, entity, key, access_of(library)));
                    let names = names.collect();
                    Some(KeyMeaning { shape: Value::Other, names })
                }
                NAMES => {
                    let entities = library.args.iter().filter_map(|value| self.entity(eval, value));
                    let with = entities.into_iter().find(|entity| has_field(eval, *entity, key));
                    let entity = with.or_else(|| self.entity(eval, &library.first()))?;
                    Some(named(entity, key, access_of(library)))
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// The entity that a keyword of `filter_by` is about: the last one joined that has the attribute ("filter_by": "the
    /// last entity that was joined").
    fn entity_with(&self, eval: &Evaluator<'_>, statement: &LibraryValue, key: &str) -> Option<EntityId> {
        let joined = joined(statement);
        let selected = selected(statement);
        let mut candidates = joined.iter().rev().chain(selected.iter()).filter_map(|value| match value {
            Value::Row(Row { entity, .. }) | Value::Entity(entity) | Value::Field(entity, _) => Some(*entity),
            _ => None,
        });
        let all: Vec<EntityId> = candidates.by_ref().collect();
        all.iter().copied().find(|entity| has_field(eval, *entity, key)).or_else(|| all.first().copied())
    }

    /// The shape wanted of an argument.
    pub(super) fn argument_shape(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        let keyword = call.args.get(index).and_then(|arg| arg.name).map(|name| call.module().text(name));
        let values = |entity: EntityId| LibraryValue::of(VALUES, [Value::Entity(entity)]);
        let names = |entities: Vec<Value>| LibraryValue::of(NAMES, entities);
        match callee {
            Value::Method(receiver, method) => {
                let Value::Library(library) = &**receiver else {
                    return self.session_argument(eval, method, call, index);
                };
                match (library.kind, &**method) {
                    (DML, "values" | "ordered_values") => Some(values(self.entity(eval, &library.first())?)),
                    (DML, "on_conflict_do_update" | "on_conflict_do_nothing" | "on_duplicate_key_update") => {
                        let entity = self.entity(eval, &library.first())?;
                        match keyword {
                            Some("set_") | None => Some(values(entity)),
                            Some("index_elements") => Some(names(vec![Value::Entity(entity)])),
                            Some(_) => None,
                        }
                    }
                    // `INSERT INTO users (email) SELECT ...`.
                    (DML, "from_select") if index == 0 => Some(values(self.entity(eval, &library.first())?)),
                    (QUERY, "update") if index == 0 => Some(values(self.first_entity(library)?)),
                    (SELECT | QUERY, "order_by" | "group_by") => {
                        let entities = selected(library).into_iter().chain(joined(library));
                        Some(names(entities.filter(|value| self.entity(eval, value).is_some()).collect()))
                    }
                    _ => self.session_argument(eval, method, call, index),
                }
            }
            Value::External(path) => self.function_argument(eval, function_name(path)?, call, index),
            Value::Unknown => match call.module().expr(call.callee).kind {
                crate::code::tree::ExprKind::Member { name, .. } => {
                    self.session_argument(eval, call.module().text(name), call, index)
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Arguments of the library's functions that name columns in strings.
    fn function_argument(
        &self,
        eval: &Evaluator<'_>,
        function: &str,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        let keyword = call.args.get(index).and_then(|arg| arg.name).map(|name| call.module().text(name));
        let own = || {
            let entity = self.entity_around(eval, call)?;
            Some(LibraryValue::of(NAMES, [Value::Entity(entity)]))
        };
        match (function, index) {
            ("Index", 1..)
            | ("UniqueConstraint" | "PrimaryKeyConstraint", _)
            | ("ForeignKeyConstraint", 0)
                if keyword.is_none() =>
            {
                let entity = self.entity_around(eval, call)?;
                Some(LibraryValue::named(NAMES, [Value::Entity(entity)], DEFINES))
            }
            ("synonym", 0) => own(),
            ("validates", _) if keyword.is_none() => own(),
            // Columns in a condition of the table, and in text that is put into a statement.
            ("CheckConstraint", 0) => {
                let entity = self.entity_around(eval, call)?;
                Some(LibraryValue::named(FRAGMENT, [Value::Entity(entity)], DEFINES))
            }
            ("text", 0) => Some(LibraryValue::of(FRAGMENT, self.statement_around(eval, call)?)),
            // `order_by(desc("email"))` orders by what `order_by` takes.
            ("asc" | "desc" | "nullsfirst" | "nullslast" | "nulls_first" | "nulls_last", 0) => {
                Some(eval.expected(call.cx, call.expr).value)
            }
            ("association_proxy", 1) => {
                let relation = eval.constant_str(call.cx, call.positional(0)?)?;
                let info = eval.entity(self.entity_around(eval, call)?)?;
                let FieldKind::Relation { entity, .. } = &info.entity.field(&relation)?.kind else {
                    return None;
                };
                Some(LibraryValue::of(NAMES, [Value::Entity(eval.entity_named(entity)?)]))
            }
            ("ForeignKey", 0) | ("ForeignKeyConstraint", 1) => Some(LibraryValue::named(PATHS, [], DEFINES)),
            ("relationship" | "relation" | "backref", _)
                if keyword.is_some_and(|name| RELATIONSHIP_TEXTS.contains(&name)) =>
            {
                Some(LibraryValue::of(PATHS, []))
            }
            _ => None,
        }
    }

    /// What the statement selects and joins whose method the call is an argument of: `select(User).order_by(text("email"))`.
    fn statement_around(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Vec<Value>> {
        let Parent::Expr(parent) = call.module().expr(call.expr).parent else { return None };
        let around = Call::at(call.cx, parent).filter(|around| around.callee != call.expr)?;
        let Value::Method(receiver, _) = eval.expr(call.cx, around.callee).value else { return None };
        let statement = receiver.library(SELECT).or_else(|| receiver.library(QUERY))?;
        let all = selected(statement).into_iter().chain(joined(statement));
        Some(all.filter(|value| self.entity(eval, value).is_some()).collect())
    }

    /// The entity of the class or `Table` that a call stands in.
    fn entity_around(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<EntityId> {
        if let Some(class) = eval.class_around(call.module(), call.expr) {
            return eval.class_entity(class);
        }
        let Parent::Expr(parent) = call.module().expr(call.expr).parent else { return None };
        self.table_object(eval, call.cx, parent)
    }

    /// Arguments of session methods that hold rows as dicts.
    fn session_argument(
        &self,
        eval: &Evaluator<'_>,
        method: &str,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        let subject = eval.argument(call, 0).value;
        let keyword = call.args.get(index).and_then(|arg| arg.name).map(|name| call.module().text(name));
        // `session.refresh(user, ["email"])`.
        if matches!(method, "refresh" | "expire") && (index == 1 || keyword == Some("attribute_names")) {
            let Value::Row(_) = subject.non_null() else { return None };
            return Some(LibraryValue::of(NAMES, [Value::Entity(self.entity(eval, &subject)?)]));
        }
        if index != 1 {
            return None;
        }
        let entity = match (method, &subject) {
            ("execute", Value::Library(library)) if library.kind == DML => {
                self.entity(eval, &library.first())
            }
            ("bulk_insert_mappings" | "bulk_update_mappings", _) => self.entity(eval, &subject),
            ("bulk_insert", Value::Library(library)) if library.kind == TABLE => self.entity(eval, &subject),
            _ => None,
        }?;
        let of = [Value::Entity(entity)];
        let options = call.args.iter().filter(|arg| arg.name.is_some());
        let mut options = options.map(|arg| call.module().slice(call.module().expr(arg.value).range));
        let asks_for_nulls =
            call.keyword("render_nulls").is_some() || options.any(|text| text.contains("render_nulls"));
        // Rows of a mapped class, as the ORM writes them in bulk.
        let is_mapped = !matches!(&subject, Value::Library(statement) if of_table(statement));
        Some(if is_mapped && !asks_for_nulls {
            LibraryValue::named(VALUES, of, ROWS)
        } else {
            LibraryValue::of(VALUES, of)
        })
    }

    /// The entity whose rows an object of the shape is one of, in a list that the ORM writes.
    pub(super) fn entity_of_rows(&self, shape: &Value) -> Option<EntityId> {
        let rows = shape.library(VALUES).filter(|rows| &*rows.text == ROWS)?;
        match rows.first() {
            Value::Entity(entity) => Some(entity),
            _ => None,
        }
    }

    fn first_entity(&self, statement: &LibraryValue) -> Option<EntityId> {
        selected(statement).iter().find_map(|value| match value {
            Value::Row(row) => Some(row.entity),
            _ => None,
        })
    }
}

/// The pairs of names around dots in a text, with the last name of what stands before the dot.
fn paths(text: &str) -> Vec<(&str, &str)> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    text.split(|letter: char| !is_part(letter))
        .filter_map(|path| path.rsplit_once('.'))
        .map(|(owner, name)| (owner.rsplit('.').next().unwrap_or(owner), name))
        .collect()
}

/// The fields that `owner.name` means: of a table by its columns, of a class by its attributes.
fn path_fields(eval: &Evaluator<'_>, owner: &str, name: &str, access: FieldAccess) -> Vec<NamedField> {
    let field = |entity: EntityId, field: &str| NamedField {
        entity,
        field: field.to_owned(),
        access,
        in_query: true,
    };
    let known = eval.entities();
    let of = known.iter().filter_map(|(id, info)| {
        if info.entity.table.name == owner {
            let found = info.entity.field_of_column(name);
            return Some(field(*id, found.map_or(name, |found| found.name.as_str())));
        }
        (info.entity.name == owner).then(|| field(*id, name))
    });
    of.collect()
}

/// The fields of an entity that a piece of SQL names: columns alone, or behind the table's name.
fn fragment_fields(
    eval: &Evaluator<'_>,
    entity: EntityId,
    text: &str,
    access: FieldAccess,
) -> Vec<NamedField> {
    let Some(info) = eval.entity(entity) else { return Vec::new() };
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.' | '\'' | ':');
    let words = text.split(|letter: char| !is_part(letter)).filter(|word| !word.contains(['\'', ':']));
    let of = |word: &str| {
        let (owner, column) = word.rsplit_once('.').map_or((None, word), |(owner, name)| (Some(owner), name));
        let own = owner.is_none_or(|owner| owner == info.entity.table.name);
        let field = info.entity.field_of_column(column).filter(|_| own)?;
        let field = field.name.clone();
        Some(NamedField { entity, field, access, in_query: true })
    };
    words.filter_map(of).collect()
}

/// What is done with columns that a text of this kind names.
fn access_of(names: &LibraryValue) -> FieldAccess {
    if &*names.text == DEFINES { FieldAccess::Define } else { FieldAccess::Filter }
}

/// Whether a statement was begun from a table and not from a mapped class.
fn of_table(statement: &LibraryValue) -> bool {
    statement.kind == TABLE || statement.args.get(1) == Some(&Value::Other)
}

fn has_field(eval: &Evaluator<'_>, entity: EntityId, name: &str) -> bool {
    eval.entity(entity).is_some_and(|info| info.entity.field(name).is_some())
}

fn named(entity: EntityId, field: &str, access: FieldAccess) -> KeyMeaning {
    KeyMeaning {
        shape: Value::Other,
        names: vec![NamedField { entity, field: field.to_owned(), access, in_query: true }],
    }
}

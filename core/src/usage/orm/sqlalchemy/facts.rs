//! What a mapped class says beside its columns that decides what the ORM sends: how relationships are loaded and joined,
//! expressions that stand for columns, keys, options of the mapper.
//!
//! Sources: "Relationship Configuration" (`lazy`, `order_by`, `primaryjoin`, `secondary`), "Mapped Class Configuration"
//! (`__mapper_args__`), "SQL Expressions as Mapped Attributes", "Hybrid Attributes", "Association Proxy".

use std::rc::Rc;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::tree::{EntryKey, ExprId, ExprKind, FunctionId, MemberKind, Module};
use crate::code::value::{ClassRef, Value};
use crate::schema::EntityId;
use crate::text::TextRange;
use crate::usage::orm::sqlalchemy::attribute::called_name;
use crate::usage::orm::sqlalchemy::{SqlAlchemy, TABLE};

/// A name in an expression over classes, with what stands before its dot (`Item.legacy`).
pub type Named = (Option<String>, String);

/// What a class says beside its columns.
#[derive(Debug, Default)]
pub struct Facts {
    /// Relationships.
    pub relations: Vec<Relation>,
    /// Attributes that stand for something else.
    pub derived: Vec<Derived>,
    /// Foreign keys by their fields.
    pub keys: Vec<ForeignKey>,
    /// Fields of the primary key.
    pub primary: Vec<String>,
    /// Groups of deferred columns: field, group.
    pub groups: Vec<(String, String)>,
    /// `eager_defaults` of the mapper, where it is told.
    pub eager_defaults: Option<bool>,
    /// The field that counts versions.
    pub version: Option<String>,
    /// Whether a load of the class loads all classes derived from it (`with_polymorphic="*"`).
    pub loads_derived: bool,
    /// Whether a load of the base loads this class's columns too (`polymorphic_load`).
    pub loaded_with_base: bool,
}

/// A relationship.
#[derive(Debug)]
pub struct Relation {
    /// Its name.
    pub name: String,
    /// How it is loaded unless a query says otherwise: `select`, `joined`, `selectin`, ...
    pub lazy: Option<String>,
    /// Names in what joins and orders its rows.
    pub names: Vec<Named>,
    /// Whether its condition is written out, so that no foreign key has to be found.
    pub has_condition: bool,
    /// The table between the two sides.
    pub secondary: Option<EntityId>,
    /// Whether deleting the owner leaves the rows alone (`viewonly`, `passive_deletes`).
    pub passive: bool,
    /// Whether deleting the owner deletes the rows (`cascade="all, delete-orphan"`).
    pub cascades: bool,
}

/// An attribute that stands for something else.
#[derive(Debug)]
pub struct Derived {
    /// Its name.
    pub name: String,
    /// What it stands for.
    pub kind: DerivedKind,
}

/// What an attribute stands for.
#[derive(Debug)]
pub enum DerivedKind {
    /// Another attribute, or a hybrid made of some: named wherever it is used.
    Alias(Vec<Named>),
    /// An expression that every load selects.
    Expression {
        /// The names in it.
        names: Vec<Named>,
        /// Whether it is loaded when it is read only.
        deferred: bool,
    },
    /// An attribute of what a relationship leads to.
    Proxy {
        /// The relationship.
        relation: String,
        /// The attribute at its other end.
        attribute: String,
    },
}

/// A foreign key of one column.
#[derive(Debug, Clone)]
pub struct ForeignKey {
    /// The field that holds it.
    pub field: String,
    /// The table that it references.
    pub table: String,
    /// The column that it references.
    pub column: String,
}

impl SqlAlchemy {
    /// What the class or table behind an entity says beside its columns.
    pub(super) fn facts(&self, eval: &Evaluator<'_>, entity: EntityId) -> Rc<Facts> {
        if let Some(known) = self.facts.borrow().get(&entity) {
            return known.clone();
        }
        let mut found = Facts::default();
        if let Some(info) = eval.entity(entity) {
            match info.class {
                Some(class) => self.read_class(eval, class, &mut found),
                None => self.read_table_facts(eval, entity, &mut found),
            }
        }
        let found = Rc::new(found);
        self.facts.borrow_mut().insert(entity, found.clone());
        found
    }

    fn read_class(&self, eval: &Evaluator<'_>, class: ClassRef, facts: &mut Facts) {
        let mut seen: Vec<String> = Vec::new();
        for (distance, owner) in self.lineage(eval, class).into_iter().enumerate() {
            let Some(module) = eval.module(owner.file) else { continue };
            let cx = Context::of(&module);
            for member in &module.class(owner.id).members {
                let name = module.text(member.name);
                let value = match member.kind {
                    MemberKind::Field { value, .. } => value,
                    MemberKind::Method(id) => declared_value(&module, id),
                };
                match name {
                    "__mapper_args__" => {
                        value.iter().for_each(|value| read_arguments(cx, *value, distance == 0, facts));
                    }
                    "__table__" => {
                        let entity = value.and_then(|value| self.entity(eval, &eval.expr(cx, value).value));
                        if let Some(entity) = entity {
                            self.read_table_facts(eval, entity, facts);
                        }
                    }
                    _ if seen.iter().any(|seen| seen == name) => {}
                    _ => {
                        seen.push(name.to_owned());
                        match (value, member.kind) {
                            (Some(value), _) => self.read_attribute_facts(eval, cx, name, value, facts),
                            (None, MemberKind::Method(id)) => read_method(&module, name, id, facts),
                            (None, MemberKind::Field { .. }) => {}
                        }
                    }
                }
            }
        }
    }

    /// The keys of a `Table(...)`.
    fn read_table_facts(&self, eval: &Evaluator<'_>, entity: EntityId, facts: &mut Facts) {
        let place =
            self.tables.borrow().iter().find(|(_, found)| **found == Some(entity)).map(|found| *found.0);
        let Some((file, expr)) = place else { return };
        let Some(module) = eval.module(file) else { return };
        let cx = Context::of(&module);
        let Some(call) = Call::at(cx, expr) else { return };
        for arg in call.args.iter().filter(|arg| arg.name.is_none()).skip(1) {
            let column = Call::at(cx, arg.value).and_then(|column| column.positional(0));
            if let Some(name) = column.and_then(|name| eval.constant_str(cx, name)) {
                self.read_attribute_facts(eval, cx, &name, arg.value, facts);
            }
        }
    }

    fn read_attribute_facts(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        name: &str,
        value: ExprId,
        facts: &mut Facts,
    ) {
        let Some(call) = Call::at(cx, value) else { return };
        let text = |expr: Option<ExprId>| expr.and_then(|expr| eval.constant_str(cx, expr));
        let named = |kind| Derived { name: name.to_owned(), kind };
        match called_name(eval, &call).as_str() {
            "Column" | "mapped_column" | "Field" => self.read_column_facts(eval, &call, name, facts),
            function @ ("deferred" | "column_property") => {
                let inner = call.positional(0);
                let column = inner.and_then(|inner| Call::at(cx, inner));
                let is_column = column.filter(|column| {
                    matches!(called_name(eval, column).as_str(), "Column" | "mapped_column")
                });
                if let Some(group) = text(call.keyword("group")) {
                    facts.groups.push((name.to_owned(), group));
                }
                match (is_column, inner) {
                    (Some(column), _) => self.read_column_facts(eval, &column, name, facts),
                    (None, Some(inner)) => {
                        let deferred = function == "deferred" || is_true(cx, call.keyword("deferred"));
                        let names = names_in(cx.module, cx.module.expr(inner).range);
                        facts.derived.push(named(DerivedKind::Expression { names, deferred }));
                    }
                    (None, None) => {}
                }
            }
            "synonym" => {
                let of = text(call.positional(0).or_else(|| call.keyword("name")));
                facts.derived.extend(of.map(|of| named(DerivedKind::Alias(vec![(None, of)]))));
            }
            "association_proxy" => {
                if let (Some(relation), Some(attribute)) =
                    (text(call.positional(0)), text(call.positional(1)))
                {
                    facts.derived.push(named(DerivedKind::Proxy { relation, attribute }));
                }
            }
            "relationship" | "relation" | "dynamic_loader" | "Relationship" => {
                self.read_relation(eval, &call, name, facts);
            }
            _ => {}
        }
    }

    fn read_column_facts(&self, eval: &Evaluator<'_>, call: &Call<'_>, name: &str, facts: &mut Facts) {
        if let Some(column) = call.keyword("sa_column").and_then(|column| Call::at(call.cx, column)) {
            return self.read_column_facts(eval, &column, name, facts);
        }
        if is_true(call.cx, call.keyword("primary_key")) {
            facts.primary.push(name.to_owned());
        }
        if let Some(group) =
            call.keyword("deferred_group").and_then(|group| eval.constant_str(call.cx, group))
        {
            facts.groups.push((name.to_owned(), group));
        }
        let mut add = |path: &str| {
            if let Some((table, column)) = path.rsplit_once('.') {
                let table = table.rsplit('.').next().unwrap_or(table).to_owned();
                let (field, column) = (name.to_owned(), column.to_owned());
                facts.keys.push(ForeignKey { field, table, column });
            }
        };
        // SQLModel: `Field(foreign_key="team.id")`.
        if let Some(path) = call.keyword("foreign_key").and_then(|key| eval.constant_str(call.cx, key)) {
            add(&path);
        }
        for arg in call.args.iter().filter(|arg| arg.name.is_none()) {
            let key = Call::at(call.cx, arg.value).filter(|key| called_name(eval, key) == "ForeignKey");
            let Some((key, to)) = key.and_then(|key| Some((key, key_target(&key)?))) else { continue };
            if let Some(path) = eval.constant_str(key.cx, to) {
                add(&path);
            } else if let Value::Field(entity, field) = eval.expr(key.cx, to).value
                && let Some(info) = eval.entity(entity)
            {
                let column = info.entity.field(&field).and_then(|field| field.column()).unwrap_or(&field);
                add(&format!("{}.{column}", info.entity.table.name));
            }
        }
    }

    fn read_relation(&self, eval: &Evaluator<'_>, call: &Call<'_>, name: &str, facts: &mut Facts) {
        let cx = call.cx;
        let text = |key: &str| call.keyword(key).and_then(|value| eval.constant_str(cx, value));
        // SQLModel hands the rest on: `sa_relationship_kwargs={"lazy": "selectin"}`.
        let inner = |key: &str| {
            let entries = match &cx.module.expr(call.keyword("sa_relationship_kwargs")?).kind {
                ExprKind::Object { entries } => entries,
                _ => return None,
            };
            let entry = entries
                .iter()
                .find(|entry| matches!(entry.key, EntryKey::Name(name) if cx.module.text(name) == key))?;
            Some(entry.value)
        };
        let given = |key: &str| call.keyword(key).or_else(|| inner(key));
        let mut names = Vec::new();
        for key in ["order_by", "primaryjoin", "secondaryjoin", "foreign_keys", "remote_side"] {
            if let Some(value) = given(key) {
                names.extend(names_in(cx.module, cx.module.expr(value).range));
                names.extend(eval.constant_str(cx, value).iter().flat_map(|text| names_in_text(text)));
            }
        }
        let secondary = given("secondary").and_then(|value| {
            let known = eval.expr(cx, value).value;
            self.entity(eval, &known)
                .filter(|_| known.library(TABLE).is_some() || matches!(known, Value::Class(_)))
        });
        let lazy = given("lazy").map(|value| match &cx.module.expr(value).kind {
            ExprKind::Bool(true) => "select".to_owned(),
            ExprKind::Bool(false) => "joined".to_owned(),
            ExprKind::Null => "noload".to_owned(),
            _ => eval.constant_str(cx, value).unwrap_or_default(),
        });
        let passive = given("passive_deletes").is_some_and(|value| {
            is_true(cx, Some(value)) || eval.constant_str(cx, value).as_deref() == Some("all")
        });
        facts.relations.push(Relation {
            name: name.to_owned(),
            lazy,
            has_condition: given("primaryjoin").is_some() || given("foreign_keys").is_some(),
            names,
            secondary,
            passive: passive || is_true(cx, given("viewonly")),
            cascades: text("cascade")
                .is_some_and(|cascade| cascade.contains("delete") || cascade.contains("all")),
        });
    }
}

/// What `@declared_attr def user(cls): return relationship(...)` gives.
fn declared_value(module: &Module, id: FunctionId) -> Option<ExprId> {
    let function = module.function(id);
    let is_declared = decorated(module, id, "declared_attr");
    function.return_values.first().copied().filter(|_| is_declared)
}

fn decorated(module: &Module, id: FunctionId, by: &str) -> bool {
    let decorators = &module.function(id).decorators;
    decorators.iter().any(|decorator| module.slice(module.expr(*decorator).range).contains(by))
}

/// A hybrid names what its bodies read of `self` and `cls`.
fn read_method(module: &Module, name: &str, id: FunctionId, facts: &mut Facts) {
    let is_hybrid = decorated(module, id, "hybrid") || decorated(module, id, &format!("{name}."));
    if !is_hybrid {
        return;
    }
    let own = |(owner, name): Named| matches!(owner.as_deref(), Some("self" | "cls")).then_some((None, name));
    let names: Vec<Named> = names_in(module, module.function(id).range).into_iter().filter_map(own).collect();
    facts.derived.push(Derived { name: name.to_owned(), kind: DerivedKind::Alias(names) });
}

/// Options of the mapper; some count for the class that has them alone.
fn read_arguments(cx: Context<'_>, value: ExprId, is_own: bool, facts: &mut Facts) {
    let ExprKind::Object { entries } = &cx.module.expr(value).kind else { return };
    for entry in entries {
        let EntryKey::Name(key) = entry.key else { continue };
        let kind = &cx.module.expr(entry.value).kind;
        let text = || cx.module.slice(cx.module.expr(entry.value).range).trim_matches(['"', '\'']).to_owned();
        match cx.module.text(key) {
            "eager_defaults" if facts.eager_defaults.is_none() => {
                facts.eager_defaults = match kind {
                    ExprKind::Bool(told) => Some(*told),
                    _ => None,
                };
            }
            "version_id_col" if facts.version.is_none() => {
                facts.version = text().rsplit('.').next().map(str::to_owned);
            }
            "with_polymorphic" if is_own => facts.loads_derived = text() == "*",
            "polymorphic_load" if is_own => {
                facts.loaded_with_base = matches!(text().as_str(), "inline" | "selectin");
            }
            _ => {}
        }
    }
}

fn key_target(key: &Call<'_>) -> Option<ExprId> {
    key.positional(0).or_else(|| key.keyword("column"))
}

fn is_true(cx: Context<'_>, value: Option<ExprId>) -> bool {
    value.is_some_and(|value| matches!(cx.module.expr(value).kind, ExprKind::Bool(true)))
}

/// The names in a range of code.
fn names_in(module: &Module, range: TextRange) -> Vec<Named> {
    let inside = module.exprs.iter().filter(|expr| range.contains_range(expr.range));
    inside
        .filter_map(|expr| match &expr.kind {
            ExprKind::Name(name) => Some((None, module.text(*name).to_owned())),
            ExprKind::Member { object, name, .. } => {
                let owner = module.slice(module.expr(*object).range);
                let owner = owner.rsplit('.').next().unwrap_or(owner).to_owned();
                Some((Some(owner), module.text(*name).to_owned()))
            }
            _ => None,
        })
        .collect()
}

/// The names in an expression that stands in a string (`"and_(Box.id == Item.box_id)"`).
fn names_in_text(text: &str) -> Vec<Named> {
    let is_part = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
    let pair = |path: &str| {
        let (owner, name) = path.rsplit_once('.')?;
        Some((owner.rsplit('.').next().map(str::to_owned), name.to_owned()))
    };
    text.split(|letter: char| !is_part(letter)).filter_map(pair).collect()
}

//! What a library's API means: asked by the evaluator, answered by `usage::orm`, one file per ORM.

use std::rc::Rc;

use crate::code::conversion::Conversion;
use crate::code::eval::{Call, Context, Evaluator, Keys};
use crate::code::project::classes::Marker;
use crate::code::tree::{ExprId, FunctionId, Module, Site};
use crate::code::value::{ClassRef, Known, Row, Trail, Value};
use crate::schema::{Entity, EntityId, TableName};
use crate::text::TextRange;

/// The knowledge of one library. Every question may be answered with `None`: not mine, or not known.
pub trait Library {
    /// The value of an instance of the library's class `path` (`sqlalchemy.orm.Session`), made by a call, an annotation
    /// or a type; `args` are its type arguments.
    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let _ = (eval, path, args);
        None
    }

    /// The proof of what [`Library::instance`] gives, where the type is made of code (a router's outputs).
    fn type_proof(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Trail {
        let _ = (eval, path, args);
        None
    }

    /// The proof of what [`Library::member`] gives, where it comes from elsewhere than the object.
    fn member_proof(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Trail {
        let _ = (eval, object, name);
        None
    }

    /// The shape that the type argument at `index` of the library's type `path` has to have (`UserGetPayload<{...}>`).
    fn type_argument(&self, eval: &Evaluator<'_>, path: &str, index: usize) -> Option<Value> {
        let _ = (eval, path, index);
        None
    }

    /// What calling `callee` gives when nothing is known of the arguments (`ReturnType<typeof prisma.user.findFirst>`).
    fn result(&self, eval: &Evaluator<'_>, callee: &Value) -> Option<Value> {
        let _ = (eval, callee);
        None
    }

    /// `object.name`, for a library value, a row, an entity, a class or an external name.
    fn member(&self, eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let _ = (eval, object, name);
        None
    }

    /// The row of the SQL statement that stands in the call's arguments, or is the call: a tagged template.
    fn sql_row(&self, eval: &Evaluator<'_>, call: &Call<'_>) -> Option<Value> {
        let _ = (eval, call);
        None
    }

    /// What a call gives. `callee` is an external name, a library value, or a [`Value::Method`] of one.
    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let _ = (eval, callee, call);
        None
    }

    /// The shape that the argument at `index` of the call has to have; its keys are explained by [`Library::key`].
    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        let _ = (eval, callee, call, index);
        None
    }

    /// The type of a function's parameter where no call is known (`Parameters<typeof prisma.$transaction>[0]`).
    fn parameter_type(&self, eval: &Evaluator<'_>, callee: &Value, index: usize) -> Option<Value> {
        let _ = (eval, callee, index);
        None
    }

    /// The meaning of `key` in an object that has to have the shape `shape`.
    fn key(&self, eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let _ = (eval, shape, key);
        None
    }

    /// The entity that a class of the project is mapped to.
    fn class_entity(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<EntityId> {
        let _ = (eval, class);
        None
    }

    /// What the call writes, if it makes rows: an INSERT through the ORM, a constructor of a mapped class.
    fn insert(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<RowInsert> {
        let _ = (eval, callee, call);
        None
    }

    /// How the statements of a call name the field that is asked about by themselves; `None` where the call is none of the
    /// library's, or the library leaves it to the rows that the call gives ([`Library::reads_no_row`]).
    fn named_by_call(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        asked: Asked<'_>,
    ) -> Option<Vec<Naming>> {
        let _ = (eval, callee, call, asked);
        None
    }

    /// How the statements of a call name the field by themselves because of a key in its arguments.
    fn named_by_key(&self, eval: &Evaluator<'_>, key: &GivenKey<'_>, asked: Asked<'_>) -> Vec<Naming> {
        let _ = (eval, key, asked);
        Vec::new()
    }

    /// The rows of other entities that a key in a call's arguments makes (`posts: { create: ... }`).
    fn inserted_by_key(&self, eval: &Evaluator<'_>, key: &GivenKey<'_>) -> Vec<RowInsert> {
        let _ = (eval, key);
        Vec::new()
    }

    /// Keys and methods by which calls on other entities name the field, to be searched for; without a field, those that
    /// make rows of the entity.
    fn naming_keys(&self, eval: &Evaluator<'_>, entity: EntityId, field: Option<&str>) -> Vec<String> {
        let _ = (eval, entity, field);
        Vec::new()
    }

    /// Other entities whose calls name the field without a key that says so.
    fn named_through(&self, eval: &Evaluator<'_>, asked: Asked<'_>) -> Vec<EntityId> {
        let _ = (eval, asked);
        Vec::new()
    }

    /// Whether a key of such an object only switches something on, so that `false` under it names nothing.
    fn is_switch(&self, shape: &Value) -> bool {
        let _ = shape;
        false
    }

    /// Whether an object of such a shape is a row that is made: what it does not say is not in the INSERT.
    fn makes_row(&self, shape: &Value) -> bool {
        let _ = shape;
        false
    }

    /// The keys of a library's value, where it says them: what a validator gives.
    fn keys(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Keys> {
        let _ = (eval, value);
        None
    }

    /// An argument's shape with only (`keep`) or without the named keys, as `Pick` and `Omit` give it.
    fn projected(&self, eval: &Evaluator<'_>, shape: &Value, names: &[Rc<str>], keep: bool) -> Option<Value> {
        let _ = (eval, shape, names, keep);
        None
    }

    /// An argument's shape with keys that may all be left out, as `Partial` gives it.
    fn loosened(&self, shape: &Value) -> Option<Value> {
        let _ = shape;
        None
    }

    /// The row that an object of such a shape stands for; `None` where the shape is no row's, or may lack any field.
    fn typed_row(&self, eval: &Evaluator<'_>, shape: &Value, object: &Value) -> Option<TypedFields> {
        let _ = (eval, shape, object);
        None
    }

    /// The names of the library's types of rows that are to be made, to be searched for.
    fn new_row_types(&self, entity: &Entity) -> Vec<String> {
        let _ = entity;
        Vec::new()
    }

    /// Whether null that `taker` is given (the callee of a keyword, the shape of an object) counts as not given, so that the
    /// library's default takes its place.
    fn takes_default_for_null(&self, eval: &Evaluator<'_>, taker: &Value) -> bool {
        let _ = (eval, taker);
        false
    }

    /// The names by which code reaches an entity (`user` of `prisma.user`, the class's name), to be searched for.
    fn reference_names(&self, entity: &Entity) -> Vec<String> {
        let _ = entity;
        Vec::new()
    }

    /// The entity that a value stands for as the subject of queries: a delegate, a mapped class, a table.
    fn referenced_entity(&self, eval: &Evaluator<'_>, value: &Value) -> Option<EntityId> {
        let _ = (eval, value);
        None
    }

    /// Of [`Library::reference_names`] the one by which the entity is only a member of something: `user` of `prisma.user`.
    fn member_name(&self, entity: &Entity) -> Option<String> {
        let _ = entity;
        None
    }

    /// Entities of the classes in this module that are mapped to a table; read when a table's users are looked for.
    fn mapped_classes(&self, eval: &Evaluator<'_>, module: &Module) -> Vec<EntityId> {
        let _ = (eval, module);
        Vec::new()
    }

    /// What stands in every file that maps a class, at least one of it, to be searched for; nothing: no classes.
    fn mapping_markers(&self) -> &'static [Marker] {
        &[]
    }

    /// Whether a mapped class has a table of its own that holds nothing of the classes it derives from.
    fn is_concrete(&self, eval: &Evaluator<'_>, class: ClassRef) -> bool {
        let _ = (eval, class);
        false
    }

    /// Whether a call of `callee` gives no row whose columns the library names by itself, whatever it was called on: a count
    /// of rows, an aggregate, a statement that is told other columns or changes rows instead of reading them.
    fn reads_no_row(&self, callee: &Value) -> bool {
        let _ = callee;
        false
    }

    /// What a framework gives to the parameter at `index` of a function that it calls itself: a fixture by its name, the
    /// parent of a resolver.
    fn injected(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        function: FunctionId,
        index: usize,
    ) -> Option<Known> {
        let _ = (eval, module, function, index);
        None
    }

    /// The shape that the value of a class's attribute has to have, where a library reads it: lists of columns of an admin
    /// view.
    fn class_attribute_shape(&self, eval: &Evaluator<'_>, class: ClassRef, name: &str) -> Option<Known> {
        let _ = (eval, class, name);
        None
    }

    /// The mapped class whose attributes a class mirrors with its fields, as a value of it: a schema that is read from rows.
    fn mirrored(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<Known> {
        let _ = (eval, class);
        None
    }

    /// Items of an expression whose value says nothing: a cursor after the statement that it was given.
    fn iterated_at(&self, eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> Option<Known> {
        let _ = (eval, cx, expr);
        None
    }

    /// Whether the library tells by itself, place by place, what its statements name of the entity's columns
    /// ([`Library::sending_words`], [`Library::sent_at`]).
    fn tells_what_is_sent(&self, eval: &Evaluator<'_>, entity: EntityId) -> bool {
        let _ = (eval, entity);
        false
    }

    /// The words by which code can make the library name the column in a statement.
    fn sending_words(&self, eval: &Evaluator<'_>, asked: &AskedColumn) -> SendingWords {
        let _ = (eval, asked);
        SendingWords::default()
    }

    /// What the library sends, where the word stands, that names the column although the code does not say it.
    fn sent_at(&self, eval: &Evaluator<'_>, cx: Context<'_>, site: Site, asked: &AskedColumn) -> Vec<Sent> {
        let _ = (eval, cx, site, asked);
        Vec::new()
    }

    /// Whether an attribute in a query only says what the statement is to leave out (`defer(User.email)`).
    fn leaves_out(&self, eval: &Evaluator<'_>, cx: Context<'_>, attribute: ExprId) -> bool {
        let _ = (eval, cx, attribute);
        false
    }

    /// Whether reading the field of the row sends a statement that selects it, since it was not loaded with the row.
    fn loads_when_read(&self, eval: &Evaluator<'_>, row: &Row, field: &str) -> bool {
        let _ = (eval, row, field);
        false
    }

    /// Entities whose rows are rows of this one too: classes that are derived from its class and share its table.
    fn entities_with(&self, eval: &Evaluator<'_>, entity: EntityId) -> Vec<EntityId> {
        let _ = (eval, entity);
        Vec::new()
    }

    /// What the library does to values of the entity's columns, where it stands for rows of it.
    fn conversion(&self, eval: &Evaluator<'_>, entity: EntityId) -> Option<&'static Conversion> {
        let _ = (eval, entity);
        None
    }

    /// Items of a library value that is iterated.
    fn iterate(&self, eval: &Evaluator<'_>, value: &Value) -> Option<Value> {
        let _ = (eval, value);
        None
    }
}

/// What a key means in an argument of a library.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyMeaning {
    /// The shape of the value under the key; [`Value::Other`] for a plain one.
    pub shape: Value,
    /// The fields of entities that the key names (several for a compound key).
    pub names: Vec<NamedField>,
}

/// A field that a key, a keyword or a string names in a query.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedField {
    /// The entity.
    pub entity: EntityId,
    /// The field's code name.
    pub field: String,
    /// What the query does with it.
    pub access: FieldAccess,
    /// Whether it is in a query; else in a row that code builds.
    pub in_query: bool,
}

/// What a call that makes rows writes.
#[derive(Debug, Clone, PartialEq)]
pub struct RowInsert {
    /// The entity.
    pub entity: EntityId,
    /// The fields that it sets, each with whether the value is the literal null.
    pub fields: Vec<(String, bool)>,
    /// Those among them that are not set at all times, or to null by what their type says.
    pub optional: Vec<String>,
    /// Fields that it sets to null although no name of them stands there: by the default of a constructor's parameter.
    pub unsaid_nulls: Vec<String>,
    /// Whether these are all; else some come from a place that was not resolved.
    pub complete: bool,
    /// Which rows there must be for it (`upsert` may look for the row first).
    pub when: When,
    /// The call's own name, for the report (`create`, `User`).
    pub range: TextRange,
}

/// What an object gives that has to be a row, or the data of one.
#[derive(Debug, Clone, PartialEq)]
pub struct TypedFields {
    /// The entity.
    pub entity: EntityId,
    /// Whether the row is to be made; else it is one that is there.
    pub is_new: bool,
    /// The fields that it gives, with those that its type does not ask for.
    pub fields: Vec<String>,
    /// Those among them that it does not give at all times.
    pub optional: Vec<String>,
    /// Whether these are all.
    pub complete: bool,
}

/// Which rows there must be for a statement to be sent, where the same call does one thing or another (`upsert`, `merge`).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// It is sent whatever rows there are.
    #[default]
    Always,
    /// Only where the row does not exist yet.
    RowIsNew,
    /// Only where the row exists already.
    RowExists,
}

impl When {
    /// Whether the statement is sent whatever rows there are.
    pub fn is_always(&self) -> bool {
        matches!(self, Self::Always)
    }
}

/// A field that a statement names although the source does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Naming {
    /// What is done with it.
    pub access: FieldAccess,
    /// Which rows there must be for it.
    pub when: When,
    /// What the call or the key does, after its name: `loads every column of the row`.
    pub why: &'static str,
}

/// A field that is asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Asked<'a> {
    /// The entity.
    pub entity: EntityId,
    /// The field's code name.
    pub field: &'a str,
}

/// A key of an object that has to have a shape, with what stands under it.
#[derive(Debug, Clone, Copy)]
pub struct GivenKey<'a> {
    /// The shape of the object.
    pub shape: &'a Value,
    /// The key.
    pub name: &'a str,
    /// The value under it.
    pub value: &'a Known,
    /// Whether the value is the literal `false`.
    pub off: bool,
    /// The source of the value.
    pub text: &'a str,
    /// The key's own place.
    pub range: TextRange,
}

/// A column that is asked about, as entities hold it.
#[derive(Debug)]
pub struct AskedColumn {
    /// The table.
    pub table: TableName,
    /// The column.
    pub column: String,
    /// The fields that stand for the column.
    pub fields: Vec<(EntityId, String)>,
    /// All entities that stand for the table.
    pub of_table: Vec<EntityId>,
}

/// Words to be searched for.
#[derive(Debug, Default)]
pub struct SendingWords {
    /// Words that count wherever they stand.
    pub anywhere: Vec<String>,
    /// Names of attributes: they count behind a dot, and elsewhere in files which say one of `anywhere`.
    pub attributes: Vec<String>,
    /// Attributes that name nothing unless an option of a query loads them: they count in files which say one of `loaders`.
    pub loaded: Vec<String>,
    /// What such options are called.
    pub loaders: &'static [&'static str],
    /// Words that count in files which say one of `near`: they are in every file that talks to a database.
    pub nearby: Vec<String>,
    /// Names of the classes in question.
    pub near: Vec<String>,
}

/// A statement that a library sends by itself, and that names a column.
#[derive(Debug)]
pub struct Sent {
    /// The name to point at.
    pub range: TextRange,
    /// What is done with the column.
    pub access: FieldAccess,
    /// What is sent, to be put behind the name that stands there.
    pub why: &'static str,
    /// What it is known by.
    pub known: Known,
    /// Whether it may be that nothing is sent: then why that cannot be told.
    pub open: Option<&'static str>,
}

/// What is done with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FieldAccess {
    /// Read.
    Read,
    /// Read by the database, which makes one value of many rows: of none, it makes NULL.
    Aggregate,
    /// Written.
    Write,
    /// Compared, sorted, grouped or joined by.
    Filter,
    /// Named in a key, an index or a constraint of the table, as the model declares it.
    Define,
}

impl KeyMeaning {
    /// A key that is part of the language of the argument and names nothing.
    pub fn plain(shape: Value) -> Self {
        Self { shape, names: Vec::new() }
    }
}

//! Where code meets tables and columns.
//!
//! `orm/` holds what each ORM's API means, one file per ORM, `framework/` what frameworks do to rows on their way; `sql/` reads SQL inside strings and `.sql` files; `find`
//! asks both, for one subject at a time.

mod find;
mod framework;
pub(crate) mod orm;
pub mod sql;

pub use crate::code::library::When;
pub(crate) use find::Finder;

use crate::code::conversion::Conversion;
use crate::schema::{Column, Mapping, Schema, TableName};
use crate::text::Span;

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// A table.
    Table(TableName),
    /// A column.
    Column(TableName, String),
    /// A value of an enum type.
    EnumValue(TableName, String),
    /// A unique key over these columns: queries that need it (`findUnique`, `upsert`, `ON CONFLICT`).
    Unique(TableName, Vec<String>),
}

/// How code meets the thing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum How {
    /// A query names it, in its text or through the ORM.
    Query,
    /// Code reads or builds a row that carries it.
    Value,
    /// The ORM model declares it.
    Mapping,
}

/// What is done with it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Access {
    /// Read.
    Read,
    /// Written.
    Write,
    /// Compared, sorted or grouped by, joined on.
    Filter,
}

/// How sure a usage is.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// The name alone.
    Possible,
    /// One link by convention, such as an untyped parameter named `user`.
    Likely,
    /// Every link resolved.
    Exact,
}

/// One link of the chain that proves a usage.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Evidence {
    /// What the link says, without a final full stop.
    pub message: String,
    /// Where it stands.
    pub span: Option<Span>,
}

/// A place where code meets the subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Usage {
    /// The name itself; for an implicit usage, the call or statement's own name (`findMany`, `*`, `select`).
    pub span: Span,
    /// The table, by its database name.
    pub table: TableName,
    /// The column, by its database name; `None` where the table itself is meant.
    pub column: Option<String>,
    /// How code meets it.
    pub how: How,
    /// What is done with it.
    pub access: Access,
    /// Whether the ORM or `*` names it and not the code.
    pub implicit: bool,
    /// Who puts the name into the statement.
    pub named_by: NamedBy,
    /// Whether it stands in SQL text, which no ORM adapts.
    pub in_sql: bool,
    /// Which rows there must be for it.
    pub when: When,
    /// How sure it is.
    pub confidence: Confidence,
    /// The chain that proves it, nearest link first.
    pub evidence: Vec<Evidence>,
    /// What is known of the value read or written.
    pub value: ValueFact,
    /// What the ORM that makes the statement does to values; `None` where the code sends it itself.
    pub conversion: Option<&'static Conversion>,
    /// Where the value read is used as if it could not be null: the name itself, or uses of the variable it was put into.
    /// Filled in by [`Usages::of_required`] alone.
    pub required_at: Vec<Span>,
}

/// Who puts a name into the statement that the database gets: it decides what happens when the name is gone.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum NamedBy {
    /// The code, by the name that the database knows or by the field that stands for it.
    #[default]
    Code,
    /// The ORM, from its model: all columns of a row, the table of an entity.
    Orm,
    /// Nobody: a `*` or a whole row stands for whatever columns there are.
    Wildcard,
    /// Nobody: the columns count by position, or join by having the same name.
    Position,
}

/// What is known of the value that a usage reads or writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ValueFact {
    /// Nothing that matters.
    #[default]
    Plain,
    /// NULL is written.
    NullWritten,
    /// A value is written that is declared to be NULL at times and was not asked.
    NullPossible,
    /// The name stands in a type to leave the field out: `Omit<User, "email">`.
    LeftOut,
    /// No value: a key, an index or a constraint of the table names the column, as the model declares it.
    Defined,
    /// One value is made of many rows; it may be NULL whatever the column may be.
    Aggregated,
    /// A text of so many characters is written.
    TextWritten(u32),
    /// A whole number is written.
    NumberWritten(i64),
}

/// A place that could meet the subject and was not resolved.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Unresolved {
    /// The place.
    pub span: Span,
    /// What it is and what would resolve it, without a final full stop.
    pub reason: String,
    /// Whether it meets the subject only if code has a row of the table: a member of something that is not known.
    pub needs_row: bool,
    /// What it does if it meets the subject; `None` where it may do anything.
    pub access: Option<Access>,
}

/// The answer about one subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct UsageSet {
    /// Sorted by path, place, how.
    pub usages: Vec<Usage>,
    /// Places that could meet it and were not resolved.
    pub unresolved: Vec<Unresolved>,
}

/// An INSERT into a table, in SQL or through an ORM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Insert {
    /// The call's or statement's own name (`create`, `INSERT INTO users`, the constructor).
    pub span: Span,
    /// The table.
    pub table: TableName,
    /// Database names of the columns that it sets.
    pub columns: Vec<String>,
    /// Those among them that it does not set at all times, or to NULL by what a type says.
    pub optional: Vec<String>,
    /// Those of them that it sets to NULL although no name of them stands there: by the default of a constructor's parameter.
    pub unsaid_nulls: Vec<String>,
    /// Whether these are all; else some come from a place that was not resolved.
    pub complete: bool,
    /// Whether an ORM makes it, which may add values of its own (`@default`, `default=`).
    pub through_orm: bool,
    /// Which rows there must be for it.
    pub when: When,
    /// How sure it is.
    pub confidence: Confidence,
    /// The chain that proves it.
    pub evidence: Vec<Evidence>,
}

/// An object whose written type makes it a row of a table, or the data of one that is to be made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedRow {
    /// Where it begins.
    pub span: Span,
    /// The table.
    pub table: TableName,
    /// Whether its type is one that new rows are made of (`Prisma.UserCreateInput`); else it is the row's own (`User`).
    pub is_new: bool,
    /// Database names of the columns that it gives, with those that its type does not ask for.
    pub columns: Vec<String>,
    /// Those among them that it does not give at all times.
    pub optional: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The chain that proves it.
    pub evidence: Vec<Evidence>,
}

/// SQL that fails, or means something else, when a table has one column more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewColumnUse {
    /// The name that becomes ambiguous, the table that is inserted into, the join.
    pub span: Span,
    /// The statement.
    pub statement: Span,
    /// What the column does to it.
    pub effect: NewColumnEffect,
    /// The table whose column an ambiguous name stood for.
    pub stood_for: Option<TableName>,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What a new column does to a statement that does not know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewColumnEffect {
    /// A name without a table can mean two columns.
    Ambiguous,
    /// `NATURAL JOIN` joins by it.
    Joined,
    /// An INSERT gives so many values to so many columns.
    Shifted {
        /// The values of a row.
        values: usize,
        /// The columns that they go to.
        columns: usize,
    },
}

/// What code does with the schema, asked on demand and answered once.
pub trait Usages {
    /// Every usage of the subject.
    fn of(&self, subject: &Subject) -> UsageSet;
    /// As [`Usages::of`], with the places where a value is used as if it were never null ([`Usage::required_at`]).
    fn of_required(&self, subject: &Subject) -> UsageSet;
    /// Places that could meet the subject without naming it (names made at run time, reflection), or in a language that is
    /// not read. Asked for a verdict; [`UsageSet::unresolved`] has the places that name it.
    fn open(&self, subject: &Subject) -> Vec<Unresolved>;
    /// Every INSERT into the table.
    fn inserts(&self, table: &TableName) -> Vec<Insert>;
    /// Objects whose written type makes them new rows of the table; with `rows`, also those that have the type of its rows.
    fn typed_rows(&self, table: &TableName, rows: bool) -> Vec<TypedRow>;
    /// The SQL that a new column of the table breaks.
    fn met_by_new_column(&self, table: &TableName, column: &Column) -> Vec<NewColumnUse>;

    /// Where SQL says this name and means a column of `schema` by it.
    fn columns_named(&self, name: &str, schema: &Schema) -> Vec<Span>;
    /// What the code calls things: the mappings of all ORMs, those that stand in code included.
    fn mapping(&self) -> &Mapping;
    /// The part of [`Usages::mapping`] that has to do with tables or entities of these names: cheaper to get.
    fn mapping_near(&self, names: &[&str]) -> Mapping;
    /// What the answers have cost so far.
    fn cost(&self) -> Cost;
}

/// What searching the code has cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Files whose bytes were searched.
    pub files_scanned: usize,
    /// Files that were parsed.
    pub files_parsed: usize,
    /// Bytes searched.
    pub bytes_scanned: u64,
    /// Bytes parsed.
    pub bytes_parsed: u64,
}

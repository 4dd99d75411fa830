//! Tables, columns, constraints, enums. Every item knows the place that made it what it is.

use crate::schema::{ColumnSource, ColumnType, Dialect, Domain, Index, Partitioning, Program, Sequence};
use crate::text::Span;

/// A database schema as one source describes it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Schema {
    /// The database product.
    pub dialect: Dialect,
    /// Tables and views, in the order they were made.
    pub tables: Vec<Table>,
    /// Named enum types.
    pub enums: Vec<EnumType>,
    /// Composite types, which have columns and no rows (PostgreSQL).
    pub composites: Vec<Table>,
    /// Functions, procedures, triggers and policies, in the order they were made.
    pub programs: Vec<Program>,
    /// Domains (PostgreSQL).
    pub domains: Vec<Domain>,
    /// Sequences that can be dropped, as far as they are known (PostgreSQL).
    pub sequences: Vec<Sequence>,
    /// What conditions of the migrations came to when they were asked: the place of each, and the answer where the model
    /// knew one.
    pub answers: Vec<(Span, Option<bool>)>,
}

/// A table's name, with its schema where it is not the default one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TableName {
    /// The schema; `None` is the dialect's default schema.
    pub schema: Option<String>,
    /// The name, as the database stores it.
    pub name: String,
}

impl TableName {
    /// A table in the default schema.
    pub fn plain(name: impl Into<String>) -> Self {
        Self { schema: None, name: name.into() }
    }
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.schema {
            Some(schema) => write!(f, "{schema}.{}", self.name),
            None => f.write_str(&self.name),
        }
    }
}

/// What a table is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TableKind {
    /// A base table.
    Table,
    /// A view or materialised view.
    View,
    /// A composite type, which has columns and no rows: in [`Schema::composites`] alone (PostgreSQL).
    Composite,
}

/// A table or view.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: TableName,
    /// Base table or view.
    pub kind: TableKind,
    /// Its columns, in order.
    pub columns: Vec<Column>,
    /// The primary key.
    pub primary_key: Option<PrimaryKey>,
    /// Unique constraints (unique indexes are in `indexes`).
    pub uniques: Vec<Unique>,
    /// Foreign keys of this table.
    pub foreign_keys: Vec<ForeignKey>,
    /// Indexes.
    pub indexes: Vec<Index>,
    /// Check constraints.
    pub checks: Vec<Check>,
    /// The query of a view, where it is known.
    pub query: Option<ViewQuery>,
    /// The tables that it inherits from, or is a partition of (PostgreSQL).
    pub parents: Vec<Parent>,
    /// How its rows are divided (PostgreSQL, MySQL).
    pub partitioning: Option<Partitioning>,
    /// Where it was made: the name in the statement, call or model.
    pub span: Span,
}

/// A table whose columns another one has, and goes on to have: what happens to the parent happens to its children.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parent {
    /// The parent.
    pub table: TableName,
    /// Whether the child is a partition: then it has the parent's keys too.
    pub partition: bool,
    /// What the partition holds, as written: `FOR VALUES FROM (1) TO (10)`, `DEFAULT`.
    pub bound: Option<String>,
}

/// The query that a view shows.
#[derive(Debug, Clone, PartialEq)]
pub struct ViewQuery {
    /// The query, as written.
    pub text: String,
    /// The tables and views that it reads.
    pub tables: Vec<TableName>,
    /// The columns that it uses, wherever in the query.
    pub uses: Vec<ColumnUse>,
    /// Where the columns of its result come from.
    pub shown: Vec<ColumnSource>,
    /// The names that the view gives them, where it lists names.
    pub names: Vec<String>,
    /// Whether its rows are kept (`MATERIALIZED`).
    pub materialized: bool,
    /// Where it stands.
    pub span: Span,
}

/// A column that a query uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ColumnUse {
    /// Its table, or those that may be meant where the column stands alone and its tables are not known yet.
    pub tables: Vec<TableName>,
    /// The column there.
    pub column: String,
}

/// A column.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    /// Its name, as the database stores it.
    pub name: String,
    /// Its type.
    pub ty: ColumnType,
    /// Whether it may hold NULL.
    pub nullable: bool,
    /// What the database fills in when an INSERT does not name it.
    pub default: Option<DefaultValue>,
    /// Whether the database computes it (`GENERATED ALWAYS AS`).
    pub generated: bool,
    /// What a computed column is computed from, as written, where its source says it.
    pub expression: Option<String>,
    /// The sequence that its default counts with, where it is known to have one that can be dropped (PostgreSQL; an identity
    /// column has none).
    pub sequence: Option<TableName>,
    /// Where it was last defined: the name in the statement, call or model.
    pub span: Span,
}

/// What the database fills in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DefaultValue {
    /// An expression, as written.
    Expression(String),
    /// A number that counts up: serial, identity, `AUTO_INCREMENT`, SQLite's rowid alias.
    AutoIncrement,
}

impl DefaultValue {
    /// The expression of a default that is there, but that its source does not say (Prisma's `dbgenerated()`).
    pub const UNSAID: &str = "dbgenerated()";

    /// What an expression of SQL behind `DEFAULT` stands for: `NULL` is none, the next number of a sequence counts up.
    pub fn of_expression(text: &str) -> Option<Self> {
        let text = text.trim();
        let begins =
            |with: &str| text.get(..with.len()).is_some_and(|start| start.eq_ignore_ascii_case(with));
        if text.is_empty() || text.eq_ignore_ascii_case("null") || begins("null::") {
            return None;
        }
        if begins("nextval(") && text.find(')') == Some(text.len() - 1) {
            return Some(Self::AutoIncrement);
        }
        Some(Self::Expression(text.to_owned()))
    }
}

/// A primary key.
#[derive(Debug, Clone, PartialEq)]
pub struct PrimaryKey {
    /// The constraint's name, where given.
    pub name: Option<String>,
    /// Columns in order.
    pub columns: Vec<String>,
    /// Whether it is declared with its column as `PRIMARY KEY DESC`: SQLite does not take the column for the row id then.
    pub descending: bool,
    /// How much of each column the key holds, where any is cut off (MySQL); empty where none is.
    pub lengths: Vec<Option<u32>>,
    /// Where it was made.
    pub span: Span,
}

impl PrimaryKey {
    /// A key over these columns.
    pub fn new(name: Option<String>, columns: Vec<String>, span: Span) -> Self {
        Self { name, columns, descending: false, lengths: Vec::new(), span }
    }
}

/// A unique constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Unique {
    /// The constraint's name, where given or known by the database's rule.
    pub name: Option<String>,
    /// Columns in order.
    pub columns: Vec<String>,
    /// Where it was made.
    pub span: Span,
}

/// What happens to the referencing row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ReferentialAction {
    /// Refused at the end of the statement or transaction (SQL's default).
    #[default]
    NoAction,
    /// Refused at once.
    Restrict,
    /// The row goes, or follows.
    Cascade,
    /// The columns become NULL.
    SetNull,
    /// The columns take their default.
    SetDefault,
}

impl ReferentialAction {
    /// The words of SQL.
    pub fn sql(self) -> &'static str {
        match self {
            Self::NoAction => "NO ACTION",
            Self::Restrict => "RESTRICT",
            Self::Cascade => "CASCADE",
            Self::SetNull => "SET NULL",
            Self::SetDefault => "SET DEFAULT",
        }
    }
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq)]
pub struct ForeignKey {
    /// The constraint's name, where given or known by the database's rule.
    pub name: Option<String>,
    /// Columns of this table.
    pub columns: Vec<String>,
    /// The table that they reference.
    pub referenced_table: TableName,
    /// The referenced columns; empty means the primary key.
    pub referenced_columns: Vec<String>,
    /// `ON DELETE`.
    pub on_delete: ReferentialAction,
    /// `ON UPDATE`.
    pub on_update: ReferentialAction,
    /// Where it was made.
    pub span: Span,
}

/// A check constraint.
#[derive(Debug, Clone, PartialEq)]
pub struct Check {
    /// The constraint's name, where given.
    pub name: Option<String>,
    /// The condition, as written.
    pub expression: String,
    /// What MariaDB calls it, where it has no name and MySQL calls it otherwise.
    pub alias: Option<String>,
    /// Where it was made.
    pub span: Span,
}

impl Check {
    /// A check of the whole table.
    pub fn new(name: Option<String>, expression: String, span: Span) -> Self {
        Self { name, expression, alias: None, span }
    }
}

/// A named enum type.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumType {
    /// Its name, with its schema where it is not the default one.
    pub name: TableName,
    /// Its values in order.
    pub values: Vec<EnumValue>,
    /// Where it was made.
    pub span: Span,
}

/// One value of an enum type.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumValue {
    /// The value, as the database stores it.
    pub name: String,
    /// Where it was made.
    pub span: Span,
}

impl Schema {
    /// An empty schema of this dialect.
    pub fn new(dialect: Dialect) -> Self {
        Self { dialect, ..Self::default() }
    }

    /// The name with the dialect's default schema taken off.
    pub fn canonical(&self, name: &TableName) -> TableName {
        let schema = name.schema.as_deref().filter(|schema| Some(*schema) != self.dialect.default_schema());
        TableName { schema: schema.map(str::to_owned), name: name.name.clone() }
    }

    fn same_table(&self, left: &TableName, right: &TableName) -> bool {
        let default = self.dialect.default_schema();
        left.schema.as_deref().or(default) == right.schema.as_deref().or(default)
            && self.dialect.same_name(&left.name, &right.name)
    }

    /// The table of this name.
    pub fn table(&self, name: &TableName) -> Option<&Table> {
        self.tables.iter().find(|table| self.same_table(&table.name, name))
    }

    /// The table of this name, to change.
    pub fn table_mut(&mut self, name: &TableName) -> Option<&mut Table> {
        let index = self.tables.iter().position(|table| self.same_table(&table.name, name))?;
        self.tables.get_mut(index)
    }

    /// Takes the table out, with its place.
    pub(crate) fn remove_table_at(&mut self, name: &TableName) -> Option<(usize, Table)> {
        let index = self.tables.iter().position(|table| self.same_table(&table.name, name))?;
        Some((index, self.tables.remove(index)))
    }

    /// Takes the table out.
    pub fn remove_table(&mut self, name: &TableName) -> Option<Table> {
        let index = self.tables.iter().position(|table| self.same_table(&table.name, name))?;
        Some(self.tables.remove(index))
    }

    /// Tables of this bare name in any schema: for code, which seldom says the schema.
    pub fn tables_named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Table> {
        self.tables.iter().filter(move |table| self.dialect.same_name(&table.name.name, name))
    }

    /// The enum type of this name.
    pub fn enum_type(&self, name: &TableName) -> Option<&EnumType> {
        self.enums.iter().find(|item| self.same_table(&item.name, name))
    }

    /// The domain of this name.
    pub fn domain(&self, name: &TableName) -> Option<&Domain> {
        self.domains.iter().find(|item| self.same_table(&item.name, name))
    }

    /// The domain that a column of this type is of.
    pub fn domain_of(&self, ty: &ColumnType) -> Option<&Domain> {
        let name = ty.named_type()?;
        self.domains.iter().find(|item| item.name.to_string() == name)
    }

    /// The enum type of this name, to change.
    pub fn enum_type_mut(&mut self, name: &TableName) -> Option<&mut EnumType> {
        let index = self.enums.iter().position(|item| self.same_table(&item.name, name))?;
        self.enums.get_mut(index)
    }
}

impl Table {
    /// A table without columns or constraints.
    pub fn new(name: TableName, kind: TableKind, span: Span) -> Self {
        Self {
            name,
            kind,
            columns: Vec::new(),
            primary_key: None,
            uniques: Vec::new(),
            foreign_keys: Vec::new(),
            indexes: Vec::new(),
            checks: Vec::new(),
            query: None,
            parents: Vec::new(),
            partitioning: None,
            span,
        }
    }

    /// The names of its constraints and indexes.
    pub fn key_names(&self) -> impl Iterator<Item = &str> {
        let primary = self.primary_key.iter().map(|key| &key.name);
        let uniques = self.uniques.iter().map(|key| &key.name);
        let foreign = self.foreign_keys.iter().map(|key| &key.name);
        let indexes = self.indexes.iter().map(|index| &index.name);
        let checks = self.checks.iter().map(|check| &check.name);
        primary.chain(uniques).chain(foreign).chain(indexes).chain(checks).filter_map(|name| name.as_deref())
    }

    /// The column of this name. SQL column names are compared without case outside PostgreSQL; stored names of
    /// PostgreSQL are folded already, so that an exact match is tried first and the other one after it.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns
            .iter()
            .find(|column| column.name == name)
            .or_else(|| self.columns.iter().find(|column| column.name.eq_ignore_ascii_case(name)))
    }

    /// The column of this name, to change.
    pub fn column_mut(&mut self, name: &str) -> Option<&mut Column> {
        let exact = self.columns.iter().position(|column| column.name == name);
        let index = exact
            .or_else(|| self.columns.iter().position(|column| column.name.eq_ignore_ascii_case(name)))?;
        self.columns.get_mut(index)
    }
}

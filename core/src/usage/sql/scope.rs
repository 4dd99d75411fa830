//! What names mean at a place of a statement.

use std::rc::Rc;

use crate::schema::{Dialect, Table, TableName};
use crate::usage::Confidence;
use crate::usage::sql::facts::{OutputColumn, Via};
use crate::usage::sql::mask::has_hole;

/// The columns of a query's rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Row {
    /// The columns, in order.
    pub columns: Vec<OutputColumn>,
    /// Whether these are all.
    pub complete: bool,
}

/// Something in a `FROM` clause.
#[derive(Debug, Clone)]
pub(super) struct Relation<'s> {
    /// The name that columns are qualified with.
    pub name: Option<String>,
    /// The schema, where it goes by its table's name and that was qualified.
    pub schema: Option<String>,
    /// Its columns.
    pub columns: Columns<'s>,
}

/// The columns of a relation.
#[derive(Debug, Clone)]
pub(super) enum Columns<'s> {
    /// A table of the schema.
    Table(&'s Table, Confidence),
    /// A subquery or common table expression.
    Row(Rc<Row>),
    /// A table that is not in the schema, a function.
    Unknown,
}

/// The relations of one query, inside those of the queries around it.
#[derive(Debug)]
pub(super) struct Scope<'p, 's> {
    pub dialect: Dialect,
    pub parent: Option<&'p Scope<'p, 's>>,
    pub relations: Vec<Relation<'s>>,
    /// Common table expressions; `None` while its own columns are not known.
    pub ctes: Vec<(String, Rc<Row>)>,
    /// The row that is selected, for `ORDER BY`, `GROUP BY` and `HAVING`.
    pub output: Option<Rc<Row>>,
    /// Columns that `USING` or `NATURAL` made one.
    pub merged: Vec<String>,
}

/// What a column name means.
#[derive(Debug, Clone)]
pub(super) enum Meaning {
    /// These columns of tables: one, or all that a join merged.
    Columns(Vec<Found>),
    /// Something that stands for no column of a table: an expression's alias, a function's result.
    Computed,
    /// The whole row of this relation.
    Row(TableName, Vec<String>),
    /// More than one relation has it.
    Ambiguous(Vec<TableName>),
    /// No relation is known to have it; `possible` tells whether one might.
    Unknown {
        /// Whether a relation in scope has columns that are not known.
        possible: bool,
    },
}

/// A table's column that a name means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub table: TableName,
    pub column: String,
    pub via: Via,
    pub confidence: Confidence,
}

/// Whether a relation has a column.
enum Has {
    No,
    Maybe,
    Computed,
    Column(Found),
}

impl<'p, 's> Scope<'p, 's> {
    pub fn root(dialect: Dialect) -> Self {
        Self {
            dialect,
            parent: None,
            relations: Vec::new(),
            ctes: Vec::new(),
            output: None,
            merged: Vec::new(),
        }
    }

    /// An empty scope inside this one.
    pub fn inner<'q>(&'q self) -> Scope<'q, 's>
    where
        'p: 'q,
    {
        Scope {
            dialect: self.dialect,
            parent: Some(self),
            relations: Vec::new(),
            ctes: Vec::new(),
            output: None,
            merged: Vec::new(),
        }
    }

    /// The common table expression of this name.
    pub fn cte(&self, name: &str) -> Option<Rc<Row>> {
        let same = |item: &&(String, Rc<Row>)| self.dialect.same_name(&item.0, name);
        let own = self.ctes.iter().rev().find(same).map(|(_, row)| row.clone());
        own.or_else(|| self.parent?.cte(name))
    }

    /// What an unqualified name means here.
    pub fn column(&self, name: &str) -> Meaning {
        let mut found = Vec::new();
        let (mut maybe, mut computed) = (false, false);
        for relation in &self.relations {
            match relation.column(name, self.dialect) {
                Has::No => {}
                Has::Maybe => maybe = true,
                Has::Computed => computed = true,
                Has::Column(column) => found.push(column),
            }
        }
        let merged = self.merged.iter().any(|other| self.dialect.same_name(other, name));
        match (found.len(), computed) {
            (0, true) => Meaning::Computed,
            (0, false) => self.outside(name, maybe),
            (1, false) => {
                if maybe && let Some(only) = found.first_mut() {
                    only.confidence = only.confidence.min(Confidence::Likely);
                }
                Meaning::Columns(found)
            }
            _ if merged => Meaning::Columns(found),
            _ => Meaning::Ambiguous(found.into_iter().map(|column| column.table).collect()),
        }
    }

    /// A name that no relation of this scope is known to have.
    fn outside(&self, name: &str, maybe: bool) -> Meaning {
        if let Some(output) = &self.output
            && let Some(column) = named(&output.columns, name, self.dialect)
        {
            return alias_meaning(column, self.dialect);
        }
        if let Some(relation) = self.relation(None, name) {
            return relation.whole_row();
        }
        match self.parent {
            _ if maybe => Meaning::Unknown { possible: true },
            Some(parent) => parent.column(name),
            None => Meaning::Unknown { possible: false },
        }
    }

    /// What `name` means in `ORDER BY`, where the selected row comes first (SQL standard; PostgreSQL manual, SELECT).
    pub fn ordered(&self, name: &str) -> Option<Meaning> {
        let column = named(&self.output.as_ref()?.columns, name, self.dialect)?;
        Some(alias_meaning(column, self.dialect))
    }

    /// What `qualifier.name` means here; `None` where there is no such relation.
    pub fn qualified(&self, schema: Option<&str>, qualifier: &str, name: &str) -> Option<Meaning> {
        let relation = self.find(schema, qualifier)?;
        Some(match relation.column(name, self.dialect) {
            Has::No => Meaning::Unknown { possible: false },
            Has::Maybe => Meaning::Unknown { possible: true },
            Has::Computed => Meaning::Computed,
            Has::Column(column) => Meaning::Columns(vec![column]),
        })
    }

    /// The relation of this name, here or further out.
    pub fn find(&self, schema: Option<&str>, name: &str) -> Option<&Relation<'s>> {
        self.relation(schema, name).or_else(|| self.parent?.find(schema, name))
    }

    fn relation(&self, schema: Option<&str>, name: &str) -> Option<&Relation<'s>> {
        let same = |relation: &&Relation<'s>| {
            relation.name.as_deref().is_some_and(|own| same_relation(self.dialect, own, name))
                && (schema.is_none() || relation.schema.is_none() || relation.schema.as_deref() == schema)
        };
        self.relations.iter().find(same)
    }
}

/// Relation names ignore case in SQLite and MySQL aliases on most systems; PostgreSQL's are folded already.
fn same_relation(dialect: Dialect, left: &str, right: &str) -> bool {
    dialect.same_name(left, right)
}

/// The column of this name in a row.
pub(super) fn named<'r>(
    columns: &'r [OutputColumn],
    name: &str,
    dialect: Dialect,
) -> Option<&'r OutputColumn> {
    columns.iter().find(|column| dialect.same_name(&column.name, name))
}

/// What the name of a selected column means: the table's column if it keeps its name.
fn alias_meaning(column: &OutputColumn, dialect: Dialect) -> Meaning {
    match &column.source {
        Some((table, source)) if dialect.same_name(source, &column.name) => Meaning::Columns(vec![Found {
            table: table.clone(),
            column: source.clone(),
            via: if column.wildcard { Via::Name } else { Via::Derived },
            confidence: Confidence::Exact,
        }]),
        _ => Meaning::Computed,
    }
}

impl Relation<'_> {
    fn column(&self, name: &str, dialect: Dialect) -> Has {
        match &self.columns {
            Columns::Table(table, confidence) => {
                let column = table.columns.iter().find(|column| dialect.same_name(&column.name, name));
                match column {
                    Some(column) => Has::Column(Found {
                        table: table.name.clone(),
                        column: column.name.clone(),
                        via: Via::Name,
                        confidence: *confidence,
                    }),
                    None => Has::No,
                }
            }
            Columns::Row(row) => match named(&row.columns, name, dialect) {
                Some(column) => match alias_meaning(column, dialect) {
                    Meaning::Columns(found) => found.into_iter().next().map_or(Has::Computed, Has::Column),
                    _ => Has::Computed,
                },
                None if row.complete => Has::No,
                None => Has::Maybe,
            },
            Columns::Unknown => Has::Maybe,
        }
    }

    fn whole_row(&self) -> Meaning {
        match &self.columns {
            Columns::Table(table, _) => Meaning::Row(
                table.name.clone(),
                table.columns.iter().map(|column| column.name.clone()).collect(),
            ),
            Columns::Row(_) | Columns::Unknown => Meaning::Computed,
        }
    }

    /// Its columns as `*` gives them.
    pub fn row(&self, span: crate::text::Span) -> Row {
        match &self.columns {
            Columns::Table(table, _) => Row {
                columns: table
                    .columns
                    .iter()
                    .map(|column| OutputColumn {
                        name: column.name.clone(),
                        source: Some((table.name.clone(), column.name.clone())),
                        span,
                        wildcard: true,
                    })
                    .collect(),
                complete: true,
            },
            Columns::Row(row) => Row {
                columns: row.columns.iter().map(|column| OutputColumn { span, ..column.clone() }).collect(),
                complete: row.complete,
            },
            Columns::Unknown => Row::default(),
        }
    }
}

/// The table that a name means: by its schema, in the default schema, or the only one of this name.
pub(super) fn find_table<'s>(
    schema: &'s crate::schema::Schema,
    name: &TableName,
) -> Option<(&'s Table, Confidence)> {
    if let Some(table) = schema.table(name) {
        return Some((table, Confidence::Exact));
    }
    let by_name = match (&name.schema, schema.dialect) {
        (Some(qualifier), _) if has_hole(qualifier) => true,
        (None, _) | (Some(_), Dialect::Mysql) => true,
        (Some(qualifier), Dialect::Sqlite) => qualifier.eq_ignore_ascii_case("main"),
        (Some(_), Dialect::Postgres | Dialect::Mssql) => false,
    };
    let same = |table: &&Table| by_name && schema.dialect.same_name(&table.name.name, &name.name);
    let mut tables = schema.tables.iter().filter(same);
    let only = tables.next()?;
    let exact =
        schema.dialect == Dialect::Sqlite || (schema.dialect == Dialect::Mysql && only.name.schema.is_none());
    let confidence = if exact && !name.schema.as_deref().is_some_and(has_hole) {
        Confidence::Exact
    } else {
        Confidence::Likely
    };
    tables.next().is_none().then_some((only, confidence))
}

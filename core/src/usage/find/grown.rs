//! SQL that is read against another schema: what fails, or means something else, when a table has one column more, and which
//! names mean a column after all.

use std::collections::BTreeSet;

use crate::schema::{Column, Dialect, Mapping, Schema, TableName};
use crate::text::Span;
use crate::usage::find::Finder;
use crate::usage::sql::{SqlStatement, UnresolvedName, Via};
use crate::usage::{Confidence, NewColumnEffect, NewColumnUse};

impl Finder<'_> {
    /// The statements that the new column breaks: each is read against the schema as it is and against the one that has
    /// the column.
    pub(super) fn met_by_new_column(&self, table: &TableName, column: &Column) -> Vec<NewColumnUse> {
        let mut grown = self.schema.clone();
        let Some(known) = grown.table_mut(table).filter(|known| known.column(&column.name).is_none()) else {
            return Vec::new();
        };
        known.columns.push(column.clone());
        let other = Finder::new(self.project, &grown, &Mapping::default(), self.schema_files.clone());
        let words = [table.name.as_str()];
        let mut before = Vec::new();
        self.each_statement(&words, |statement| before.push(statement.clone()));
        let mut after = Vec::new();
        other.each_statement(&words, |statement| after.push(statement.clone()));
        let mut found = Vec::new();
        for (was, is) in before.iter().zip(&after).filter(|(was, is)| was.span == is.span) {
            found.extend(ambiguous(was, is, &column.name));
            found.extend(joined(was, is, table, &column.name));
            found.extend(shifted((was, self.schema), (is, &grown)));
        }
        found
    }

    /// Where SQL says this name and means a column of `schema` by it.
    pub(super) fn columns_named(&self, name: &str, schema: &Schema) -> Vec<Span> {
        let other = Finder::new(self.project, schema, &Mapping::default(), self.schema_files.clone());
        let mut found = Vec::new();
        other.each_statement(&[name], |statement| {
            let meant = statement.columns.iter().filter(|used| {
                used.via == Via::Name
                    && used.confidence == Confidence::Exact
                    && schema.dialect.same_name(&used.column, name)
            });
            found.extend(meant.map(|used| used.span));
        });
        found
    }
}

/// Names that stood for one column and now stand for several.
fn ambiguous<'s>(
    was: &'s SqlStatement,
    is: &'s SqlStatement,
    column: &'s str,
) -> impl Iterator<Item = NewColumnUse> + 's {
    let open: BTreeSet<Span> = was.unresolved.iter().map(|name| name.span).collect();
    let is_new = move |name: &&UnresolvedName| {
        name.name.as_deref().is_some_and(|name| name.eq_ignore_ascii_case(column))
            && !open.contains(&name.span)
    };
    // A name that no table had before is not broken by the one that has it now.
    let stood_for = |span: Span| was.columns.iter().find(|used| used.span == span);
    is.unresolved.iter().filter(is_new).filter_map(move |name| {
        Some(NewColumnUse {
            span: name.span,
            statement: is.span,
            effect: NewColumnEffect::Ambiguous,
            stood_for: Some(stood_for(name.span)?.table.clone()),
            confidence: Confidence::Exact,
        })
    })
}

/// `NATURAL JOIN`s that now join by the column, too.
fn joined<'s>(
    was: &'s SqlStatement,
    is: &'s SqlStatement,
    table: &'s TableName,
    column: &'s str,
) -> impl Iterator<Item = NewColumnUse> + 's {
    let by_it = move |statement: &'s SqlStatement| {
        let natural = statement.columns.iter().filter(|used| used.via == Via::Natural);
        natural.filter(move |used| used.table == *table && used.column == column)
    };
    let old: BTreeSet<Span> = by_it(was).map(|used| used.span).collect();
    by_it(is).filter(move |used| !old.contains(&used.span)).map(|used| NewColumnUse {
        span: used.span,
        statement: is.span,
        effect: NewColumnEffect::Joined,
        stood_for: None,
        confidence: used.confidence,
    })
}

/// INSERTs whose values no longer fit the columns that they go to.
fn shifted<'s>(
    (was, before): (&'s SqlStatement, &'s Schema),
    (is, after): (&'s SqlStatement, &'s Schema),
) -> impl Iterator<Item = NewColumnUse> + 's {
    let pairs = was.inserts.iter().zip(&is.inserts);
    pairs.filter_map(move |(old, new)| {
        let (values, columns) = (new.width?, places(new, after)?);
        let fitted = fits(before.dialect, old.width?, places(old, before)?);
        let broken = fitted && !fits(after.dialect, values, columns);
        broken.then_some(NewColumnUse {
            span: new.span,
            statement: is.span,
            effect: NewColumnEffect::Shifted { values, columns },
            stood_for: None,
            confidence: new.confidence,
        })
    })
}

/// How many columns the values of an INSERT go to.
fn places(insert: &crate::usage::sql::InsertUse, schema: &Schema) -> Option<usize> {
    match &insert.columns {
        Some(columns) if insert.complete => Some(columns.len()),
        Some(_) => None,
        None => {
            let table = schema.table(&insert.table)?;
            Some(table.columns.iter().filter(|column| !column.generated).count())
        }
    }
}

/// Whether so many values can go to so many columns: PostgreSQL gives the columns at the end their defaults (manual,
/// INSERT), the others want as many values as there are columns.
fn fits(dialect: Dialect, values: usize, columns: usize) -> bool {
    match dialect {
        Dialect::Postgres => values <= columns,
        Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => values == columns,
    }
}

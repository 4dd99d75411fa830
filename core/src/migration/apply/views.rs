//! Views: what they use, and what becomes of them when that changes.
//!
//! PostgreSQL keeps a view's query as a tree: names follow renames, and what a view uses cannot be dropped but with it.
//! MySQL and SQLite keep the text and read it anew each time: a view follows the types of its tables, and has no columns
//! while something that it uses is missing (MySQL manual, "View Invalidity"; sqlite.org/lang_createview.html). SQLite
//! rewrites the text when something is renamed (lang_altertable.html).

use super::Step;
use super::expression::{mentions, renamed};
use crate::schema::{
    Column, ColumnSource, ColumnUse, Dialect, Schema, Table, TableKind, TableName, ViewQuery,
};

/// How a note begins that says that the database refuses a statement.
pub(crate) const REFUSES: &str = "PostgreSQL refuses to";

/// The column's name in a use that means the table as a whole, or all its columns.
const ALL: &str = "*";

impl Step<'_> {
    /// Finds out which tables and columns the query of a new view means.
    pub(super) fn settle_query(&self, made: &mut Table, sources: &[ColumnSource]) {
        let Some(query) = &mut made.query else { return };
        for read in &mut query.tables {
            *read = self.schema.canonical(read);
        }
        query.uses = query.uses.iter().flat_map(|used| self.settled_uses(used)).collect();
        query.shown = sources.iter().flat_map(|source| self.settled_source(source)).collect();
    }

    /// SQLite reads `*` anew each time; the others write down what it stands for.
    fn settled_uses(&self, used: &ColumnUse) -> Vec<ColumnUse> {
        let exact = |table: &Table, column: &str| ColumnUse {
            tables: vec![table.name.clone()],
            column: column.to_owned(),
        };
        let mut known = used.tables.iter().filter_map(|name| self.schema.table(name));
        if used.column != ALL {
            let found = known.find_map(|table| Some(exact(table, &table.column(&used.column)?.name)));
            return found.into_iter().collect();
        }
        let Some(table) = known.next() else { return Vec::new() };
        let mut uses = vec![exact(table, ALL)];
        if self.schema.dialect != Dialect::Sqlite {
            uses.extend(table.columns.iter().map(|column| exact(table, &column.name)));
        }
        uses
    }

    fn settled_source(&self, source: &ColumnSource) -> Vec<ColumnSource> {
        match source {
            ColumnSource::All { table, span, .. } if self.schema.dialect != Dialect::Sqlite => {
                let Some(known) = self.schema.table(table) else { return vec![source.clone()] };
                let column = |column: &Column| ColumnSource::Column {
                    tables: vec![table.clone()],
                    column: column.name.clone(),
                    name: column.name.clone(),
                    span: *span,
                };
                known.columns.iter().map(column).collect()
            }
            ColumnSource::All { .. }
            | ColumnSource::Own(_)
            | ColumnSource::Column { .. }
            | ColumnSource::Expression { .. } => vec![source.clone()],
        }
    }

    /// Gives views their columns anew where the database reads their text anew: until nothing changes, since views may
    /// show views that were made later.
    pub(super) fn refresh_views(&mut self) {
        if !matches!(self.schema.dialect, Dialect::Mysql | Dialect::Sqlite) {
            return;
        }
        let is_read = |query: &ViewQuery| !query.shown.is_empty();
        let views: Vec<TableName> = self
            .schema
            .tables
            .iter()
            .filter(|table| table.kind == TableKind::View && table.query.as_ref().is_some_and(is_read))
            .map(|table| table.name.clone())
            .collect();
        for _ in 0..views.len() {
            let mut changed = false;
            for name in &views {
                changed |= self.refresh_view(name);
            }
            if !changed {
                return;
            }
        }
    }

    fn refresh_view(&mut self, name: &TableName) -> bool {
        let Some(view) = self.schema.table(name) else { return false };
        let Some(query) = view.query.clone() else { return false };
        let mut made = Table { columns: Vec::new(), ..view.clone() };
        if query.uses.iter().all(|used| is_there(self.schema, used)) {
            self.quietly(|step| query.shown.iter().for_each(|source| step.add_source(&mut made, source)));
            for (column, name) in made.columns.iter_mut().zip(&query.names) {
                column.name.clone_from(name);
            }
        }
        let known = self.schema.table_mut(name).filter(|known| known.columns != made.columns);
        known.map(|known| known.columns = made.columns).is_some()
    }

    /// Notes that PostgreSQL refuses to drop a table or column that a view uses, or a column that another one is
    /// computed from, unless the statement says `CASCADE` or drops the view, too.
    pub(super) fn note_users(
        &mut self,
        name: &TableName,
        column: Option<&str>,
        cascade: bool,
        others: &[TableName],
    ) {
        if cascade || self.schema.dialect != Dialect::Postgres {
            return;
        }
        let dropped = |view: &Table| others.iter().any(|other| self.same_table(other, &view.name));
        let mut views = self.schema.tables.iter().filter(|view| reads(self.schema, view, name, column));
        let view = views.find(|view| !dropped(view)).map(|view| format!("view {}", view.name));
        let computed = column.and_then(|column| {
            let mut columns = self.schema.table(name)?.columns.iter();
            let found = columns.find(|other| is_computed_from(other, column))?;
            Some(format!("column {}", found.name))
        });
        let Some(user) = view.or(computed) else { return };
        let what = match column {
            Some(column) => format!("column {name}.{column}"),
            None => name.to_string(),
        };
        let reason = format!("{REFUSES} drop {what} while {user} uses it; the model drops both");
        self.note_tables(reason, vec![name.to_string()]);
    }

    /// Notes that PostgreSQL refuses to change the type of a column that a view uses.
    pub(super) fn note_view_of_type(&mut self, name: &TableName, column: &str) {
        if self.schema.dialect != Dialect::Postgres {
            return;
        }
        let view = self.schema.tables.iter().find(|view| reads(self.schema, view, name, Some(column)));
        if let Some(view) = view.map(|view| view.name.clone()) {
            let reason = format!(
                "{REFUSES} change the type of column {name}.{column} while view {view} uses it; the model changes it"
            );
            self.note_tables(reason, vec![name.to_string(), view.to_string()]);
        }
    }

    /// Drops the views that read the table, or its column, and the views that read those; `others` are dropped by the
    /// statement itself.
    pub(super) fn drop_views_of(&mut self, name: &TableName, column: Option<&str>, others: &[TableName]) {
        let others: Vec<TableName> = others.iter().map(|other| self.schema.canonical(other)).collect();
        let mut open = vec![name.clone()];
        let mut column = column;
        while let Some(name) = open.pop() {
            let gone: Vec<TableName> = self
                .schema
                .tables
                .iter()
                .filter(|view| reads(self.schema, view, &name, column) && !others.contains(&view.name))
                .map(|view| view.name.clone())
                .collect();
            self.schema.tables.retain(|table| !gone.contains(&table.name));
            open.extend(gone);
            column = None;
        }
    }

    /// Lets the views follow the new name of a column.
    pub(super) fn rename_column_in_views(&mut self, table: &TableName, before: &str, after: &str) {
        let dialect = self.schema.dialect;
        if dialect == Dialect::Mysql {
            return;
        }
        let same = |name: &str| dialect.same_name(name, before);
        for query in self.schema.tables.iter_mut().filter_map(|view| view.query.as_mut()) {
            if !query.tables.contains(table) {
                continue;
            }
            for used in query.uses.iter_mut().filter(|used| used.tables.contains(table) && same(&used.column))
            {
                after.clone_into(&mut used.column);
            }
            for source in &mut query.shown {
                if let ColumnSource::Column { tables, column, name, .. } = source
                    && tables.contains(table)
                    && same(column)
                {
                    // The result's column has the table's name where the text gives it none of its own.
                    if dialect == Dialect::Sqlite && same(name) {
                        after.clone_into(name);
                    }
                    after.clone_into(column);
                }
            }
            query.text = renamed(&query.text, before, after);
        }
    }
}

/// Every name of a table in a view's query.
pub(super) fn table_names(query: &mut ViewQuery) -> impl Iterator<Item = &mut TableName> {
    let uses = query.uses.iter_mut().flat_map(|used| &mut used.tables);
    let shown = query.shown.iter_mut().flat_map(|source| match source {
        ColumnSource::All { table, .. } => std::slice::from_mut(table).iter_mut(),
        ColumnSource::Column { tables, .. } => tables.iter_mut(),
        ColumnSource::Own(_) | ColumnSource::Expression { .. } => [].iter_mut(),
    });
    query.tables.iter_mut().chain(uses).chain(shown)
}

/// Whether a column is computed from another one.
pub(super) fn is_computed_from(column: &Column, other: &str) -> bool {
    column.expression.as_deref().is_some_and(|text| mentions(text, other))
}

fn reads(schema: &Schema, view: &Table, name: &TableName, column: Option<&str>) -> bool {
    let Some(query) = &view.query else { return false };
    let name = schema.canonical(name);
    match column {
        None => query.tables.contains(&name),
        Some(column) => query
            .uses
            .iter()
            .any(|used| used.tables.contains(&name) && schema.dialect.same_name(&used.column, column)),
    }
}

fn is_there(schema: &Schema, used: &ColumnUse) -> bool {
    used.tables.iter().all(|table| {
        schema.table(table).is_some_and(|table| {
            used.column == ALL
                || table.columns.iter().any(|own| schema.dialect.same_name(&own.name, &used.column))
        })
    })
}

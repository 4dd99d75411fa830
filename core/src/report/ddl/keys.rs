//! Primary keys, indexes, foreign keys, and partitions, which are attached when all of these are there.

use std::fmt::Write;

use super::{Writer, rowid_alias};
use crate::schema::{Dialect, ForeignKey, Index, KeyPart, ReferentialAction, Table, TableKind};

impl Writer<'_> {
    pub(super) fn primary_key(&self, table: &Table) -> Option<String> {
        let key = table.primary_key.as_ref()?;
        if self.dialect == Dialect::Sqlite && (rowid_alias(table).is_some() || key.descending) {
            return None;
        }
        let named = matches!(self.dialect, Dialect::Postgres | Dialect::Mssql);
        let name = self.constraint(key.name.as_deref().filter(|_| named));
        let length = |at: usize| key.lengths.get(at).copied().flatten();
        let columns = key.columns.iter().enumerate().map(|(at, column)| match length(at) {
            Some(length) => format!("{}({length})", self.quote(column)),
            None => self.quote(column),
        });
        Some(format!("{name}PRIMARY KEY ({})", columns.collect::<Vec<_>>().join(", ")))
    }

    pub(super) fn indexes(&mut self, table: &Table) {
        for index in &table.indexes {
            if self.inner_index(index).is_none() && !self.is_of_parent_alone(table, index) {
                self.index(table, index, "");
            }
        }
    }

    /// Indexes that the partitions have no like of, when all partitions are attached.
    pub(super) fn indexes_of_parent_alone(&mut self, table: &Table) {
        for index in &table.indexes {
            if self.is_of_parent_alone(table, index) {
                self.index(table, index, "ONLY ");
            }
        }
    }

    /// Whether the index was made with `ON ONLY`: a partition lacks it.
    fn is_of_parent_alone(&self, table: &Table, index: &Index) -> bool {
        let is_partition = |child: &&Table| {
            child.parents.iter().any(|parent| parent.partition && parent.table == table.name)
        };
        let same = |own: &Index| own.columns == index.columns && own.unique == index.unique;
        let mut partitions = self.schema.tables.iter().filter(is_partition);
        partitions.any(|child| !child.indexes.iter().any(same))
    }

    fn index(&mut self, table: &Table, index: &Index, only: &str) {
        let made = format!("{}_idx", table.name.name);
        let name = index.name.as_deref().unwrap_or(&made);
        let Some(columns) = self.index_columns(index) else {
            self.comment(&format!(
                "index {name} of {}: over an expression that its source does not say",
                table.name
            ));
            return;
        };
        if index.predicate.as_deref() == Some("") {
            self.comment(&format!(
                "index {name} of {}: on a condition that its source does not say",
                table.name
            ));
            return;
        }
        let (name, table) = (self.quote(name), self.name(&table.name));
        let tail = self.index_tail(index);
        if index.exclusion {
            let method = index.method.as_deref().unwrap_or("btree");
            let rule = format!("EXCLUDE USING {method} {columns}{tail}");
            self.statement(&format!("ALTER TABLE {table} ADD CONSTRAINT {name} {rule}"));
            return;
        }
        let unique = if index.unique { "UNIQUE " } else { "" };
        let method = index.method.as_ref().map(|method| format!("USING {method} ")).unwrap_or_default();
        self.statement(&format!("CREATE {unique}INDEX {name} ON {only}{table} {method}{columns}{tail}"));
    }

    /// What stands behind the key of an index.
    fn index_tail(&self, index: &Index) -> String {
        let mut tail = String::new();
        if !index.include.is_empty() {
            let _ = write!(tail, " INCLUDE {}", self.list(&index.include));
        }
        if index.nulls_not_distinct {
            tail.push_str(" NULLS NOT DISTINCT");
        }
        match &index.predicate {
            Some(text) if index.exclusion => {
                let _ = write!(tail, " WHERE ({text})");
            }
            Some(text) => {
                let _ = write!(tail, " WHERE {text}");
            }
            None => {}
        }
        tail
    }

    /// An index that stands in its table (MySQL).
    pub(super) fn inner_index(&self, index: &Index) -> Option<String> {
        let inside = self.dialect == Dialect::Mysql && index.predicate.is_none();
        let columns = self.index_columns(index).filter(|_| inside)?;
        let unique = if index.unique { "UNIQUE ".to_owned() } else { String::new() };
        let method = index.method.as_ref().map(|method| format!("{} ", method.to_ascii_uppercase()));
        let kind = method.unwrap_or(unique);
        let name = index.name.as_deref().map(|name| format!("{} ", self.quote(name))).unwrap_or_default();
        Some(format!("{kind}KEY {name}{columns}"))
    }

    /// The columns and expressions; `None` where an expression or an operator is not known. Expressions stand as they were
    /// written, with their own parentheses.
    fn index_columns(&self, index: &Index) -> Option<String> {
        let part = |part: KeyPart<'_>| {
            let text = part.column.map(|column| self.quote(column));
            let text = text.or_else(|| part.expression.map(str::to_owned))?;
            let is_whole = !index.exclusion || part.options.operator.is_some();
            let length = part.options.length.map(|length| format!("({length})")).unwrap_or_default();
            is_whole.then(|| format!("{text}{length}{}", part.options.words(self.dialect)))
        };
        let parts: Option<Vec<String>> = index.parts().map(part).collect();
        Some(format!("({})", parts?.join(", ")))
    }

    pub(super) fn foreign_keys(&mut self, table: &Table) {
        if self.dialect == Dialect::Sqlite {
            return;
        }
        for key in &table.foreign_keys {
            let text = format!("ALTER TABLE {} ADD {}", self.name(&table.name), self.foreign_key(key));
            match (self.schema.table(&key.referenced_table), self.dialect) {
                (None, Dialect::Postgres | Dialect::Mssql) => {
                    self.comment(&format!("to a table that is not known: {text}"));
                }
                // MySQL takes a key to what is not there yet, unless it checks.
                (None, Dialect::Mysql) => {
                    self.statement("SET FOREIGN_KEY_CHECKS = 0");
                    self.statement(&text);
                    self.statement("SET FOREIGN_KEY_CHECKS = 1");
                }
                (Some(_), _) | (None, Dialect::Sqlite) => self.statement(&text),
            }
        }
    }

    pub(super) fn foreign_key(&self, key: &ForeignKey) -> String {
        let mut text = format!(
            "{}FOREIGN KEY {} REFERENCES {}",
            self.constraint(key.name.as_deref()),
            self.list(&key.columns),
            self.name(&key.referenced_table)
        );
        let columns = crate::report::model::referenced_columns(self.schema, key);
        if !columns.is_empty() {
            let _ = write!(text, " {}", self.list(&columns));
        }
        for (event, action) in [("DELETE", key.on_delete), ("UPDATE", key.on_update)] {
            if action != ReferentialAction::NoAction {
                let _ = write!(text, " ON {event} {}", action.sql());
            }
        }
        text
    }

    /// Children of the tables: they have all that their parents have by now, so that nothing is made twice.
    pub(super) fn parents(&mut self, table: &Table) {
        for parent in &table.parents {
            let (child, above) = (self.name(&table.name), self.name(&parent.table));
            let composite = || self.schema.composites.iter().any(|item| item.name == parent.table);
            let statement = match (&parent.bound, self.schema.table(&parent.table).map(|table| table.kind)) {
                (Some(bound), Some(TableKind::Table)) if parent.partition => {
                    format!("ALTER TABLE {above} ATTACH PARTITION {child} {bound}")
                }
                (_, Some(TableKind::Table)) if !parent.partition => {
                    format!("ALTER TABLE {child} INHERIT {above}")
                }
                (_, None) if composite() => format!("ALTER TABLE {child} OF {above}"),
                (_, _) => {
                    self.comment(&format!("{child} belongs to {above}: how is not known"));
                    continue;
                }
            };
            self.statement(&statement);
        }
    }
}

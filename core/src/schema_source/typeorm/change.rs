//! Columns that are added, dropped, renamed and changed, and keys that follow them.
//!
//! A column whose type or length is another one is dropped and added anew in PostgreSQL and MySQL ("to avoid data conversion"):
//! its rows lose what they held. SQLite's table is built anew, and the column keeps its place.

use super::host::{Call, TypeOrmHost};
use super::naming::Named;
use super::runner::TableArgument;
use super::spec::{ColumnSpec, ForeignSpec, TableSpec};
use super::write::{self, Target};
use crate::code::interpret::Text;
use crate::migration::{ColumnAlteration, OperationKind};
use crate::schema::{ColumnType, DefaultValue, Dialect, TableName};
use crate::schema_source::script::{ScriptHost as _, Sql};
use crate::text::Span;

impl TypeOrmHost {
    pub(super) fn add_column(&mut self, table: &TableArgument, column: &ColumnSpec, span: Span) {
        let known = self.known(table);
        self.make_enum(&table.target, column, span);
        let primary = known.as_ref().map(primary_names).unwrap_or_default();
        let key_here = self.dialect() == Dialect::Mysql && primary.is_empty();
        let part = write::column(&table.target, column, key_here);
        self.send_alter(&table.target, " ADD ", &part, span);
        if column.primary && !(key_here && self.dialect() == Dialect::Mysql) {
            let mut columns = primary;
            self.drop_primary_key_of(table, known.as_ref(), span);
            columns.push(column.name.clone());
            let name = known.as_ref().and_then(key_name).or_else(|| column.key_name.clone());
            self.add_primary_key(table, &columns, name.as_deref(), span);
        }
        if column.unique {
            self.add_unique(table, &column.name, span);
        }
        self.given.push((table.name.clone(), column.clone()));
    }

    fn add_unique(&mut self, table: &TableArgument, column: &Text, span: Span) {
        let columns = std::slice::from_ref(column);
        let part = match self.dialect() {
            Dialect::Mysql => {
                let name = table.target.key_name(Named::Index, columns, None);
                Sql::new(Dialect::Mysql, "UNIQUE INDEX ").name(&name)
            }
            dialect => {
                let name = table.target.key_name(Named::Unique, columns, None);
                Sql::new(dialect, "CONSTRAINT ").name(&name).words(" UNIQUE")
            }
        };
        let part = part.words(" (").names(columns).words(")").build();
        self.add_part(table, &part, span);
    }

    pub(super) fn drop_column(&mut self, table: &TableArgument, name: &Text, if_exists: bool, span: Span) {
        let known = self.known(table);
        let column = known.as_ref().and_then(|known| known.column(&name.value)).cloned();
        if column.is_none() && if_exists {
            return;
        }
        let own_name = |own: &Text| own.value == name.value;
        if let (Some(known), Some(_)) = (&known, column.as_ref().filter(|column| column.primary)) {
            let mut rest = primary_names(known);
            rest.retain(|own| !own_name(own));
            self.drop_primary_key_of(table, Some(known), span);
            if !rest.is_empty() {
                self.add_primary_key(table, &rest, key_name(known).as_deref(), span);
            }
        }
        if let Some(known) = &known {
            self.drop_keys_of(table, known, name, span);
        }
        self.send(table.target.sql("ALTER TABLE ").words(" DROP COLUMN ").name(name), span);
        if let Some(column) = column.filter(|column| column.is_enum() && self.dialect() == Dialect::Postgres)
        {
            self.drop_enum(&table.target, &column, span);
        }
        self.given.retain(|(own, column)| *own != table.name || !own_name(&column.name));
    }

    /// The keys that go before a column does: in SQLite all that it has a part in, else those that are its alone.
    fn drop_keys_of(&mut self, table: &TableArgument, known: &TableSpec, name: &Text, span: Span) {
        let sqlite = self.dialect() == Dialect::Sqlite;
        let meets = |columns: &[Text]| {
            columns.iter().any(|own| own.value == name.value) && (sqlite || columns.len() == 1)
        };
        for index in known.indices.iter().filter(|index| meets(&index.columns)) {
            if let Some(index) = &index.name {
                self.drop_named(table, Named::Index, index, false, span);
            }
        }
        if !sqlite {
            return;
        }
        let uniques =
            known.uniques.iter().filter(|key| meets(&key.columns)).filter_map(|key| key.name.clone());
        let foreign = known.foreign_keys.iter().filter(|key| meets(&key.columns));
        let foreign = foreign.filter_map(|key| key.name.clone());
        for key in uniques.chain(foreign).collect::<Vec<Text>>() {
            self.drop_named(table, Named::Unique, &key, false, span);
        }
    }

    fn drop_enum(&mut self, target: &Target, column: &ColumnSpec, span: Span) {
        let schema = target.schema.as_ref().map(|schema| schema.value.to_string());
        let name = TableName { schema, name: target.enum_name(column) };
        if self.record.schema.enum_type(&name).is_some() {
            self.send(Sql::new(self.dialect(), "DROP TYPE ").text(&target.enum_type(column)), span);
        }
    }

    fn add_primary_key(&mut self, table: &TableArgument, columns: &[Text], name: Option<&str>, span: Span) {
        let part = write::primary_key(&table.target, columns, name);
        self.add_part(table, &part, span);
    }

    fn drop_primary_key_of(&mut self, table: &TableArgument, known: Option<&TableSpec>, span: Span) {
        let Some(known) = known.filter(|known| !known.primary().is_empty()) else { return };
        let kind = match self.dialect() {
            Dialect::Postgres | Dialect::Mssql => {
                let key = self.record.schema.table(&table.name).and_then(|table| table.primary_key.as_ref());
                let made = || table.target.key_name(Named::PrimaryKey, &primary_names(known), None);
                let name = key.and_then(|key| key.name.as_deref().map(Text::plain)).unwrap_or_else(made);
                self.drop_named(table, Named::PrimaryKey, &name, false, span);
                return;
            }
            Dialect::Mysql | Dialect::Sqlite => {
                OperationKind::DropConstraint { table: table.name.clone(), name: None, if_exists: false }
            }
        };
        self.emit(kind, span);
    }

    pub(super) fn drop_primary_key(&mut self, table: &TableArgument, span: Span) {
        let known = self.known(table);
        self.drop_primary_key_of(table, known.as_ref(), span);
    }

    /// `createPrimaryKey`, `updatePrimaryKeys`; the latter does nothing in SQLite.
    pub(super) fn set_primary_key(
        &mut self,
        table: &TableArgument,
        columns: &[Text],
        name: Option<&Text>,
        call: &Call<'_>,
    ) {
        let known = self.known(table);
        let mut name = name.map(|name| name.value.to_string());
        let mut columns = columns.to_vec();
        if call.name == "updatePrimaryKeys" {
            if self.dialect() == Dialect::Sqlite {
                return;
            }
            name = known.as_ref().and_then(key_name);
            self.drop_primary_key_of(table, known.as_ref(), call.span);
        } else if self.dialect() == Dialect::Sqlite
            && let Some(known) = &known
        {
            // The table is built anew: the columns that were in the key stay in it.
            let asked = |column: &&ColumnSpec| {
                column.primary || columns.iter().any(|own| own.value == column.name.value)
            };
            let all: Vec<Text> =
                known.columns.iter().filter(asked).map(|column| column.name.clone()).collect();
            columns = all;
            self.drop_primary_key_of(table, Some(known), call.span);
        }
        self.add_primary_key(table, &columns, name.as_deref(), call.span);
    }

    pub(super) fn rename_table(&mut self, table: &TableArgument, to: &Text, span: Span) {
        let known = self.known(table);
        let after = Target { name: to.clone(), ..table.target.clone() };
        let words = if self.dialect() == Dialect::Mysql { "RENAME TABLE " } else { "ALTER TABLE " };
        let sql = table.target.sql(words);
        let sql = match self.dialect() {
            Dialect::Mysql => after.named(sql.words(" TO ")),
            _ => sql.words(" RENAME TO ").name(to),
        };
        self.send(sql, span);
        let renamed = TableArgument {
            name: TableName { name: to.value.to_string(), ..table.name.clone() },
            target: after,
        };
        let Some(known) = known else { return };
        self.rename_keys(&table.target, &renamed, &known, None, span);
        if self.dialect() == Dialect::Postgres {
            for column in known.columns.iter().filter(|column| column.is_enum() && column.enum_name.is_none())
            {
                self.rename_enum(&table.target, column, &renamed.target, column, span);
            }
            self.rename_sequences(table, &renamed, span);
        }
    }

    /// Sequences whose names are the ones that serial columns give get those of the table's new name.
    fn rename_sequences(&mut self, before: &TableArgument, after: &TableArgument, span: Span) {
        let Some(table) = self.record.schema.table(&after.name) else { return };
        let owned = table.columns.iter().filter_map(|column| Some((column, column.sequence.as_ref()?)));
        let given = |table: &TableArgument, column: &str| format!("{}_{column}_seq", table.name.name);
        let renamed: Vec<(String, String)> = owned
            .filter(|(column, sequence)| sequence.name == given(before, &column.name))
            .map(|(column, sequence)| (sequence.name.clone(), given(after, &column.name)))
            .collect();
        for (sequence, to) in renamed {
            let target = Target { name: Text::plain(&sequence), ..after.target.clone() };
            self.send(target.sql("ALTER SEQUENCE ").words(" RENAME TO ").name(&Text::plain(&to)), span);
        }
    }

    fn rename_enum(
        &mut self,
        before: &Target,
        column: &ColumnSpec,
        after: &Target,
        to: &ColumnSpec,
        span: Span,
    ) {
        let name = Text::plain(&after.enum_name(to));
        let sql = Sql::new(self.dialect(), "ALTER TYPE ").text(&before.enum_type(column));
        self.send(sql.words(" RENAME TO ").name(&name), span);
    }

    /// Constraints whose names are the ones that TypeORM gave get those that it gives now: to a table's new name, or to a
    /// column's.
    fn rename_keys(
        &mut self,
        before: &Target,
        table: &TableArgument,
        known: &TableSpec,
        column: Option<(&Text, &Text)>,
        span: Span,
    ) {
        let after_columns = |columns: &[Text]| -> Vec<Text> {
            let name = |own: &Text| match column {
                Some((from, to)) if from.value == own.value => to.clone(),
                _ => own.clone(),
            };
            columns.iter().map(name).collect()
        };
        let primary = primary_names(known);
        let key = self.record.schema.table(&table.name).and_then(|table| table.primary_key.as_ref());
        let key = key.and_then(|key| key.name.as_deref()).map(Text::plain);
        let mut keys: Vec<(Named, Text, Vec<Text>, Option<Text>)> = Vec::new();
        keys.extend(key.map(|name| (Named::PrimaryKey, name, primary, None)));
        let named = |kind: Named, name: &Option<Text>, columns: &[Text], behind: &Option<Text>| {
            name.clone().map(|name| (kind, name, columns.to_vec(), behind.clone()))
        };
        keys.extend(
            known.uniques.iter().filter_map(|key| named(Named::Unique, &key.name, &key.columns, &None)),
        );
        keys.extend(
            known
                .indices
                .iter()
                .filter_map(|key| named(Named::Index, &key.name, &key.columns, &key.expression)),
        );
        keys.extend(
            known
                .foreign_keys
                .iter()
                .filter_map(|key| named(Named::ForeignKey, &key.name, &key.columns, &None)),
        );
        for (kind, name, columns, behind) in keys {
            let touched = column.is_none_or(|(from, _)| columns.iter().any(|own| own.value == from.value));
            if !touched || name.value != before.key_name(kind, &columns, behind.as_ref()).value {
                continue;
            }
            let to = table.target.key_name(kind, &after_columns(&columns), behind.as_ref());
            if (self.dialect(), kind) == (Dialect::Mysql, Named::ForeignKey) {
                self.make_key_anew(table, known, &name, &to, &after_columns(&columns), span);
                continue;
            }
            let kind = OperationKind::RenameConstraint {
                table: Some(table.name.clone()),
                name: name.value.to_string(),
                to: to.value.to_string(),
            };
            self.emit(kind, span);
        }
    }

    /// A foreign key of MySQL cannot be renamed, and is dropped and added; the index that it had stays.
    fn make_key_anew(
        &mut self,
        table: &TableArgument,
        known: &TableSpec,
        name: &Text,
        to: &Text,
        columns: &[Text],
        span: Span,
    ) {
        let is_it = |key: &&ForeignSpec| key.name.as_ref().is_some_and(|own| own.value == name.value);
        let Some(key) = known.foreign_keys.iter().find(is_it) else { return };
        let key = ForeignSpec { name: Some(to.clone()), columns: columns.to_vec(), ..key.clone() };
        self.drop_named(table, Named::ForeignKey, name, false, span);
        self.add_part(table, &write::foreign_key(&table.target, &key), span);
    }

    /// `changeColumn`, and `renameColumn`, which is one.
    pub(super) fn change_column(
        &mut self,
        table: &TableArgument,
        before: &Text,
        after: &ColumnSpec,
        span: Span,
    ) {
        let known = self.known(table);
        let Some((known, old)) = known.and_then(|known| {
            let old = known.column(&before.value)?.clone();
            Some((known, old))
        }) else {
            let reason = format!("the column `{}` that is changed is not known", before.value);
            self.emit_opaque(reason, vec![table.name.to_string()], span);
            return;
        };
        if self.dialect() != Dialect::Sqlite && is_made_anew(self.dialect(), &old, after) {
            self.drop_column(table, before, false, span);
            self.add_column(table, after, span);
            return;
        }
        if old.name.value != after.name.value {
            let sql = table.target.sql("ALTER TABLE ").words(" RENAME COLUMN ").name(before);
            self.send(sql.words(" TO ").name(&after.name), span);
            if self.dialect() == Dialect::Postgres && old.is_enum() && old.enum_name.is_none() {
                self.rename_enum(&table.target, &old, &table.target, after, span);
            }
            self.rename_keys(&table.target, table, &known, Some((&old.name, &after.name)), span);
        }
        match self.dialect() {
            Dialect::Mysql => self.change_mysql(table, &old, after, span),
            Dialect::Postgres | Dialect::Mssql => self.change_postgres(table, &old, after, span),
            Dialect::Sqlite => self.change_sqlite(table, &old, after, span),
        }
        self.change_keys(table, &known, &old, after, span);
        self.given.retain(|(own, column)| *own != table.name || column.name.value != before.value);
        self.given.push((table.name.clone(), after.clone()));
    }

    /// A column that enters or leaves the primary key, or becomes unique.
    fn change_keys(
        &mut self,
        table: &TableArgument,
        known: &TableSpec,
        old: &ColumnSpec,
        after: &ColumnSpec,
        span: Span,
    ) {
        if old.primary != after.primary {
            let mut columns = primary_names(known);
            columns.retain(|own| own.value != old.name.value);
            if after.primary {
                columns.push(after.name.clone());
            }
            self.drop_primary_key_of(table, Some(known), span);
            if !columns.is_empty() {
                self.add_primary_key(table, &columns, key_name(known).as_deref(), span);
            }
        }
        if old.unique != after.unique && after.unique {
            self.add_unique(table, &after.name, span);
        } else if old.unique != after.unique && self.dialect() != Dialect::Sqlite {
            let keys = if self.dialect() == Dialect::Mysql { &known.indices } else { &known.uniques };
            let alone = |columns: &[Text]| {
                columns.len() == 1 && columns.first().is_some_and(|own| own.value == old.name.value)
            };
            let key =
                keys.iter().find(|key| key.unique && alone(&key.columns)).and_then(|key| key.name.clone());
            if let Some(key) = key {
                self.drop_named(table, Named::Unique, &key, false, span);
            }
        }
    }

    fn change_mysql(&mut self, table: &TableArgument, old: &ColumnSpec, after: &ColumnSpec, span: Span) {
        if is_same(old, after) {
            return;
        }
        let sql = table.target.sql("ALTER TABLE ").words(" CHANGE ").name(&after.name).words(" ");
        let sql = write::mysql_rest(sql.name(&after.name).words(" "), after, false);
        self.send(sql, span);
    }

    fn change_postgres(&mut self, table: &TableArgument, old: &ColumnSpec, after: &ColumnSpec, span: Span) {
        let alter = |words: &str| {
            table.target.sql("ALTER TABLE ").words(" ALTER COLUMN ").name(&after.name).words(words)
        };
        if (old.precision, old.scale, &old.spatial) != (after.precision, after.scale, &after.spatial) {
            self.send(alter(" TYPE ").words(&write::full_type(self.dialect(), after)), span);
        }
        let values = |column: &ColumnSpec| -> Vec<String> {
            column.values.iter().flatten().map(|value| value.value.to_string()).collect()
        };
        if after.is_enum() && (values(old) != values(after) || old.enum_name != after.enum_name) {
            self.change_enum(table, old, after, span);
        }
        if old.nullable != after.nullable {
            self.send(alter(if after.nullable { " DROP NOT NULL" } else { " SET NOT NULL" }), span);
        }
        if old.generated != after.generated {
            match (after.generated, after.strategy.as_deref()) {
                (true, Some("uuid")) => self.send(alter(" SET DEFAULT uuid_generate_v4()"), span),
                (true, Some("increment")) => {
                    self.emit_default(table, &after.name, Some(DefaultValue::AutoIncrement), span)
                }
                _ => self.send(alter(" DROP DEFAULT"), span),
            }
        }
        match (&old.default, &after.default) {
            (old, Some(default)) if !old.as_ref().is_some_and(|old| same_default(old, default)) => {
                self.send(alter(" SET DEFAULT ").text(default), span);
            }
            (Some(_), None) => self.send(alter(" DROP DEFAULT"), span),
            _ => {}
        }
        if old.generated_type.is_some() && !after.is_stored() {
            let alteration = ColumnAlteration { generated: Some(false), ..ColumnAlteration::default() };
            self.emit_alteration(table, &after.name, alteration, span);
        }
    }

    /// New values are added to the type; where some go, a type with those that stay takes its place.
    fn change_enum(&mut self, table: &TableArgument, old: &ColumnSpec, after: &ColumnSpec, span: Span) {
        let target = &table.target;
        let has = |column: &ColumnSpec, value: &Text| {
            column.values.iter().flatten().any(|own| own.value == value.value)
        };
        let before = target.enum_type(old);
        let gone = old.values.iter().flatten().any(|value| !has(after, value));
        let more: Vec<Text> =
            after.values.iter().flatten().filter(|value| !has(old, value)).cloned().collect();
        if !gone && !more.is_empty() {
            for value in more {
                let value = crate::schema_source::script::literal(&value.value);
                let sql = Sql::new(self.dialect(), "ALTER TYPE ").text(&before);
                self.send(sql.words(&format!(" ADD VALUE {value}")), span);
            }
            return;
        }
        let aside = Text::plain(&format!("{}_old", target.enum_name(old)));
        let sql = Sql::new(self.dialect(), "ALTER TYPE ").text(&before).words(" RENAME TO ").name(&aside);
        self.send(sql, span);
        let made = target.enum_type(after);
        self.execute_call(&write::enum_statement(target, after, &made), span);
        let sql =
            target.sql("ALTER TABLE ").words(" ALTER COLUMN ").name(&after.name).words(" TYPE ").text(&made);
        self.send(sql.words(if after.array { "[]" } else { "" }), span);
        let sql = Sql::new(self.dialect(), "DROP TYPE ").text(&target.quoted_type(&aside));
        self.send(sql, span);
    }

    fn change_sqlite(&mut self, table: &TableArgument, old: &ColumnSpec, after: &ColumnSpec, span: Span) {
        let dialect = self.dialect();
        let (from, to) = (write::full_type(dialect, old), write::full_type(dialect, after));
        let default = match (&old.default, &after.default) {
            (Some(old), Some(after)) if same_default(old, after) => None,
            (None, None) => None,
            (_, after) => Some(after.as_ref().and_then(|text| DefaultValue::of_expression(&text.value))),
        };
        let alteration = ColumnAlteration {
            ty: (from != to).then(|| ColumnType::parse(dialect, &to)),
            nullable: (old.nullable != after.nullable).then_some(after.nullable),
            default,
            ..ColumnAlteration::default()
        };
        if alteration != ColumnAlteration::default() {
            self.emit_alteration(table, &after.name, alteration, span);
        }
    }

    fn emit_default(
        &mut self,
        table: &TableArgument,
        column: &Text,
        default: Option<DefaultValue>,
        span: Span,
    ) {
        let alteration = ColumnAlteration { default: Some(default), ..ColumnAlteration::default() };
        self.emit_alteration(table, column, alteration, span);
    }

    fn emit_alteration(
        &mut self,
        table: &TableArgument,
        column: &Text,
        alteration: ColumnAlteration,
        span: Span,
    ) {
        let (table, column) = (table.name.clone(), column.value.to_string());
        self.emit(OperationKind::AlterColumn { table, column, alteration }, span);
    }
}

fn primary_names(table: &TableSpec) -> Vec<Text> {
    table.primary().into_iter().map(|column| column.name.clone()).collect()
}

/// The name of the primary key, where it is not the one that TypeORM gives.
fn key_name(table: &TableSpec) -> Option<String> {
    table.primary().first().and_then(|column| column.key_name.clone())
}

/// Whether the column is dropped and added anew.
fn is_made_anew(dialect: Dialect, old: &ColumnSpec, after: &ColumnSpec) -> bool {
    let text = |value: &Option<Text>| value.as_ref().map(|text| text.value.to_string());
    let typed = old.ty != after.ty || old.length != after.length;
    if dialect == Dialect::Mysql {
        let strategy = after.strategy.as_deref() != Some("uuid") && old.generated != after.generated;
        return strategy || typed || old.generated_type.is_some() != after.generated_type.is_some();
    }
    typed
        || old.array != after.array
        || (after.is_stored()
            && (old.generated_type.is_none() || text(&old.expression) != text(&after.expression)))
}

/// Whether `CHANGE` would change nothing.
fn is_same(old: &ColumnSpec, after: &ColumnSpec) -> bool {
    let values = |column: &ColumnSpec| -> Vec<String> {
        column.values.iter().flatten().map(|value| value.value.to_string()).collect()
    };
    let default = match (&old.default, &after.default) {
        (Some(old), Some(after)) => same_default(old, after),
        (None, None) => true,
        _ => false,
    };
    default
        && values(old) == values(after)
        && (old.nullable, old.unsigned, old.precision, old.scale)
            == (after.nullable, after.unsigned, after.precision, after.scale)
        && old.on_update == after.on_update
}

/// Whether two defaults are the same but for how they are written: `'5'` and `5`, `'x'::text` and `'x'`.
fn same_default(old: &Text, after: &Text) -> bool {
    let plain = |text: &Text| {
        let text = text.value.split("::").next().unwrap_or("");
        text.trim().trim_matches(['(', ')', '\'']).to_ascii_lowercase()
    };
    plain(old) == plain(after)
}

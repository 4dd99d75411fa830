//! Constraints and indexes: the directives that make and drop them.

use crate::code::interpret::{Interpreter, Run, Runner, Value};
use crate::migration::{Constraint, OperationKind};
use crate::schema::{Dialect, ForeignKey, TableName, Unique};
use crate::schema_source::alembic::elements::ElementReader;
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::naming::{NameParts, NamingConvention};
use crate::schema_source::alembic::operations::{Call, Target, is_true, table_named};

impl AlembicHost {
    /// Emits a constraint that `build` makes, named as the call says, or by the convention.
    pub(super) fn constraint(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
        kind: &str,
        build: impl FnOnce(&ElementReader<'_, '_, '_>, &Call<'_>, &TableName) -> Option<Constraint>,
    ) -> Run<()> {
        let naming = match call.target {
            Target::Batch { naming: Some(naming), .. } => naming.clone(),
            Target::Batch { .. } | Target::Named => self.naming.clone(),
        };
        self.with_table(interpreter, call, |reader, call, table| {
            let mut constraint = build(reader, call, &table)?;
            let given = reader.marked_name(call.name("constraint_name").or_else(|| call.keyword("name")));
            let columns: &[String] = match &constraint {
                Constraint::Unique(unique) => &unique.columns,
                Constraint::PrimaryKey(key) => &key.columns,
                Constraint::ForeignKey(key) => &key.columns,
                Constraint::Index(_) | Constraint::Check(_) => &[],
            };
            let referenced = match &constraint {
                Constraint::ForeignKey(key) => {
                    Some((key.referenced_table.name.as_str(), key.referenced_columns.as_slice()))
                }
                _ => None,
            };
            let parts = NameParts { table: &table, columns, referenced, given: None };
            let named = match &given {
                Some(given) => Some(naming.given_name(kind, given, parts)),
                None => naming.name(kind, parts),
            };
            match &mut constraint {
                Constraint::Unique(unique) => unique.name = named,
                Constraint::PrimaryKey(key) => key.name = named,
                Constraint::ForeignKey(key) => key.name = named,
                Constraint::Index(index) => index.name = named,
                Constraint::Check(check) => check.name = named,
            }
            Some(vec![OperationKind::AddConstraint { table, constraint, if_not_exists: false }])
        })
    }

    pub(super) fn op_create_foreign_key(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
    ) -> Run<()> {
        self.constraint(interpreter, call, "fk", |reader, call, _| {
            let referenced = reader.string(call.after(0, "referent_table"))?;
            let schema = reader.string(call.keyword("referent_schema")).filter(|schema| !schema.is_empty());
            Some(Constraint::ForeignKey(ForeignKey {
                name: None,
                columns: reader.names(call.after(1, "local_cols"))?,
                referenced_table: TableName { schema, name: referenced },
                referenced_columns: reader.names(call.after(2, "remote_cols"))?,
                on_delete: reader.action(call.keyword("ondelete")),
                on_update: reader.action(call.keyword("onupdate")),
                span: call.span,
            }))
        })
    }

    pub(super) fn op_create_index(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Run<()> {
        let naming = self.naming.clone();
        self.with_table(interpreter, call, |reader, call, table| {
            let items = reader.run.interpreter.items(call.after(0, "columns")?)?.to_vec();
            let name = reader.string(call.name("index_name"));
            let mut index = reader.index_over(name, &items, call.arguments, call.span);
            let plain: Vec<String> = index.columns.iter().flatten().cloned().collect();
            index.name = index.name.or_else(|| Some(naming.index_name(&table, &plain)));
            let if_not_exists = is_true(call.keyword("if_not_exists"));
            Some(vec![OperationKind::AddConstraint {
                table,
                constraint: Constraint::Index(index),
                if_not_exists,
            }])
        })
    }

    pub(super) fn op_drop_index(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let reader = ElementReader { run: &mut run, dialect };
        let table = table_named(&reader, call);
        let index = reader.string(call.name("index_name"));
        let Some(name) = index else { return self.not_understood(interpreter, call, table) };
        let schema = table.as_ref().and_then(|table| table.schema.clone());
        let if_exists = is_true(call.keyword("if_exists"));
        let kind = OperationKind::DropIndex { table, index: TableName { schema, name }, if_exists };
        self.emit(interpreter, kind, call.span)
    }

    pub(super) fn op_drop_constraint(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
    ) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let reader = ElementReader { run: &mut run, dialect };
        let table = table_named(&reader, call);
        let Some(table) = table else { return self.not_understood(interpreter, call, None) };
        let kind = reader.string(call.after(0, "type_"));
        let name = reader.marked_name(call.name("constraint_name"));
        let if_exists = is_true(call.keyword("if_exists"));
        if matches!(call.name("constraint_name"), Some(Value::None)) && interpreter.is_guarded() {
            // SQLAlchemy refuses to drop a constraint that has no name.
            return Runner { interpreter, host: self }.raise("sqlalchemy.exc.CompileError");
        }
        if name.is_none() && kind.as_deref() != Some("primary") {
            return self.not_understood(interpreter, call, Some(table));
        }
        let by_kind = dialect == Dialect::Mysql && kind.as_deref() == Some("primary");
        let name = name.filter(|_| !by_kind).map(|name| self.dropped_name(&table, name, kind.as_deref()));
        if let (Some(name), Target::Batch { naming, .. }) = (&name, call.target) {
            let naming = naming.clone().unwrap_or_else(|| self.naming.clone());
            if let Some(constraint) = self.named_by_convention(&table, name, &naming) {
                let kind =
                    OperationKind::AddConstraint { table: table.clone(), constraint, if_not_exists: false };
                self.emit(interpreter, kind, call.span)?;
            }
        }
        self.emit(interpreter, OperationKind::DropConstraint { table, name, if_exists }, call.span)
    }

    /// The name of a constraint that is dropped: of one whose kind is told, SQLAlchemy makes it as when it was created.
    fn dropped_name(&self, table: &TableName, given: String, kind: Option<&str>) -> String {
        let kind = match kind {
            Some("check") => "ck",
            Some("unique") => "uq",
            Some("foreignkey") => "fk",
            Some("primary") => "pk",
            _ => "",
        };
        let parts = NameParts { table, columns: &[], referenced: None, given: None };
        self.naming.given_name(kind, &given, parts)
    }

    /// A batch names what it reflects without a name by the convention, so that it can be dropped by that name (Alembic
    /// manual, "Dropping Unnamed or Named Foreign Keys"): the constraint that gets the name.
    fn named_by_convention(
        &self,
        table: &TableName,
        wanted: &str,
        naming: &NamingConvention,
    ) -> Option<Constraint> {
        let found = self.schema.table(table)?;
        let parts = |columns| NameParts { table, columns, referenced: None, given: None };
        let name = Some(wanted.to_owned());
        let is_wanted = |by_rule: Option<String>| by_rule.as_deref() == Some(wanted);
        let mut uniques = found.uniques.iter().filter(|unique| unique.name.is_none());
        if let Some(unique) = uniques.find(|unique| is_wanted(naming.name("uq", parts(&unique.columns)))) {
            return Some(Constraint::Unique(Unique { name, ..unique.clone() }));
        }
        let mut keys = found.foreign_keys.iter().filter(|key| key.name.is_none());
        let key = keys.find(|key| {
            let referenced = Some((key.referenced_table.name.as_str(), key.referenced_columns.as_slice()));
            is_wanted(naming.name("fk", NameParts { referenced, ..parts(&key.columns) }))
        })?;
        Some(Constraint::ForeignKey(ForeignKey { name, ..key.clone() }))
    }
}

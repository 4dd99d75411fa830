//! The `op` surface: each directive of Alembic as operations on the model (Alembic manual, "Operation Reference").

use crate::code::interpret::{Arguments, Interpreter, Run, Runner, Value};
use crate::migration::{ColumnAlteration, Constraint, OperationKind};
use crate::schema::{
    ColumnType, DefaultValue, Dialect, Index, PrimaryKey, Table, TableKind, TableName, TypeFamily, Unique,
};
use crate::schema_source::alembic::elements::{ColumnSpec, Element, ElementReader};
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::naming::{NameParts, NamingConvention};
use crate::schema_source::alembic::types::read_type;
use crate::text::Span;

/// Which table a directive is about.
#[derive(Debug, Clone)]
pub(super) enum Target {
    /// `op.*`: an argument says it.
    Named,
    /// `batch_op.*`: the `batch_alter_table` around it says it.
    Batch {
        /// The table; `None` where its name is not known.
        table: Option<TableName>,
        /// `naming_convention=` of the batch.
        naming: Option<NamingConvention>,
    },
}

impl Target {
    pub(super) fn batch(reader: &ElementReader<'_, '_, '_>, arguments: &Arguments) -> Self {
        let schema = reader.string(arguments.get(1, "schema")).filter(|schema| !schema.is_empty());
        let table = reader.string(arguments.get(0, "table_name")).map(|name| TableName { schema, name });
        let naming = arguments.keyword("naming_convention");
        Self::Batch {
            table,
            naming: naming.map(|naming| NamingConvention::read(reader.run.interpreter, naming)),
        }
    }
}

/// One call of a directive.
pub(super) struct Call<'a> {
    pub(super) target: &'a Target,
    pub(super) arguments: &'a Arguments,
    pub(super) span: Span,
    /// Position of the table among the arguments of `op.*`.
    pub(super) table_at: usize,
}

impl Call<'_> {
    /// The argument that stands `index` places after the table (in `op.*`: behind the table's own place).
    pub(super) fn after(&self, index: usize, keyword: &str) -> Option<&Value> {
        let shift = usize::from(matches!(self.target, Target::Named));
        self.arguments.get(self.table_at + shift + index, keyword)
    }

    /// The argument before the table: the name of a constraint or index.
    pub(super) fn name(&self, keyword: &str) -> Option<&Value> {
        self.arguments.get(0, keyword)
    }

    pub(super) fn keyword(&self, keyword: &str) -> Option<&Value> {
        self.arguments.keyword(keyword)
    }
}

impl AlembicHost {
    /// Runs one directive.
    ///
    /// # Errors
    /// What the database would raise, where the program would catch it; a limit.
    pub(super) fn call_operation(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: &str,
        target: Target,
        arguments: &Arguments,
        span: Span,
    ) -> Run<Value> {
        let table_at = match name {
            "create_index"
            | "drop_index"
            | "create_unique_constraint"
            | "create_foreign_key"
            | "create_primary_key"
            | "create_check_constraint"
            | "create_exclude_constraint"
            | "drop_constraint" => 1,
            _ => 0,
        };
        let call = Call { target: &target, arguments, span, table_at };
        match name {
            "create_table" => self.op_create_table(interpreter, &call)?,
            "drop_table" => self.with_table(interpreter, &call, |_, call, table| {
                let if_exists = is_true(call.keyword("if_exists"));
                Some(vec![OperationKind::DropTable { table, if_exists, cascade: false, others: Vec::new() }])
            })?,
            "rename_table" => self.with_table(interpreter, &call, |reader, call, table| {
                let name = reader.string(call.after(0, "new_table_name"))?;
                let to = TableName { schema: table.schema.clone(), name };
                Some(vec![OperationKind::RenameTable { table, to, if_exists: false }])
            })?,
            "add_column" => self.op_add_column(interpreter, &call)?,
            "drop_column" => self.with_table(interpreter, &call, |reader, call, table| {
                let column = reader.string(call.after(0, "column_name"))?;
                let if_exists = is_true(call.keyword("if_exists"));
                Some(vec![OperationKind::DropColumn { table, column, if_exists, cascade: false }])
            })?,
            "alter_column" => self.op_alter_column(interpreter, &call)?,
            "create_index" => self.op_create_index(interpreter, &call)?,
            "drop_index" => self.op_drop_index(interpreter, &call)?,
            "create_unique_constraint" => self.constraint(interpreter, &call, "uq", |reader, call, _| {
                let columns = reader.names(call.after(0, "columns"))?;
                Some(Constraint::Unique(Unique { name: None, columns, span: call.span }))
            })?,
            "create_primary_key" => self.constraint(interpreter, &call, "pk", |reader, call, _| {
                let columns = reader.names(call.after(0, "columns"))?;
                Some(Constraint::PrimaryKey(PrimaryKey::new(None, columns, call.span)))
            })?,
            "create_check_constraint" => self.constraint(interpreter, &call, "ck", |reader, call, _| {
                let expression = reader.string(call.after(0, "condition")).unwrap_or_default();
                Some(Constraint::Check(crate::schema::Check::new(None, expression, call.span)))
            })?,
            "create_exclude_constraint" => self.constraint(interpreter, &call, "ex", |reader, call, _| {
                let shift = usize::from(matches!(call.target, Target::Named));
                let elements = call.arguments.positional.get(1 + shift..).unwrap_or_default();
                let index = reader.exclusion(None, elements, call.arguments, call.span);
                Some(Constraint::Index(index))
            })?,
            "create_foreign_key" => self.op_create_foreign_key(interpreter, &call)?,
            "drop_constraint" => self.op_drop_constraint(interpreter, &call)?,
            "execute" => {
                if let Some(statement) = arguments.get(0, "sqltext").cloned() {
                    self.execute(interpreter, &statement, span)?;
                }
            }
            // Data, comments, and Alembic's own bookkeeping.
            "bulk_insert"
            | "create_table_comment"
            | "drop_table_comment"
            | "register_operation"
            | "implementation_for"
            | "get_bind"
            | "get_context"
            | "batch_alter_table" => {
                self.emit(interpreter, OperationKind::Irrelevant, span)?;
            }
            _ => {
                if let Some(value) = self.own_directive(interpreter, name, arguments, span)? {
                    return Ok(value);
                }
                let reason = format!("`op.{name}` is no directive of Alembic's own");
                self.emit_opaque(interpreter, reason, strings(interpreter, arguments), span)?;
            }
        }
        Ok(Value::None)
    }

    /// Emits what `build` makes of a call, or says that it was not understood.
    pub(super) fn with_table(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
        build: impl FnOnce(&mut ElementReader<'_, '_, '_>, &Call<'_>, TableName) -> Option<Vec<OperationKind>>,
    ) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let table = table_named(&reader, call);
        let kinds = table.clone().and_then(|table| build(&mut reader, call, table));
        match kinds {
            Some(kinds) => {
                for kind in kinds {
                    self.emit(interpreter, kind, call.span)?;
                }
                Ok(())
            }
            None => self.not_understood(interpreter, call, table),
        }
    }

    pub(super) fn not_understood(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        call: &Call<'_>,
        table: Option<TableName>,
    ) -> Run<()> {
        let tables = match table {
            Some(table) => vec![table.to_string()],
            None => strings(interpreter, call.arguments),
        };
        self.emit_opaque(interpreter, "an argument is not known before it runs", tables, call.span)
    }

    fn op_create_table(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let Some(name) = table_named(&reader, call) else {
            return self.not_understood(interpreter, call, None);
        };
        let place = reader.text(call.arguments.get(0, "table_name")).and_then(|text| text.span());
        let mut elements = Vec::new();
        let mut lost = call.arguments.incomplete;
        for value in call.arguments.positional.iter().skip(1) {
            match reader.element(value, &name)? {
                Some(element) => elements.push(element),
                None => lost = true,
            }
        }
        let if_not_exists = is_true(call.keyword("if_not_exists"));
        self.make_table(
            interpreter,
            name.clone(),
            elements,
            place.unwrap_or(call.span),
            (call.span, if_not_exists),
        )?;
        if lost {
            let reason = "a part of the table is not known before it runs";
            self.emit_opaque(interpreter, reason, vec![name.to_string()], call.span)?;
        }
        Ok(())
    }

    /// Creates a table of these elements: its enum types first, its indexes after it.
    pub(super) fn make_table(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: TableName,
        elements: Vec<Element>,
        place: Span,
        (span, if_not_exists): (Span, bool),
    ) -> Run<()> {
        let mut table = Table::new(name.clone(), TableKind::Table, place);
        let mut indexes = Vec::new();
        let mut keys: Vec<(String, Option<bool>)> = Vec::new();
        for element in elements {
            match element {
                Element::Column(mut spec) => {
                    self.borrow_type(&mut spec);
                    self.ensure_enum(interpreter, &spec, span)?;
                    let column = spec.column.name.clone();
                    if spec.primary_key {
                        keys.push((column.clone(), spec.autoincrement));
                    }
                    if spec.index {
                        let index_name = self.naming.index_name(&name, std::slice::from_ref(&column));
                        let columns = vec![Some(column)];
                        let (unique, at) = (spec.unique, spec.column.span);
                        let index = Index { unique, ..Index::new(Some(index_name), columns, at) };
                        indexes.push(index);
                    } else if spec.unique {
                        table.uniques.push(Unique {
                            name: None,
                            columns: vec![column],
                            span: spec.column.span,
                        });
                    }
                    table.foreign_keys.append(&mut spec.foreign_keys);
                    table.checks.append(&mut spec.checks);
                    table.columns.push(spec.column);
                }
                Element::PrimaryKey(key) => table.primary_key = Some(key),
                Element::Unique(unique) => table.uniques.push(unique),
                Element::ForeignKey(key) => table.foreign_keys.push(key),
                Element::Check(check) => table.checks.push(check),
                Element::Index(index) => indexes.push(index),
                Element::Nothing => {}
            }
        }
        if table.primary_key.is_none() && !keys.is_empty() {
            let columns = keys.iter().map(|(column, _)| column.clone()).collect();
            table.primary_key = Some(PrimaryKey::new(None, columns, place));
        }
        count_up(&mut table, &keys, self.schema.dialect);
        for column in table.primary_key.iter().flat_map(|key| key.columns.clone()).collect::<Vec<_>>() {
            if let Some(column) = table.column_mut(&column) {
                column.nullable = false;
            }
        }
        self.name_constraints(&mut table);
        let counted = table.columns.iter().find(|column| column.sequence.is_some());
        let owner = counted.map(|column| (table.name.clone(), column.name.clone()));
        self.emit(
            interpreter,
            OperationKind::CreateTable { table: Box::new(table), if_not_exists, or_replace: false },
            span,
        )?;
        if owner.is_some() {
            self.emit(interpreter, OperationKind::SetSequenceOwner { sequence: None, owner }, span)?;
        }
        for mut index in indexes {
            if index.name.is_none() {
                let columns: Vec<String> = index.columns.iter().flatten().cloned().collect();
                index.name = Some(self.naming.index_name(&name, &columns));
            }
            let constraint = Constraint::Index(index);
            self.emit(
                interpreter,
                OperationKind::AddConstraint { table: name.clone(), constraint, if_not_exists },
                span,
            )?;
        }
        Ok(())
    }

    /// Names from the metadata's convention, for what has none and where it builds on the given ones.
    fn name_constraints(&self, table: &mut Table) {
        let name = table.name.clone();
        let parts = |columns| NameParts { table: &name, columns, referenced: None, given: None };
        for check in &mut table.checks {
            check.name = self.check_name(&name, check.name.take());
        }
        if let Some(key) = table.primary_key.as_mut().filter(|key| key.name.is_none()) {
            key.name = self.naming.name("pk", parts(&key.columns));
        }
        for unique in table.uniques.iter_mut().filter(|unique| unique.name.is_none()) {
            unique.name = self.naming.name("uq", parts(&unique.columns));
        }
        for key in table.foreign_keys.iter_mut().filter(|key| key.name.is_none()) {
            let referenced = Some((key.referenced_table.name.as_str(), key.referenced_columns.as_slice()));
            key.name = self.naming.name("fk", NameParts { referenced, ..parts(&key.columns) });
        }
    }

    /// The name of a check, by the convention where that names it.
    fn check_name(&self, table: &TableName, given: Option<String>) -> Option<String> {
        let parts = NameParts { table, columns: &[], referenced: None, given: None };
        match given {
            Some(given) => Some(self.naming.given_name("ck", &given, parts)),
            None => self.naming.name("ck", parts),
        }
    }

    /// A column without a type of its own has that of the column it references (SQLAlchemy manual, `Column.type_`).
    fn borrow_type(&self, spec: &mut ColumnSpec) {
        if !spec.column.ty.name.is_empty() {
            return;
        }
        let Some(key) = spec.foreign_keys.first() else { return };
        let referenced = self.schema.table(&key.referenced_table);
        let column = key.referenced_columns.first().and_then(|column| referenced?.column(column));
        if let Some(column) = column {
            spec.column.ty = column.ty.clone();
        }
    }

    /// The enum type that a column needs, where it is not there yet.
    fn ensure_enum(&mut self, interpreter: &mut Interpreter<'_>, spec: &ColumnSpec, span: Span) -> Run<()> {
        let Some(item) = &spec.item else { return Ok(()) };
        if spec.enum_made_elsewhere || item.values.is_empty() || self.schema.enum_type(&item.name).is_some() {
            return Ok(());
        }
        self.emit(interpreter, OperationKind::CreateEnum { item: item.clone(), if_not_exists: true }, span)
    }

    fn op_add_column(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let table = table_named(&reader, call);
        let element = match (&table, call.after(0, "column")) {
            (Some(table), Some(value)) => reader.element(&value.clone(), table)?,
            _ => None,
        };
        let (Some(table), Some(Element::Column(mut spec))) = (table.clone(), element) else {
            return self.not_understood(interpreter, call, table);
        };
        self.borrow_type(&mut spec);
        self.ensure_enum(interpreter, &spec, call.span)?;
        let if_not_exists = is_true(call.keyword("if_not_exists"));
        let makes_key = spec.primary_key && is_true(call.keyword("inline_primary_key"));
        if spec.primary_key && spec.foreign_keys.is_empty() && spec.autoincrement != Some(false) {
            spec.counts_up(dialect, &table);
        }
        let ColumnSpec { column, unique, index, foreign_keys, checks, .. } = *spec;
        let (name, at) = (column.name.clone(), column.span);
        let owner = column.sequence.is_some().then(|| (table.clone(), name.clone()));
        if if_not_exists && self.schema.table(&table).is_some_and(|table| table.column(&name).is_some()) {
            return self.emit(interpreter, OperationKind::Irrelevant, call.span);
        }
        self.emit(
            interpreter,
            OperationKind::AddColumn { table: table.clone(), column: Box::new(column), if_not_exists },
            call.span,
        )?;
        if owner.is_some() {
            self.emit(interpreter, OperationKind::SetSequenceOwner { sequence: None, owner }, call.span)?;
        }
        let mut constraints: Vec<Constraint> = Vec::new();
        let columns = vec![name];
        let parts = NameParts { table: &table, columns: &columns, referenced: None, given: None };
        for mut key in foreign_keys {
            let referenced = Some((key.referenced_table.name.as_str(), key.referenced_columns.as_slice()));
            key.name = key.name.clone().or_else(|| self.naming.name("fk", NameParts { referenced, ..parts }));
            constraints.push(Constraint::ForeignKey(key));
        }
        for mut check in checks {
            check.name = self.check_name(&table, check.name.take());
            constraints.push(Constraint::Check(check));
        }
        if makes_key {
            let name = self.naming.name("pk", parts);
            constraints.push(Constraint::PrimaryKey(PrimaryKey::new(name, columns.clone(), at)));
        }
        if index {
            let name = Some(self.naming.index_name(&table, &columns));
            let columns = columns.iter().cloned().map(Some).collect();
            constraints.push(Constraint::Index(Index { unique, ..Index::new(name, columns, at) }));
        } else if unique {
            let name = self.naming.name("uq", parts);
            constraints.push(Constraint::Unique(Unique { name, columns: columns.clone(), span: at }));
        }
        for constraint in constraints {
            let kind =
                OperationKind::AddConstraint { table: table.clone(), constraint, if_not_exists: false };
            self.emit(interpreter, kind, call.span)?;
        }
        Ok(())
    }

    fn op_alter_column(&mut self, interpreter: &mut Interpreter<'_>, call: &Call<'_>) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let reader = ElementReader { run: &mut run, dialect };
        let table = table_named(&reader, call);
        let column = reader.string(call.after(0, "column_name"));
        let (Some(table), Some(column)) = (table.clone(), column) else {
            return self.not_understood(interpreter, call, table);
        };
        let to = reader.string(call.keyword("new_column_name").or_else(|| call.keyword("name")));
        let server_default =
            call.keyword("server_default").filter(|value| !matches!(value, Value::Bool(false)));
        let default = server_default.map(|value| reader.default_of(value));
        let new_type = call.keyword("type_").filter(|value| !matches!(value, Value::None)).cloned();
        let mut alteration = ColumnAlteration { default, ..ColumnAlteration::default() };
        let mut unknown_type = false;
        let mut item = None;
        if let Some(value) = &new_type {
            let spec = read_type(reader.run, dialect, value)?;
            unknown_type = spec.is_none();
            if let Some(spec) = spec {
                alteration.ty = Some(spec.ty);
                item = spec.item;
            }
        }
        alteration.nullable = flag(call.keyword("nullable"));
        if dialect == Dialect::Mysql {
            let existing =
                call.keyword("existing_type").filter(|value| !matches!(value, Value::None)).cloned();
            if alteration.ty.is_none()
                && let Some(existing) = existing
            {
                alteration.ty = read_type(reader.run, dialect, &existing)?.map(|spec| spec.ty);
            }
            let renamed =
                to.is_some() || call.keyword("autoincrement").is_some() || call.keyword("comment").is_some();
            if renamed || new_type.is_some() || alteration.nullable.is_some() {
                let reader = ElementReader { run: reader.run, dialect };
                rewrite_on_mysql(&reader, call, &mut alteration);
            } else {
                alteration.ty = None;
            }
        }
        if let Some(item) = item.filter(|item| !item.values.is_empty())
            && self.schema.enum_type(&item.name).is_none()
        {
            self.emit(interpreter, OperationKind::CreateEnum { item, if_not_exists: true }, call.span)?;
        }
        if alteration != ColumnAlteration::default() {
            let kind =
                OperationKind::AlterColumn { table: table.clone(), column: column.clone(), alteration };
            self.emit(interpreter, kind, call.span)?;
        }
        if unknown_type {
            let reason = format!("the new type of {table}.{column} is not known before it runs");
            self.emit_opaque(interpreter, reason, vec![table.to_string()], call.span)?;
        }
        if let Some(to) = to.filter(|to| *to != column) {
            self.emit(interpreter, OperationKind::RenameColumn { table, column, to }, call.span)?;
        }
        Ok(())
    }
}

pub(super) fn flag(value: Option<&Value>) -> Option<bool> {
    match value {
        Some(Value::Bool(flag)) => Some(*flag),
        _ => None,
    }
}

/// MySQL changes a column by writing it anew (`MODIFY`, `CHANGE`): what `alter_column` is not told again, neither as new
/// nor as existing, is lost (Alembic manual, `alter_column`).
fn rewrite_on_mysql(reader: &ElementReader<'_, '_, '_>, call: &Call<'_>, alteration: &mut ColumnAlteration) {
    if alteration.nullable.is_none() {
        alteration.nullable = Some(flag(call.keyword("existing_nullable")).unwrap_or(true));
    }
    let counts = flag(call.keyword("autoincrement")).or_else(|| flag(call.keyword("existing_autoincrement")));
    if alteration.default.is_none() {
        let existing =
            call.keyword("existing_server_default").filter(|value| !matches!(value, Value::Bool(false)));
        let kept = existing.and_then(|value| reader.default_of(value));
        alteration.default =
            Some(if counts == Some(true) { Some(DefaultValue::AutoIncrement) } else { kept });
    }
}

/// The table of a call.
pub(super) fn table_named(reader: &ElementReader<'_, '_, '_>, call: &Call<'_>) -> Option<TableName> {
    match call.target {
        Target::Batch { table, .. } => table.clone(),
        Target::Named => {
            let keywords = ["table_name", "source_table", "old_table_name"];
            let by_keyword = keywords.iter().find_map(|keyword| call.keyword(keyword));
            let value = call.arguments.positional.get(call.table_at).or(by_keyword);
            let schema = reader.string(call.keyword("schema").or_else(|| call.keyword("source_schema")));
            let schema = schema.filter(|schema| !schema.is_empty());
            reader.string(value).map(|name| TableName { schema, name })
        }
    }
}

pub(super) fn is_true(value: Option<&Value>) -> bool {
    matches!(value, Some(Value::Bool(true)))
}

/// All strings among the arguments: what a call that is not understood may be about.
pub(super) fn strings(interpreter: &Interpreter<'_>, arguments: &Arguments) -> Vec<String> {
    let texts = arguments.positional.iter().filter_map(|value| interpreter.as_text(value));
    texts.filter(|text| !text.has_holes()).map(|text| text.value.to_string()).collect()
}

/// The one whole-number column of a primary key counts up, unless it references something or says otherwise
/// (SQLAlchemy manual, `Column.autoincrement`).
fn count_up(table: &mut Table, keys: &[(String, Option<bool>)], dialect: Dialect) {
    let Some(key) = table.primary_key.as_ref() else { return };
    let told: Option<String> =
        keys.iter().find(|(_, autoincrement)| *autoincrement == Some(true)).map(|(column, _)| column.clone());
    let alone = match key.columns.as_slice() {
        [only] if !keys.iter().any(|(column, auto)| column == only && *auto == Some(false)) => {
            Some(only.clone())
        }
        _ => None,
    };
    let Some(name) = told.or(alone) else { return };
    let owner = table.name.clone();
    let references = table.foreign_keys.iter().any(|key| key.columns.contains(&name));
    if let Some(column) = table.column_mut(&name)
        && column.default.is_none()
        && !references
        && can_count(&column.ty, dialect)
    {
        column.default = Some(DefaultValue::AutoIncrement);
        // SQLAlchemy writes SERIAL.
        if dialect == Dialect::Postgres {
            let sequence = crate::migration::postgres_name(&owner.name, &column.name, "seq");
            column.sequence = Some(TableName { schema: owner.schema, name: sequence });
        }
    }
}

/// Whether the key of such a type counts up by itself; on SQLite that is `INTEGER` alone.
fn can_count(ty: &ColumnType, dialect: Dialect) -> bool {
    matches!(ty.family, TypeFamily::Integer { .. }) && (dialect != Dialect::Sqlite || ty.name == "integer")
}

impl ColumnSpec {
    /// A column that is added as a primary key counts up as one that is created with its table.
    fn counts_up(&mut self, dialect: Dialect, table: &TableName) {
        if self.column.default.is_none()
            && can_count(&self.column.ty, dialect)
            && dialect == Dialect::Postgres
        {
            self.column.default = Some(DefaultValue::AutoIncrement);
            let name = crate::migration::postgres_name(&table.name, &self.column.name, "seq");
            self.column.sequence = Some(TableName { schema: table.schema.clone(), name });
        }
    }
}

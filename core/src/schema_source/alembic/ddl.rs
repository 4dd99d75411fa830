//! SQLAlchemy's DDL constructs, executed: `op.execute(CreateTable(table))` (SQLAlchemy manual, "Customizing DDL").

use std::rc::Rc;

use crate::code::interpret::{Arguments, External, ExternalId, Interpreter, Run, Runner, Value};
use crate::migration::{Constraint, OperationKind};
use crate::schema::{Dialect, Sequence, TableName};
use crate::schema_source::alembic::elements::{Element, ElementReader};
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::types::last_part;
use crate::text::Span;

impl AlembicHost {
    /// `DDL(statement, context=)`: the statement after `statement % context`.
    ///
    /// # Errors
    /// A limit that was reached.
    pub(super) fn ddl_text(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        arguments: &Arguments,
    ) -> Run<Option<Value>> {
        let Some(statement) = arguments.get(0, "statement").cloned() else { return Ok(None) };
        let context = arguments.keyword("context").cloned().unwrap_or(Value::None);
        let text = Runner { interpreter: &mut *interpreter, host: self }.percent(&statement, &context)?;
        let callee = interpreter.heap.push_external(External::Symbol(Rc::from("sqlalchemy.text")));
        let call =
            External::Call { callee, arguments: Rc::new(Arguments::of(vec![text])), span: Self::NOWHERE };
        Ok(Some(Value::External(interpreter.heap.push_external(call))))
    }

    /// Executes a DDL construct; false where the object is none.
    ///
    /// # Errors
    /// As [`AlembicHost::emit`].
    pub(super) fn execute_ddl(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        span: Span,
    ) -> Run<bool> {
        let External::Call { callee, arguments, .. } = interpreter.heap.external(object).clone() else {
            return Ok(false);
        };
        let path = interpreter.path(callee);
        let known = match last_part(&path) {
            "CreateTable" => self.given_table(interpreter, &arguments, false, span)?,
            "DropTable" => self.given_table(interpreter, &arguments, true, span)?,
            "CreateIndex" => self.given_index(interpreter, &arguments, false, span)?,
            "DropIndex" => self.given_index(interpreter, &arguments, true, span)?,
            "CreateSequence" => self.given_sequence(interpreter, &arguments, false, span)?,
            "DropSequence" => self.given_sequence(interpreter, &arguments, true, span)?,
            "SetTableComment" | "DropTableComment" | "SetColumnComment" => return Ok(false),
            "AddConstraint" | "DropConstraint" | "CreateColumn" | "CreateSchema" | "DropSchema" => false,
            _ => return Ok(false),
        };
        if !known {
            self.emit_opaque(interpreter, format!("`{path}()` is not followed"), vec![], span)?;
        }
        Ok(true)
    }

    fn given_table(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        drop: bool,
        span: Span,
    ) -> Run<bool> {
        let Some(Value::External(table)) = given.get(0, "element") else { return Ok(false) };
        let checks = ["if_exists", "if_not_exists"]
            .iter()
            .any(|word| matches!(given.keyword(word), Some(Value::Bool(true))));
        let method = if drop { "drop" } else { "create" };
        let checkfirst = (Rc::from("checkfirst"), Value::Bool(checks));
        let arguments = Arguments { keywords: vec![checkfirst], ..Arguments::default() };
        Ok(self.create_or_drop(interpreter, *table, method, &arguments, span)?.is_some())
    }

    /// An index that stands beside its table: `Index("ix", table.c.column)`.
    fn given_index(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        drop: bool,
        span: Span,
    ) -> Run<bool> {
        let dialect = self.schema.dialect;
        let if_exists = matches!(given.keyword("if_exists"), Some(Value::Bool(true)));
        let if_not_exists = matches!(given.keyword("if_not_exists"), Some(Value::Bool(true)));
        let Some(value) = given.get(0, "element").cloned() else { return Ok(false) };
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let table = reader.call_of(&value).and_then(|(_, arguments, _)| {
            arguments.positional.iter().skip(1).find_map(|column| reader.table_of_column(column))
        });
        let element =
            reader.element(&value, &table.clone().unwrap_or_else(|| TableName::plain(String::new())))?;
        let Some(Element::Index(index)) = element else { return Ok(false) };
        let kind = match (drop, table, index.name.clone()) {
            (true, table, Some(name)) => {
                let schema = table.as_ref().and_then(|table| table.schema.clone());
                OperationKind::DropIndex { table, index: TableName { schema, name }, if_exists }
            }
            (false, Some(table), Some(_)) => {
                OperationKind::AddConstraint { table, constraint: Constraint::Index(index), if_not_exists }
            }
            _ => return Ok(false),
        };
        self.emit(interpreter, kind, span)?;
        Ok(true)
    }

    fn given_sequence(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        dropped: bool,
        span: Span,
    ) -> Run<bool> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let reader = ElementReader { run: &mut run, dialect };
        let arguments = given.get(0, "element").and_then(|value| reader.call_of(value));
        let Some((_, arguments, _)) = arguments else { return Ok(false) };
        let schema = reader.string(arguments.keyword("schema"));
        let Some(name) = reader.string(arguments.get(0, "name")) else { return Ok(false) };
        let name = TableName { schema, name };
        let if_not_exists = reader.flag(given.keyword("if_not_exists"));
        let kind = match (dropped, dialect) {
            (true, _) => OperationKind::DropSequence { name, cascade: false },
            (false, Dialect::Postgres) => {
                OperationKind::CreateSequence { item: Sequence { name, owner: None, span }, if_not_exists }
            }
            // The model has PostgreSQL's alone.
            (false, Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql) => OperationKind::Irrelevant,
        };
        self.emit(interpreter, kind, span)?;
        Ok(true)
    }
}

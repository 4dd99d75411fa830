//! SQL that a migration executes.

use crate::code::interpret::{External, Interpreter, Run, Runner, Text, Value};
use crate::migration::OperationKind;
use crate::schema::TableName;
use crate::schema_source::alembic::elements::ElementReader;
use crate::schema_source::alembic::host::AlembicHost;
use crate::text::Span;

impl AlembicHost {
    /// `op.execute(...)`, `connection.execute(...)`.
    ///
    /// # Errors
    /// What the database would raise, where the program would catch it.
    pub(super) fn execute(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        statement: &Value,
        span: Span,
    ) -> Run<()> {
        if let Some(items) = interpreter.items(statement).map(<[Value]>::to_vec) {
            for item in &items {
                self.execute(interpreter, item, span)?;
            }
            return Ok(());
        }
        if let Some(text) = Self::statement_text(interpreter, statement) {
            return self.execute_text(interpreter, &text, span);
        }
        match statement {
            // An expression of SQLAlchemy's: queries and changes of rows, but for its DDL constructs.
            Value::External(id) => match self.execute_ddl(interpreter, *id, span)? {
                true => Ok(()),
                false => self.execute_rows(interpreter, statement, span),
            },
            Value::None => Ok(()),
            _ => self.emit_opaque(interpreter, "the statement is not known before it runs", vec![], span),
        }
    }

    /// A statement on rows in SQLAlchemy's own words: what it copies is evidence of renames.
    fn execute_rows(&mut self, interpreter: &mut Interpreter<'_>, statement: &Value, span: Span) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let copies = ElementReader { run: &mut run, dialect }.copies(statement);
        if copies.is_empty() {
            return self.emit(interpreter, OperationKind::Irrelevant, span);
        }
        for copy in copies {
            self.emit(interpreter, copy, span)?;
        }
        Ok(())
    }

    fn execute_text(&mut self, interpreter: &mut Interpreter<'_>, text: &Text, span: Span) -> Run<()> {
        for operation in self.read_sql(text, span) {
            self.take(interpreter, operation.kind, operation.span)?;
        }
        Ok(())
    }
}

/// How many calls a statement is followed through: `update(t).where(...).values(...)`.
const LONGEST_CHAIN: usize = 16;

impl ElementReader<'_, '_, '_> {
    /// The columns that `update(t).values(b=t.c.a)` or `t.update().values(b=t.c.a)` copies.
    fn copies(&self, statement: &Value) -> Vec<OperationKind> {
        let mut pairs: Vec<(String, String)> = Vec::new();
        let mut at = Some(statement.clone());
        for _ in 0..LONGEST_CHAIN {
            let Some(value) = at else { break };
            let Some((called, arguments, _)) = self.call_of(&value) else { break };
            let receiver = self.receiver(&value);
            match called.as_str() {
                "values" => {
                    let given = arguments.keywords.iter();
                    pairs.extend(given.filter_map(|(to, value)| Some((self.copied(value)?, to.to_string()))));
                }
                "update" => {
                    let of = arguments.positional.first().cloned().or(receiver);
                    let Some(Value::External(table)) = of else { break };
                    let Some(table) = self.table_of(table) else { break };
                    return pairs.into_iter().map(|(column, to)| copy(&table, column, to)).collect();
                }
                _ => {}
            }
            at = receiver;
        }
        Vec::new()
    }

    /// The column that a value is: `t.c.a`, `sa.column("a")`.
    fn copied(&self, value: &Value) -> Option<String> {
        let Value::External(id) = value else { return None };
        match self.run.interpreter.heap.external(*id) {
            External::Member { name, .. } => Some(name.to_string()),
            External::Call { .. } => {
                let (called, arguments, _) = self.call_of(value)?;
                let is_column = matches!(called.as_str(), "column" | "literal_column");
                self.string(arguments.positional.first().filter(|_| is_column))
            }
            External::Symbol(_) => None,
        }
    }
}

fn copy(table: &TableName, column: String, to: String) -> OperationKind {
    OperationKind::CopyColumn { table: table.clone(), from: None, column, to }
}

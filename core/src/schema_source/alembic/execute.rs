//! SQL that a migration executes.

use crate::code::interpret::{Interpreter, Run, Text, Value};
use crate::migration::OperationKind;
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
                false => self.emit(interpreter, OperationKind::Irrelevant, span),
            },
            Value::None => Ok(()),
            _ => self.emit_opaque(interpreter, "the statement is not known before it runs", vec![], span),
        }
    }

    fn execute_text(&mut self, interpreter: &mut Interpreter<'_>, text: &Text, span: Span) -> Run<()> {
        for operation in self.read_sql(text, span) {
            self.take(interpreter, operation.kind, operation.span)?;
        }
        Ok(())
    }
}

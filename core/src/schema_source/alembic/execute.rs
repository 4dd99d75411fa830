//! SQL that a migration executes.

use crate::code::interpret::{Interpreter, Run, Text, Value};
use crate::migration::OperationKind;
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::sql::read_sql;
use crate::text::{Span, TextRange};

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
            // An expression of SQLAlchemy's: queries and changes of rows. Its DDL constructs say so in their names.
            Value::External(id) => {
                let path = interpreter.path(*id);
                let ddl = [
                    "CreateTable",
                    "DropTable",
                    "CreateIndex",
                    "DropIndex",
                    "AddConstraint",
                    "DropConstraint",
                    "CreateColumn",
                    "SetTableComment",
                ];
                if ddl.iter().any(|name| path.ends_with(&format!("{name}()"))) {
                    return self.emit_opaque(interpreter, format!("`{path}` is not followed"), vec![], span);
                }
                self.emit(interpreter, OperationKind::Irrelevant, span)
            }
            Value::None => Ok(()),
            _ => self.emit_opaque(interpreter, "the statement is not known before it runs", vec![], span),
        }
    }

    fn execute_text(&mut self, interpreter: &mut Interpreter<'_>, text: &Text, span: Span) -> Run<()> {
        if only_data(&text.value) {
            return self.emit(interpreter, OperationKind::Irrelevant, span);
        }
        if text.has_holes() {
            let reason = "a part of the statement is not known before it runs";
            return self.emit_opaque(interpreter, reason, vec![], span);
        }
        let origin = |range: TextRange| place_of(text, range).unwrap_or(span);
        for operation in read_sql(&text.value, origin, self.schema.dialect) {
            self.emit(interpreter, operation.kind, operation.span)?;
        }
        Ok(())
    }
}

/// Where a part of the statement stands in the file.
fn place_of(text: &Text, range: TextRange) -> Option<Span> {
    let range = range.as_usize();
    text.slice(range.start, range.end).span()
}

/// Whether a statement, of which a part may not be known, can only read or change rows.
fn only_data(text: &str) -> bool {
    let first = text.split(|letter: char| !letter.is_ascii_alphabetic()).find(|word| !word.is_empty());
    let first = first.unwrap_or("").to_ascii_uppercase();
    let single = !text.trim_end().trim_end_matches(';').contains(';');
    // What a database is called, and how it sorts, is not known here and changes no table.
    let of_database =
        text.trim_start().get(..14).is_some_and(|begin| begin.eq_ignore_ascii_case("ALTER DATABASE"));
    single
        && (of_database
            || matches!(
                first.as_str(),
                "SELECT"
                    | "INSERT"
                    | "UPDATE"
                    | "DELETE"
                    | "REPLACE"
                    | "GRANT"
                    | "REVOKE"
                    | "ANALYZE"
                    | "VACUUM"
                    | "LOCK"
                    | "SET"
                    | "PRAGMA"
                    | "SHOW"
            ))
}

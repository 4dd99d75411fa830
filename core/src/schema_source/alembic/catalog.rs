//! SQL that asks the catalog whether something is there (`SELECT 1 FROM information_schema.columns WHERE ...`), answered from
//! the model as far as it is the question that SQL's own conditions ask.

use crate::code::interpret::{Arguments, External, ExternalId, Interpreter, Text, Value};
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::sql::{CatalogQuestion, Selected, catalog_question};

impl AlembicHost {
    /// What a method of a query's result gives: `.scalar()`, `.first()`, `.fetchall()`; `None` where the query is none of the
    /// catalog, or the model cannot tell.
    pub(super) fn catalog_answer(
        &self,
        interpreter: &mut Interpreter<'_>,
        result: ExternalId,
        method: &str,
        given: &Arguments,
    ) -> Option<Value> {
        let one = matches!(method, "scalar" | "scalar_one" | "scalar_one_or_none");
        let row = matches!(method, "first" | "fetchone" | "one_or_none");
        let all = matches!(method, "fetchall" | "all" | "fetchmany");
        if !given.positional.is_empty() || !(one || row || all) {
            return None;
        }
        let asked = ["execute", "exec_driver_sql"]
            .iter()
            .find_map(|name| Self::call_named(interpreter, result, name))?;
        let asked = asked.clone();
        let statement = asked.get(0, "statement")?;
        let text = Self::statement_text(interpreter, statement)?;
        let text = bound(&text, parameters(interpreter, statement, asked.get(1, "parameters")))?;
        let CatalogQuestion { condition, selected } = catalog_question(&text, self.schema.dialect)?;
        let there = condition.holds(&self.schema)?;
        let value = match selected {
            Selected::Whether => Value::Bool(there),
            Selected::Count => Value::Int(i64::from(there)),
            Selected::Rows if !there => Value::None,
            // What the row holds is not known, that it is there is.
            Selected::Rows => interpreter.symbol("alembic.row"),
        };
        let has_row = there || selected != Selected::Rows;
        Some(match (has_row, one) {
            (_, true) => value,
            (false, false) if row => Value::None,
            (false, false) => interpreter.list(vec![]),
            (true, false) => {
                let columns = Value::Tuple(interpreter.heap.push_items(vec![value]));
                if row { columns } else { interpreter.list(vec![columns]) }
            }
        })
    }
}

/// The names and values that a statement is sent with: a dict beside it, and its own `.bindparams(name=value)`.
fn parameters(interpreter: &Interpreter<'_>, statement: &Value, given: Option<&Value>) -> Vec<(Text, Text)> {
    let mut found = Vec::new();
    if let Some(Value::Dict(id)) = given {
        let entries = interpreter.heap.dict(*id).iter();
        found.extend(
            entries.filter_map(|(key, value)| Some((interpreter.as_text(key)?, interpreter.as_text(value)?))),
        );
    }
    let mut at = statement.clone();
    // The calls behind the text; a program may write as many as it likes.
    for _ in 0..16 {
        let Value::External(id) = at else { break };
        let External::Call { callee, arguments, .. } = interpreter.heap.external(id) else { break };
        let keywords = arguments.keywords.iter();
        found.extend(
            keywords.filter_map(|(key, value)| Some((Text::plain(key), interpreter.as_text(value)?))),
        );
        let External::Member { object, .. } = interpreter.heap.external(*callee) else { break };
        at = Value::External(*object);
    }
    found
}

/// The statement with the values of its `:name` and `%(name)s`; `None` where a part of it is not known.
fn bound(text: &Text, parameters: Vec<(Text, Text)>) -> Option<String> {
    if text.has_holes() {
        return None;
    }
    let mut parameters = parameters;
    // `:table_name` before `:table`.
    parameters.sort_by_key(|(key, _)| std::cmp::Reverse(key.value.len()));
    let mut sql = text.value.to_string();
    for (name, value) in parameters.iter().filter(|(_, value)| !value.has_holes()) {
        let literal = format!("'{}'", value.value.replace('\'', "''"));
        sql = sql
            .replace(&format!(":{}", name.value), &literal)
            .replace(&format!("%({})s", name.value), &literal);
    }
    Some(sql)
}

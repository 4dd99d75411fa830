//! Types that code declares for rows of SQL: the row has the type's members and the statement's columns.
//!
//! `query<OrderRow>("SELECT * FROM orders")` gives what `OrderRow` says, and `OrderRow.note` is `orders.note` all the same.
//! What the type says alone would hide where the value comes from.

use std::rc::Rc;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::tree::{ClassKind, ExprKind};
use crate::code::value::{Known, Value};
use crate::text::FileId;

impl Evaluator<'_> {
    /// A declared type over a row of SQL.
    pub fn over(&self, declared: &Value, row: &Value) -> Value {
        match declared {
            Value::Union(items) => Value::union(items.iter().map(|item| self.over(item, row))),
            Value::List(item) => Value::list(self.over(item, row)),
            Value::Promise(inner) => Value::promise(self.over(inner, row)),
            Value::Map(item) => Value::Map(Rc::new(self.over(item, row))),
            Value::TypeObject(_) | Value::Instance(..) | Value::Merged(_) if self.is_shape(declared) => {
                Value::Merged(Rc::from([declared.clone(), row.clone()]))
            }
            value => value.clone(),
        }
    }

    /// Whether a type describes plain objects somewhere: a row of SQL can be one.
    fn is_shape(&self, declared: &Value) -> bool {
        match declared {
            Value::TypeObject(_) => true,
            Value::Instance(class, _) => self
                .module(class.file)
                .is_some_and(|module| module.class(class.id).kind == ClassKind::Interface),
            Value::Union(items) | Value::Merged(items) => {
                items.iter().any(|item| self.is_shape(item)) && !items.iter().any(is_sql_row)
            }
            Value::List(item) | Value::Map(item) | Value::Promise(item) => self.is_shape(item),
            _ => false,
        }
    }

    /// What a call of a function gives whose argument is SQL: the declared type over the statement's row.
    pub(super) fn over_argument(&self, known: Known, call: &Call<'_>) -> Known {
        let may_be_sql = call.args.iter().take(2).any(|arg| {
            matches!(
                call.module().expr(arg.value).kind,
                ExprKind::Str(_) | ExprKind::Template { .. } | ExprKind::Name(_) | ExprKind::Object { .. }
            )
        });
        if !may_be_sql || !self.is_shape(&known.value) {
            return known;
        }
        match self.libraries().find_map(|library| library.sql_row(self, call)) {
            Some(row) => {
                let value = self.over(&known.value, &row);
                let span = call.module().span(call.module().expr(call.expr).range);
                known.with(value).link(span, || "a row of this SQL statement".to_owned())
            }
            None => known,
        }
    }

    /// A declared type over what the value really is, where that is a row of SQL.
    pub(super) fn over_actual(
        &self,
        cx: Context<'_>,
        declared: Known,
        actual: impl FnOnce() -> Known,
    ) -> Known {
        if !self.may_query(cx.module.file) || !self.is_shape(&declared.value) {
            return declared;
        }
        let actual = actual();
        match row_in(&actual.value, 0) {
            Some(row) => actual.with(self.over(&declared.value, &row)),
            None => declared,
        }
    }

    /// Whether a file may hold SQL that reads.
    fn may_query(&self, file: FileId) -> bool {
        if let Some(known) = self.querying.borrow().get(&file) {
            return *known;
        }
        let may = self.module(file).is_some_and(|module| {
            let text = &module.source.text;
            ["select ", "SELECT ", "SELECT\n", "select\n", "RETURNING", "returning"]
                .iter()
                .any(|word| text.contains(word))
        });
        self.querying.borrow_mut().insert(file, may);
        may
    }
}

/// The row of SQL in a value, if there is one.
fn row_in(value: &Value, depth: u32) -> Option<Value> {
    let inner = |value: &Value| (depth < 6).then(|| row_in(value, depth + 1)).flatten();
    match value {
        value if is_sql_row(value) => Some(value.clone()),
        Value::Union(items) | Value::Merged(items) | Value::Tuple(items) => items.iter().find_map(inner),
        Value::List(item) | Value::Promise(item) | Value::Map(item) => inner(item),
        _ => None,
    }
}

/// Whether a value is the row of an SQL statement.
pub fn is_sql_row(value: &Value) -> bool {
    matches!(value, Value::Tuple(items) if items.iter().any(|item| matches!(item, Value::Field(..))))
}

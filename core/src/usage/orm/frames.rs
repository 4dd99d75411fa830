//! Data frames of pandas that are read from SQL: their columns go by the names that the statement gives out.
//!
//! Source: pandas' reference, `read_sql`, `read_sql_query`, `read_sql_table` and the methods of `DataFrame`.

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{FieldAccess, KeyMeaning, Library, NamedField};
use crate::code::value::{Known, LibraryValue, Value};
use crate::usage::orm::sqlalchemy::selected_columns;

/// A data frame; `args`: the rows' columns, or a whole row.
const FRAME: &str = "pandas.frame";

/// Methods that give a frame with other rows, or none: the columns keep their names.
const NOT_A_FRAME: [&str; 12] = [
    "to_sql",
    "to_csv",
    "to_json",
    "to_parquet",
    "to_numpy",
    "tolist",
    "shape",
    "empty",
    "info",
    "plot",
    "size",
    "count",
];

/// pandas.
pub struct Frames;

impl Library for Frames {
    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        match callee {
            Value::External(path) if path.starts_with("pandas.") || path.starts_with("polars.") => {
                let columns = self.read(eval, path.rsplit('.').next()?, call)?;
                let span = call.module().span(call.module().expr(call.expr).range);
                let frame = LibraryValue::of(FRAME, columns);
                Some(Known::plain(frame).link(span, || "a data frame of this statement's rows".to_owned()))
            }
            Value::Method(receiver, method) => {
                let frame = receiver.library(FRAME)?;
                let row = || Value::Tuple(frame.args.clone());
                Some(Known::plain(match &**method {
                    "iterrows" => Value::list(Value::Tuple(Rc::from([Value::Other, row()]))),
                    "itertuples" | "to_dict" | "to_records" | "iter_rows" | "to_dicts" => Value::list(row()),
                    name if NOT_A_FRAME.contains(&name) => Value::Other,
                    _ => Value::Library(frame.clone()),
                }))
            }
            _ => None,
        }
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        let frame = object.library(FRAME)?;
        match name {
            "loc" | "iloc" | "at" | "T" | "style" => Some(object.clone()),
            // A column, or several: `frame["email"]`, `frame[["id", "email"]]`.
            "[]" => Some(Value::Library(frame.clone())),
            name if names(frame, name).is_empty() => None,
            _ => Some(Value::Other),
        }
    }

    fn parameter(
        &self,
        _eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        // Strings and keys in the arguments of a frame's methods name its columns.
        let Value::Method(receiver, method) = callee else { return None };
        let frame = receiver.library(FRAME)?;
        let keyword = call.args.get(index)?.name.map(|name| call.module().text(name));
        let names_columns = matches!(
            keyword,
            None | Some("by" | "on" | "left_on" | "columns" | "subset" | "labels" | "index" | "values")
        );
        (names_columns && &**method != "query").then(|| Value::Library(frame.clone()))
    }

    fn key(&self, _eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let found = names(shape.library(FRAME)?, key);
        (!found.is_empty()).then_some(KeyMeaning { shape: Value::Other, names: found })
    }
}

impl Frames {
    /// The columns of the rows that a function of pandas reads.
    fn read(&self, eval: &Evaluator<'_>, function: &str, call: &Call<'_>) -> Option<Vec<Value>> {
        if !matches!(function, "read_sql" | "read_sql_query" | "read_database") {
            return None;
        }
        let given = eval.argument(call, 0).value;
        if let Some(columns) = selected_columns(&given) {
            return Some(columns);
        }
        match eval.libraries().find_map(|library| library.sql_row(eval, call))? {
            Value::Tuple(columns) => Some(columns.to_vec()),
            _ => None,
        }
    }
}

/// The fields that a column's name means in a frame.
fn names(frame: &LibraryValue, name: &str) -> Vec<NamedField> {
    let of = |value: &Value| {
        let entity = match value {
            Value::Field(entity, field) if &**field == name => *entity,
            Value::Row(row) if row.carries(name) => row.entity,
            _ => return None,
        };
        Some(NamedField { entity, field: name.to_owned(), access: FieldAccess::Read, in_query: false })
    };
    frame.args.iter().filter_map(of).collect()
}

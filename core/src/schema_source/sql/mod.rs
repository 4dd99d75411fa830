//! SQL schema files and migration folders.
//!
//! Data definition is read by a reader of our own: token by token, each element of a table and each action of an ALTER
//! by itself, so that one construct that is not known costs that construct and nothing else. Queries (of views) are
//! parsed by `sqlparser`.

mod alter;
mod block;
mod column;
mod condition;
mod create;
mod create_table;
mod cursor;
mod data;
mod domain;
mod drop;
mod files;
mod guess;
mod index;
mod key;
mod partition;
mod program;
mod question;
mod routine;
mod split;
mod statement;
mod storage;
#[cfg(test)]
mod tests;
mod token;
mod tools;
mod transaction;
mod view;
mod view_uses;

pub use files::load;
pub use index::{KeyPartRead, read_key_part};
pub use question::{CatalogQuestion, Selected, catalog_question};
pub(in crate::schema_source) use tools::liquibase;

use crate::migration::Operation;
use crate::schema::Dialect;
use crate::text::{SourceFile, Span, TextRange};

/// Reads the statements of a part of a file, in order. Every statement gives at least one operation, so that none is lost
/// in silence: `Irrelevant` where it cannot touch the model, `Opaque` where it is not understood.
pub fn read_statements(file: &SourceFile, range: TextRange, dialect: Dialect) -> Vec<Operation> {
    let origin = |range: TextRange| range.in_file(file.id);
    let mut reader = statement::Reader::new(&file.text, dialect, &origin);
    reader.read_range(range.as_usize());
    reader.operations
}

/// Reads the statements of a text that stands elsewhere: in a string of a program, in an option. `origin` says where a
/// range of the text really is.
pub fn read_sql(text: &str, origin: impl Fn(TextRange) -> Span, dialect: Dialect) -> Vec<Operation> {
    let mut reader = statement::Reader::new(text, dialect, &origin);
    reader.read_range(0..text.len());
    reader.operations
}

/// Reads a text that is a file of its own, the first one of its sources.
pub fn read_text(text: &str, dialect: Dialect) -> Vec<Operation> {
    read_sql(text, |range| range.in_file(crate::text::FileId(0)), dialect)
}

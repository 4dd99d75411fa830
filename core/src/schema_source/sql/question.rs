//! Queries of the catalog that a program sends, as the conditions that they ask for.

use super::cursor::Tokens;
use super::statement::Reader;
use crate::migration::Condition;
use crate::schema::Dialect;
use crate::text::{FileId, TextRange};

/// What a query of the catalog asks.
pub struct CatalogQuestion {
    /// That what it looks for is there.
    pub condition: Condition,
    /// What it gives of it.
    pub selected: Selected,
}

/// What a query of the catalog gives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Selected {
    /// Whether it is there: `SELECT EXISTS (...)`.
    Whether,
    /// How often it is there.
    Count,
    /// Rows of it, or its name where it is there.
    Rows,
}

/// Reads a query of the catalog; `None` where it is another one.
pub fn catalog_question(text: &str, dialect: Dialect) -> Option<CatalogQuestion> {
    let origin = |range: TextRange| range.in_file(FileId(0));
    let reader = Reader::new(text, dialect, &origin);
    let tokens = Tokens::read(text, 0..text.len(), dialect);
    let mut cursor = tokens.cursor();
    let whole = cursor;
    if !cursor.eat(&["select"]) {
        return None;
    }
    let (condition, selected) = if cursor.eat(&["exists"]) {
        (reader.catalog_question(cursor.parentheses()?), Selected::Whether)
    } else if cursor.eat_any(&["to_regclass", "to_regtype"]) {
        let (name, _) = cursor.parentheses()?.string()?;
        (reader.named(&name), Selected::Rows)
    } else {
        let selected = if cursor.is(&["count"]) { Selected::Count } else { Selected::Rows };
        (reader.catalog_question(whole), selected)
    };
    Some(CatalogQuestion { condition, selected })
}

//! SQL inside strings, template literals and `.sql` files: which tables and columns it names, and where.
//!
//! Pieces of a file become [`SqlText`] (with holes where something is interpolated); holes and placeholders are masked
//! so that the text parses; each statement is parsed alone and its names are resolved with scopes against a
//! [`Schema`]. A statement that no grammar takes is read word by word and says so.

mod detect;
mod expr;
mod facts;
mod fallback;
mod mask;
mod parse;
mod pieces;
mod query;
mod regions;
mod resolver;
mod scope;
mod text;
mod write;

pub use detect::{SqlString, looks_like_fragment, looks_like_sql, may_hold_sql, sql_strings};
pub use facts::{
    ColumnUse, ComparedString, ComparedWith, ConflictKey, ConflictTargetUse, InsertUse, NullWrite,
    OutputColumn, SqlStatement, StatementKind, TableUse, UnresolvedName, Via,
};
pub use pieces::appended;
pub use text::{ConstantLookup, Hole, HoleKind, SqlText};

use crate::code::tree::Module;
use crate::schema::{Dialect, Schema};
use crate::text::{SourceFile, Span};

use mask::{Masked, mask};
use parse::{Parsed, parse};
use resolver::Resolver;

/// What each statement of `sql` names. Never fails: what was not understood is in the statement's `unresolved`.
pub fn resolve(sql: &SqlText, schema: &Schema) -> Vec<SqlStatement> {
    resolve_text(sql, schema, false)
}

/// What a piece of a statement names (`WHERE u.email = ...`), as far as its words say it.
pub fn resolve_fragment(sql: &SqlText, schema: &Schema) -> Vec<SqlStatement> {
    resolve_text(sql, schema, true)
}

/// Each string of a module that is SQL, with what its statements name, in source order. `constant` gives the value of
/// an expression that is a constant string.
pub fn statements_in_module(
    module: &Module,
    schema: &Schema,
    constant: ConstantLookup<'_>,
) -> Vec<(SqlString, Vec<SqlStatement>)> {
    let mut found = Vec::new();
    for string in sql_strings(module) {
        let Some(sql) = SqlText::from_expr(module, string.expr, constant) else { continue };
        let mut statements = resolve_text(&sql, schema, string.fragment);
        statements.retain(|statement| string.certain || statement.kind != StatementKind::Unparsed);
        found.push((string, statements));
    }
    found
}

fn resolve_text(sql: &SqlText, schema: &Schema, fragment: bool) -> Vec<SqlStatement> {
    let masked = mask(sql, schema.dialect, false);
    let mut dropped = None;
    let mut statements = Vec::new();
    for (index, range) in masked.statements.iter().enumerate() {
        let text = masked.text.get(range.clone()).unwrap_or("");
        let mut parsed = if fragment {
            parse::tokens(text, range.start, schema.dialect)
        } else {
            parse(text, range.start, schema.dialect)
        };
        let mut used = &masked;
        if !fragment && matches!(parsed, Parsed::Tokens(..)) && !masked.fragments.is_empty() {
            let dropped: &Masked<'_> = dropped.get_or_insert_with(|| mask(sql, schema.dialect, true));
            // The same statement without the pieces that may be anything.
            if dropped.statements.len() == masked.statements.len()
                && let Some(range) = dropped.statements.get(index)
                && let Parsed::Tree(tree) =
                    parse(dropped.text.get(range.clone()).unwrap_or(""), range.start, schema.dialect)
            {
                parsed = Parsed::Tree(tree);
                used = dropped;
            }
        }
        let range = used.statements.get(index).cloned().unwrap_or_default();
        statements.push(resolve_parsed(used, range, &parsed, schema, fragment));
    }
    statements
}

/// What each statement of a `.sql` file of queries names.
pub fn statements_in_file(source: &SourceFile, schema: &Schema, dialect: Dialect) -> Vec<SqlStatement> {
    let sql = SqlText::of_source(source);
    if dialect == schema.dialect {
        return resolve(&sql, schema);
    }
    resolve(&sql, &Schema { dialect, ..schema.clone() })
}

fn resolve_parsed(
    masked: &Masked<'_>,
    range: std::ops::Range<usize>,
    parsed: &Parsed,
    schema: &Schema,
    fragment: bool,
) -> SqlStatement {
    let span = trimmed(masked, range.clone());
    let mut resolver = Resolver { schema, masked, out: empty_statement(span) };
    match parsed {
        Parsed::Tree(tree) => resolver.resolve_statement(tree),
        Parsed::Tokens(tokens, reason) => {
            resolver.out.kind = StatementKind::Unparsed;
            resolver.resolve_tokens(tokens, fragment);
            let names = !resolver.out.tables.is_empty() || !resolver.out.unresolved.is_empty();
            if names && !fragment {
                let reason = format!("the statement was read word by word: {reason}");
                resolver.out.unresolved.push(UnresolvedName { span, name: None, reason });
            }
        }
    }
    let mut statement = resolver.out;
    let fragments = masked.fragments.iter().filter(|(at, _)| range.contains(at) || *at == range.end);
    statement.unresolved.extend(fragments.map(|(_, span)| UnresolvedName {
        span: *span,
        name: None,
        reason: "a piece of the statement is only known at run time".to_owned(),
    }));
    statement
}

fn trimmed(masked: &Masked<'_>, range: std::ops::Range<usize>) -> Span {
    let text = masked.text.get(range.clone()).unwrap_or("");
    let start = range.start + text.len() - text.trim_start().len();
    masked.span(start..range.start + text.trim_end().len())
}

fn empty_statement(span: Span) -> SqlStatement {
    SqlStatement {
        kind: StatementKind::Other,
        span,
        tables: Vec::new(),
        columns: Vec::new(),
        inserts: Vec::new(),
        conflict_targets: Vec::new(),
        compared_strings: Vec::new(),
        null_writes: Vec::new(),
        output: Vec::new(),
        output_complete: false,
        unresolved: Vec::new(),
    }
}

#[cfg(test)]
mod code_tests;
#[cfg(test)]
mod tests;

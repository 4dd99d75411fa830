//! Statements that no grammar takes, and pieces of statements: what their words say.

use sqlparser::tokenizer::{Token, TokenWithSpan, Word};

use crate::schema::{Table, TableName};
use crate::usage::sql::facts::{TableUse, UnresolvedName, Via};
use crate::usage::sql::mask::has_hole;
use crate::usage::sql::parse::byte_range;
use crate::usage::sql::resolver::Resolver;
use crate::usage::sql::scope::{Found, find_table};
use crate::usage::{Access, Confidence};

/// A table and the name that columns are qualified with.
struct Named<'s> {
    alias: String,
    table: &'s Table,
}

impl<'s> Resolver<'_, 's> {
    /// Records what the words of a statement or fragment name.
    pub fn resolve_tokens(&mut self, tokens: &[TokenWithSpan], fragment: bool) {
        let tokens: Vec<&TokenWithSpan> =
            tokens.iter().filter(|token| !matches!(token.token, Token::Whitespace(_))).collect();
        let mut named = Vec::new();
        let mut spent = vec![false; tokens.len()];
        for index in 0..tokens.len() {
            if let Some(access) = introduces_table(&tokens, index) {
                self.table_after(&tokens, index + 1, access, &mut named, &mut spent);
            }
        }
        for index in 0..tokens.len() {
            if !spent.get(index).copied().unwrap_or(true) {
                self.column_at(&tokens, index, &named, fragment);
            }
        }
    }

    fn table_after(
        &mut self,
        tokens: &[&TokenWithSpan],
        mut at: usize,
        access: Access,
        named: &mut Vec<Named<'s>>,
        spent: &mut [bool],
    ) {
        while word(tokens, at).is_some_and(|word| is(word, &["ONLY", "IF", "NOT", "EXISTS", "TABLE", "INTO"]))
        {
            at += 1;
        }
        let mut parts = Vec::new();
        while let Some(part) = word(tokens, at) {
            parts.push((at, part));
            at += 1;
            if !matches!(tokens.get(at).map(|token| &token.token), Some(Token::Period)) {
                break;
            }
            at += 1;
        }
        let Some((place, last)) = parts.last().copied() else { return };
        let schema = parts.len().checked_sub(2).and_then(|index| parts.get(index));
        let written =
            TableName { schema: schema.map(|(_, part)| self.fold_word(part)), name: self.fold_word(last) };
        let Some((table, _)) = find_table(self.schema, &self.schema.canonical(&written)) else { return };
        for (index, _) in &parts {
            spent.get_mut(*index).into_iter().for_each(|spent| *spent = true);
        }
        let Some(span) = self.word_span(tokens, place) else { return };
        let confidence = Confidence::Likely;
        self.out.tables.push(TableUse {
            table: table.name.clone(),
            resolved: true,
            span,
            access,
            confidence,
        });
        named.push(Named { alias: self.fold_word(last), table });
        if word(tokens, at).is_some_and(|word| is(word, &["AS"])) {
            at += 1;
        }
        if let Some(alias) = word(tokens, at).filter(|alias| is_name(alias)) {
            named.push(Named { alias: self.fold_word(alias), table });
            spent.get_mut(at).into_iter().for_each(|spent| *spent = true);
        }
    }

    /// `t.c` by the tables named, or by the schema; a bare name is only remembered.
    fn column_at(&mut self, tokens: &[&TokenWithSpan], at: usize, named: &[Named<'s>], fragment: bool) {
        let Some(name) = word(tokens, at).filter(|word| is_name(word)) else { return };
        let period = |index: Option<usize>| {
            matches!(index.and_then(|index| tokens.get(index)).map(|token| &token.token), Some(Token::Period))
        };
        let called = matches!(tokens.get(at + 1).map(|token| &token.token), Some(Token::LParen));
        if period(Some(at + 1)) || called {
            return;
        }
        let folded = self.fold_word(name);
        let Some(span) = self.word_span(tokens, at) else { return };
        if period(at.checked_sub(1)) {
            let qualifier = at.checked_sub(2).and_then(|index| word(tokens, index));
            let Some(qualifier) = qualifier.map(|qualifier| self.fold_word(qualifier)) else { return };
            let dialect = self.schema.dialect;
            let table =
                named.iter().find(|item| dialect.same_name(&item.alias, &qualifier)).map(|item| item.table);
            let table =
                table.or_else(|| find_table(self.schema, &TableName::plain(qualifier)).map(|found| found.0));
            let column = table.and_then(|table| self.column_named(table, &folded));
            if let Some((table, column)) = table.zip(column) {
                let confidence = Confidence::Likely;
                let found = Found { table: table.name.clone(), column, via: Via::Name, confidence };
                return self.use_found(found, span, Access::Filter);
            }
        } else if named.iter().all(|item| self.column_named(item.table, &folded).is_none())
            && !(fragment && self.is_column(&folded))
        {
            return;
        }
        let reason =
            if fragment { "its table is named elsewhere" } else { "the statement was not understood" };
        let reason = reason.to_owned();
        self.out.unresolved.push(UnresolvedName { span, name: Some(folded), reason });
    }

    fn column_named(&self, table: &Table, name: &str) -> Option<String> {
        let column = table.columns.iter().find(|column| self.schema.dialect.same_name(&column.name, name))?;
        Some(column.name.clone())
    }

    fn is_column(&self, name: &str) -> bool {
        self.schema.tables.iter().any(|table| self.column_named(table, name).is_some())
    }

    fn fold_word(&self, word: &Word) -> String {
        self.schema.dialect.fold(&word.value, word.quote_style.is_some())
    }

    fn word_span(&self, tokens: &[&TokenWithSpan], at: usize) -> Option<crate::text::Span> {
        let token = tokens.get(at)?;
        let range = byte_range(token.span)?;
        let quoted = matches!(&token.token, Token::Word(word) if word.quote_style.is_some());
        let range = if quoted && range.len() >= 2 { range.start + 1..range.end - 1 } else { range };
        Some(self.masked.span(range))
    }
}

/// Whether a table's name follows, and what is done with it.
fn introduces_table(tokens: &[&TokenWithSpan], at: usize) -> Option<Access> {
    let here = word(tokens, at)?;
    match () {
        () if is(here, &["FROM", "JOIN"]) => Some(Access::Read),
        () if is(here, &["INTO", "UPDATE", "TRUNCATE", "TABLE", "COPY"]) => Some(Access::Write),
        () => None,
    }
}

fn word<'t>(tokens: &[&'t TokenWithSpan], at: usize) -> Option<&'t Word> {
    match &tokens.get(at)?.token {
        Token::Word(word) => Some(word),
        _ => None,
    }
}

fn is(word: &Word, keywords: &[&str]) -> bool {
    word.quote_style.is_none() && keywords.iter().any(|keyword| word.value.eq_ignore_ascii_case(keyword))
}

/// Whether the word can be a name: quoted, or no keyword of a query's frame.
fn is_name(word: &Word) -> bool {
    const FRAME: &[&str] = &[
        "SELECT",
        "FROM",
        "WHERE",
        "AND",
        "OR",
        "NOT",
        "ON",
        "JOIN",
        "LEFT",
        "RIGHT",
        "INNER",
        "OUTER",
        "FULL",
        "CROSS",
        "GROUP",
        "ORDER",
        "BY",
        "HAVING",
        "LIMIT",
        "OFFSET",
        "SET",
        "VALUES",
        "INTO",
        "INSERT",
        "UPDATE",
        "DELETE",
        "AS",
        "IN",
        "IS",
        "NULL",
        "LIKE",
        "BETWEEN",
        "CASE",
        "WHEN",
        "THEN",
        "ELSE",
        "END",
        "UNION",
        "ALL",
        "DISTINCT",
        "USING",
        "RETURNING",
        "WITH",
        "EXISTS",
        "ASC",
        "DESC",
        "NATURAL",
        "LATERAL",
        "CONFLICT",
        "DO",
        "NOTHING",
        "TRUE",
        "FALSE",
        "DEFAULT",
    ];
    word.quote_style.is_some() || (!is(word, FRAME) && !has_hole(&word.value))
}

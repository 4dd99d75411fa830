//! What the statements in the body of a program name: PL/pgSQL and MySQL's blocks, taken apart to the queries in them.

use crate::migration::{mentions, names_table};
use crate::schema::{Program, Schema, TableName};
use crate::text::TextRange;
use crate::usage::sql::{SqlText, StatementKind, resolve};
use crate::usage::{Access, Confidence};

/// How a program uses a table or column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Use {
    /// Whether every name was resolved; else the body has the words.
    pub certain: bool,
    /// Whether it is only written: named by `SET` or an INSERT's list of columns.
    pub is_written: bool,
}

/// How the statements of the program's body use a column.
pub(super) fn column_use(schema: &Schema, program: &Program, table: &TableName, column: &str) -> Option<Use> {
    if !mentions(&program.body, column) {
        return None;
    }
    let mut found: Option<Use> = None;
    let mut is_open = false;
    for statement in statements(schema, program) {
        let named = |item: &TableName| schema.canonical(item) == *table;
        let used = statement.columns.iter().filter(|used| {
            named(&used.table) && schema.dialect.same_name(&used.column, column) && !used.implicit()
        });
        for used in used {
            let is_written = used.access == Access::Write && found.is_none_or(|known| known.is_written);
            let certain = used.confidence == Confidence::Exact || found.is_some_and(|known| known.certain);
            found = Some(Use { certain, is_written });
        }
        is_open |= statement.kind == StatementKind::Unparsed
            && names_table(&program.body, &table.name)
            && statement.unresolved.iter().any(|open| open.name.as_deref() == Some(column));
    }
    found.or_else(|| is_open.then_some(Use { certain: false, is_written: false }))
}

/// How the statements of the program's body use a table.
pub(super) fn table_use(schema: &Schema, program: &Program, table: &TableName) -> Option<Use> {
    if !names_table(&program.body, &table.name) {
        return None;
    }
    let mut used = statements(schema, program).into_iter().flat_map(|statement| statement.tables);
    let used = used.find(|used| schema.canonical(&used.table) == *table)?;
    Some(Use { certain: used.confidence == Confidence::Exact, is_written: used.access == Access::Write })
}

/// The tables that the statements of the body name, whether or not the schema has them.
pub(super) fn tables(schema: &Schema, program: &Program) -> Vec<TableName> {
    let used = statements(schema, program).into_iter().flat_map(|statement| statement.tables);
    used.map(|used| schema.canonical(&used.table)).collect()
}

/// Whether the text names the column of a trigger's own row: `NEW.a`, `old.a`, `:new.a`.
pub(super) fn names_own_row(text: &str, column: &str) -> bool {
    words(text).windows(3).any(|part| {
        let [row, dot, name] = part else { return false };
        (row.eq_ignore_ascii_case("new") || row.eq_ignore_ascii_case("old"))
            && *dot == "."
            && name.trim_matches(['"', '`']).eq_ignore_ascii_case(column)
    })
}

fn statements(schema: &Schema, program: &Program) -> Vec<crate::usage::sql::SqlStatement> {
    queries(&program.body)
        .into_iter()
        .flat_map(|text| {
            let range = TextRange::new(0, text.len());
            resolve(&SqlText::verbatim(program.span.file, &text, range), schema)
        })
        .collect()
}

/// Words that begin a statement which names columns.
const BEGINS: [&str; 7] = ["select", "insert", "update", "delete", "with", "perform", "merge"];

/// Words that end one, outside parentheses: what they belong to goes on.
const ENDS: [&str; 3] = ["loop", "then", "do"];

/// The statements of a body, wherever they stand in its blocks, conditions and assignments.
fn queries(body: &str) -> Vec<String> {
    let words = words(body);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(word) = words.get(at) {
        // `FOR UPDATE` and `ON UPDATE` are no statements, nor is `INSTEAD OF INSERT`.
        let before = at.checked_sub(1).and_then(|index| words.get(index)).copied().unwrap_or_default();
        let begins = is_any(word, &BEGINS) && !is_any(before, &["for", "on", "of", "or", "."]);
        if !begins {
            at += 1;
            continue;
        }
        let end = at + length(words.get(at..).unwrap_or_default());
        found.push(statement(words.get(at..end).unwrap_or_default()));
        at = end.max(at + 1);
    }
    found
}

/// How many words a statement has.
fn length(words: &[&str]) -> usize {
    let mut depth = 0_i32;
    let mut cases = 0_i32;
    let mut is_conflict = false;
    for (index, word) in words.iter().enumerate() {
        match *word {
            "(" => depth += 1,
            ")" => depth -= 1,
            _ => {}
        }
        if is_any(word, &["case"]) {
            cases += 1;
        } else if is_any(word, &["end"]) && cases > 0 {
            cases -= 1;
        }
        is_conflict |= is_any(word, &["conflict", "matched"]);
        let ends = is_any(word, &ENDS) && depth == 0 && cases == 0 && !is_conflict;
        if depth < 0 || ends || (*word == ";" && depth == 0) {
            return index;
        }
    }
    words.len()
}

/// The statement's text: `PERFORM` is a SELECT, and the variables behind `INTO` are none of its tables.
fn statement(words: &[&str]) -> String {
    let mut text = String::new();
    let is_query = words.first().is_some_and(|word| is_any(word, &["select", "perform", "with"]));
    let mut at = 0;
    while let Some(word) = words.get(at) {
        let before = at.checked_sub(1).and_then(|index| words.get(index)).copied().unwrap_or_default();
        if is_query && is_any(word, &["into"]) && !is_any(before, &["insert", "merge"]) {
            at += 1;
            at += usize::from(words.get(at).is_some_and(|word| is_any(word, &["strict"])));
            at = behind_names(words, at);
            continue;
        }
        if is_any(word, &["perform"]) && at == 0 {
            text.push_str("SELECT");
        } else {
            text.push_str(word);
        }
        text.push(' ');
        at += 1;
    }
    // Dots and marks of parameters belong to their names.
    text.replace(" . ", ".").replace("@ ", "@").replace(": ", ":")
}

/// `a, @b, c.d`.
fn behind_names(words: &[&str], mut at: usize) -> usize {
    loop {
        while words.get(at).is_some_and(|word| *word == "@") {
            at += 1;
        }
        at += 1;
        while words.get(at).is_some_and(|word| *word == ".") {
            at += 2;
        }
        if words.get(at).is_none_or(|word| *word != ",") {
            return at;
        }
        at += 1;
    }
}

fn is_any(word: &str, of: &[&str]) -> bool {
    of.iter().any(|other| word.eq_ignore_ascii_case(other))
}

/// Words, quoted things and single characters, without blanks and comments.
fn words(text: &str) -> Vec<&str> {
    let bytes = text.as_bytes();
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$' || byte >= 0x80;
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at).copied() {
        let rest = text.get(at..).unwrap_or_default();
        let length = match byte {
            _ if byte.is_ascii_whitespace() => {
                at += 1;
                continue;
            }
            b'-' if rest.starts_with("--") => {
                at += rest.find('\n').unwrap_or(rest.len());
                continue;
            }
            b'/' if rest.starts_with("/*") => {
                at += rest.find("*/").map_or(rest.len(), |end| end + 2);
                continue;
            }
            b'\'' | b'"' | b'`' => {
                let inner = bytes.get(at + 1..).unwrap_or_default();
                2 + inner.iter().position(|other| *other == byte).unwrap_or(inner.len())
            }
            _ if is_word(byte) => {
                let rest = rest.as_bytes();
                rest.iter().position(|byte| !is_word(*byte)).unwrap_or(rest.len())
            }
            _ => 1,
        };
        let end = (at + length).min(text.len());
        found.extend(text.get(at..end));
        at = end;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::{names_own_row, queries};

    fn check(body: &str, expected: &[&str]) {
        let found: Vec<String> = queries(body).iter().map(|text| text.trim().to_owned()).collect();
        assert_eq!(found, expected, "{body}");
    }

    #[test]
    fn queries_are_found_in_blocks_conditions_and_assignments() {
        check("BEGIN SELECT sum(a) INTO STRICT n FROM t; RETURN n; END", &["SELECT sum ( a ) FROM t"]);
        check(
            "IF (SELECT count(*) FROM t) > 0 THEN UPDATE t SET a = 1; END IF;",
            &["SELECT count ( * ) FROM t", "UPDATE t SET a = 1"],
        );
        check("PERFORM f(t.a) FROM t;", &["SELECT f ( t.a ) FROM t"]);
        check(
            "FOR r IN SELECT a FROM t FOR UPDATE LOOP DELETE FROM t; END LOOP",
            &["SELECT a FROM t FOR UPDATE", "DELETE FROM t"],
        );
        check("-- SELECT a\nRETURN 'select b';", &[]);
        check(
            "INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET a = 2;",
            &["INSERT INTO t ( a ) VALUES ( 1 ) ON CONFLICT ( a ) DO UPDATE SET a = 2"],
        );
        check("SELECT a INTO @x, y.z FROM t", &["SELECT a FROM t"]);
    }

    #[test]
    fn a_trigger_names_its_own_row_by_new_and_old() {
        assert!(names_own_row("SET NEW.a = 1", "a"));
        assert!(names_own_row("old . \"a\"", "a"));
        assert!(!names_own_row("t.a = NEW.b", "a"));
        assert!(!names_own_row("renew.a", "a"));
    }
}

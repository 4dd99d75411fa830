//! Where SQL can stand in a Python file, told by its text alone: what it saves is the parse of files that only share a word
//! with a table.

use super::detect::opens_sql;

/// Whether one of the offsets stands in a statement of Python that holds a string which begins as SQL, or as a piece of it.
/// Strings that are joined over several statements are not read as one, here as little as in [`super::sql_strings`].
pub(super) fn is_in_python_sql(file: &str, offsets: &[u32]) -> bool {
    Statements { file, at: 0 }.any(|statement| {
        let holds = |offset: &u32| (statement.start..statement.end).contains(&(*offset as usize));
        statement.has_sql && offsets.iter().any(holds)
    })
}

/// A logical line: it ends at a line end outside brackets and strings.
struct Statement {
    start: usize,
    end: usize,
    has_sql: bool,
}

struct Statements<'t> {
    file: &'t str,
    at: usize,
}

impl Iterator for Statements<'_> {
    type Item = Statement;

    fn next(&mut self) -> Option<Statement> {
        let bytes = self.file.as_bytes();
        if self.at >= bytes.len() {
            return None;
        }
        let mut statement = Statement { start: self.at, end: bytes.len(), has_sql: false };
        let mut depth = 0_usize;
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'#' => self.at = self.line_end(),
                b'\\' => self.at += 1,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                b'"' | b'\'' => statement.has_sql |= self.string(*byte),
                // A definition at the margin begins a statement, whatever bracket was left open above it.
                b'\n' if depth == 0 || self.begins_definition() => {
                    statement.end = self.at;
                    break;
                }
                _ => {}
            }
        }
        Some(statement)
    }
}

impl Statements<'_> {
    fn begins_definition(&self) -> bool {
        let rest = self.file.as_bytes().get(self.at..).unwrap_or_default();
        [&b"def "[..], b"class ", b"async def ", b"import ", b"from "]
            .iter()
            .any(|word| rest.starts_with(word))
    }

    fn line_end(&self) -> usize {
        let rest = self.file.as_bytes().get(self.at..).unwrap_or_default();
        memchr::memchr(b'\n', rest).map_or(self.file.len(), |found| self.at + found)
    }

    /// Steps over the string whose first quote was read, and says whether it begins as SQL, or what follows a hole does.
    fn string(&mut self, quote: u8) -> bool {
        let bytes = self.file.as_bytes();
        let is_triple = bytes.get(self.at) == Some(&quote) && bytes.get(self.at + 1) == Some(&quote);
        if is_triple {
            self.at += 2;
        }
        let mut is_sql = self.file.get(self.at..).is_some_and(opens_sql);
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' => self.at += 1,
                b'\n' if !is_triple => {
                    self.at -= 1;
                    break;
                }
                b'}' => is_sql |= self.file.get(self.at..).is_some_and(opens_sql),
                byte if *byte == quote => {
                    if !is_triple {
                        break;
                    }
                    if bytes.get(self.at) == Some(&quote) && bytes.get(self.at + 1) == Some(&quote) {
                        self.at += 2;
                        break;
                    }
                }
                _ => {}
            }
        }
        is_sql
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, expected: bool) {
        let offsets: Vec<u32> =
            file.match_indices("users").filter_map(|(at, _)| u32::try_from(at).ok()).collect();
        assert!(!offsets.is_empty(), "{file}");
        assert_eq!(is_in_python_sql(file, &offsets), expected, "{file}");
    }

    #[test]
    fn sql_of_the_same_statement_counts() {
        check("run(\"SELECT * FROM users\")\n", true);
        check("run(f\"{head} FROM users\")\n", true);
        check("run(\n    'SELECT *'\n    ' FROM users'\n)\n", true);
        check("q = 'SELECT * FROM {}'.format('users')\n", true);
        check("q = 'SELECT a ' \\\n  'FROM users'\n", true);
        check("q = \"\"\"\n  SELECT \\\"a\\\"\n  FROM users\n\"\"\"\n", true);
        check("# an 'open quote\nrun(r'SELECT \\'' + ' FROM users')\n", true);
        check("broken = f(1, (2\nrun('SELECT * FROM users')\n", true);
    }

    #[test]
    fn words_of_other_statements_do_not() {
        check("run('SELECT 1 FROM a')\nusers = []\n", false);
        check("users = []\nrun('SELECT 1 FROM a')\n", false);
        check("broken = f(1, (2, users\ndef g():\n    run('SELECT * FROM a')\n", false);
        check("x = 'users'  # 'SELECT 1\n", false);
        check("x = 'it is users' \ny = 'a'\n", false);
    }

    #[test]
    fn what_is_cut_off_ends() {
        for file in ["users '", "users '''SELECT", "users \\", "users (\n'", "users #"] {
            is_in_python_sql(file, &[0]);
        }
    }
}

//! Suppressions: `seawall: ignore[rule] reason` in a comment, on the line or the line above.

use crate::text::{FileId, SourceFile, TextRange};

/// A comment that suppresses findings of some rules on its line and the line below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Suppression {
    /// The file.
    pub file: FileId,
    /// The directive, from `seawall:` to the closing bracket.
    pub range: TextRange,
    /// The rules in the brackets.
    pub rules: Vec<String>,
    /// The line of the comment, from 1.
    line: u32,
    /// Whether code stands before the comment: then the line below is not meant.
    trailing: bool,
}

const WORD: &[u8] = b"seawall:";

/// What begins a comment in the languages that are read; `*` continues a block comment.
const MARKERS: &[&str] = &["#", "//", "/*", "--", "*"];

impl Suppression {
    /// Whether it speaks about this rule and line.
    pub(crate) fn covers(&self, rule: &str, line: u32) -> bool {
        let here = line == self.line || (!self.trailing && line == self.line + 1);
        here && self.rules.iter().any(|name| name == rule)
    }
}

/// Whether the bytes may hold a suppression: asked of all files, before any is read as text.
pub(crate) fn may_hold(bytes: &[u8]) -> bool {
    memchr::memmem::find(bytes, WORD).is_some()
}

/// The suppressions of a file.
pub(crate) fn find(file: &SourceFile) -> Vec<Suppression> {
    let found = memchr::memmem::find_iter(file.text.as_bytes(), WORD);
    found.filter_map(|start| parse(file, start)).collect()
}

/// The directive at byte `start`, if it is one and stands at the beginning of a comment.
fn parse(file: &SourceFile, start: usize) -> Option<Suppression> {
    let line = file.line_column(u32::try_from(start).ok()?).line;
    let range = file.lines().line_range(&file.text, line)?;
    let before = file.text.get(range.start..start)?.trim_end();
    let marker = MARKERS.iter().find(|marker| before.ends_with(**marker))?;
    let code = before.trim_end_matches(marker).trim_end_matches(['/', '*', '#', '-', '!', '{']).trim();
    let rest = file.text.get(start + WORD.len()..range.end)?;
    let inner = rest.trim_start().strip_prefix("ignore[")?;
    let (rules, after) = inner.split_once(']')?;
    let rules: Vec<String> =
        rules.split(',').map(|rule| rule.trim().to_owned()).filter(|rule| !rule.is_empty()).collect();
    (!rules.is_empty()).then(|| Suppression {
        file: file.id,
        range: TextRange::new(start, range.end - after.len()),
        rules,
        line,
        trailing: !code.is_empty(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u32, &str)]) {
        let file = SourceFile::new(FileId(0), "a.ts", text.as_bytes().to_vec());
        let found = find(&file);
        let lines: Vec<u32> = (1..=u32::try_from(file.lines().line_count()).expect("short")).collect();
        let covered: Vec<(u32, &str)> = found
            .iter()
            .flat_map(|item| {
                let rules = item.rules.iter().map(String::as_str);
                let pairs = rules.flat_map(|rule| lines.iter().map(move |line| (*line, rule)));
                pairs.filter(|(line, rule)| item.covers(rule, *line)).collect::<Vec<_>>()
            })
            .collect();
        assert_eq!(covered, expected, "{text}");
    }

    #[test]
    fn a_comment_speaks_of_its_line_and_alone_of_the_line_below() {
        check("x # seawall: ignore[a] gone next week\ny", &[(1, "a")]);
        check("// seawall: ignore[a, b]\nx\ny", &[(1, "a"), (2, "a"), (1, "b"), (2, "b")]);
        check("-- seawall: ignore[a] why\nALTER", &[(1, "a"), (2, "a")]);
        check("{/* seawall: ignore[a] */}\n<b/>", &[(1, "a"), (2, "a")]);
        check("/// seawall: ignore[a]\nemail", &[(1, "a"), (2, "a")]);
    }

    #[test]
    fn what_is_no_directive_is_none() {
        check("text = 'seawall: ignore[a]'", &[]);
        check("# see seawall: ignore[a]", &[]);
        check("# seawall: ignore", &[]);
        check("# seawall: ignore[]\nx", &[]);
    }
}

//! Carets under code: what a case expects, and where.

/// An expectation: something reported at a place of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The line of the text without caret lines, from 1.
    pub line: u32,
    /// The first column, in code points, from 1.
    pub column: u32,
    /// One past the last column.
    pub end_column: u32,
    /// What is expected: `error: rule`, `note: text`, `query read`.
    pub expected: String,
    /// The line of the caret line in the Markdown file, from 1.
    pub page_line: usize,
}

/// A block without its caret lines, and what they expect.
///
/// A caret line is white space, the host language's comment marker if one likes, carets, and the expectation. It points
/// at the nearest line above that is none. The lines are taken out before the run, so that they can stand where a
/// comment cannot: inside a string.
pub fn take_out(block: &str, first_page_line: usize) -> (String, Vec<Mark>) {
    let mut text = String::new();
    let mut marks = vec![];
    let mut line = 0;
    for (offset, content) in block.split_inclusive('\n').enumerate() {
        match read_mark(content.trim_end(), line, first_page_line + offset) {
            Some(mark) if line > 0 => marks.push(mark),
            _ => {
                text.push_str(content);
                line += 1;
            }
        }
    }
    (text, marks)
}

fn read_mark(content: &str, line: u32, page_line: usize) -> Option<Mark> {
    let carets = content.find('^')?;
    let before = content.get(..carets)?.trim();
    let rest = content.get(carets..)?;
    let expected = rest.trim_start_matches('^');
    let width = rest.len() - expected.len();
    if !["", "#", "//", "--", "/*"].contains(&before) || !expected.starts_with(' ') {
        return None;
    }
    let column = u32::try_from(content.get(..carets)?.chars().count()).ok()? + 1;
    Some(Mark {
        line,
        column,
        end_column: column + u32::try_from(width).ok()?,
        expected: expected.trim().trim_end_matches("*/").trim_end().to_owned(),
        page_line,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caret_lines_point_at_the_line_above_and_are_taken_out() {
        let (text, marks) =
            take_out("a = é.email\n#     ^^^^^ error: x\n  ^ note: y\nb ^ c\n-- ^^ query read\n", 10);
        assert_eq!(text, "a = é.email\nb ^ c\n");
        let found: Vec<_> = marks
            .iter()
            .map(|mark| (mark.line, mark.column, mark.end_column, &*mark.expected, mark.page_line))
            .collect();
        assert_eq!(
            found,
            [(1, 7, 12, "error: x", 11), (1, 3, 4, "note: y", 12), (2, 4, 6, "query read", 14)]
        );
    }
}

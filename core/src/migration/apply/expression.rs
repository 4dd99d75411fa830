//! Names inside expressions that the model keeps as text: checks, predicates, view queries.

/// Whether the expression names `column`. Strings, functions and the types of casts are passed over; case is ignored, so
/// that a mention is rather seen than missed.
pub(crate) fn mentions(expression: &str, column: &str) -> bool {
    words(expression).any(|(start, end)| {
        expression.get(start..end).is_some_and(|word| word.eq_ignore_ascii_case(column))
            && !is_function_or_type(expression, start, end)
    })
}

/// Whether the text names a table: also where columns in parentheses follow, as in an INSERT.
pub(crate) fn names_table(text: &str, table: &str) -> bool {
    words(text).any(|(start, end)| text.get(start..end).is_some_and(|word| word.eq_ignore_ascii_case(table)))
}

/// The text with the table's name replaced.
pub(super) fn renamed_table(text: &str, before: &str, after: &str) -> String {
    replaced(text, |start, end| text.get(start..end) == Some(before), after)
}

fn is_function_or_type(expression: &str, start: usize, end: usize) -> bool {
    let before = expression.get(..start).unwrap_or_default();
    let called = expression.get(end..).unwrap_or_default().trim_start().starts_with('(');
    called || before.trim_end().ends_with("::")
}

/// The expression with the column's name replaced, as databases do that keep expressions as trees.
pub(super) fn renamed(expression: &str, before: &str, after: &str) -> String {
    let is_name = |start, end| {
        expression.get(start..end) == Some(before) && !is_function_or_type(expression, start, end)
    };
    replaced(expression, is_name, after)
}

fn replaced(expression: &str, is_name: impl Fn(usize, usize) -> bool, after: &str) -> String {
    let mut text = String::with_capacity(expression.len());
    let mut done = 0;
    for (start, end) in words(expression) {
        if is_name(start, end) {
            text.push_str(expression.get(done..start).unwrap_or_default());
            text.push_str(after);
            done = end;
        }
    }
    text.push_str(expression.get(done..).unwrap_or_default());
    text
}

/// Byte ranges of the words of an expression, those in single quotes left out.
fn words(expression: &str) -> impl Iterator<Item = (usize, usize)> {
    let bytes = expression.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte == b'$' || *byte >= 0x80;
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            if *byte == b'\'' {
                let rest = bytes.get(at + 1..).unwrap_or_default();
                at += 2 + rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
            } else if is_word(byte) {
                let rest = bytes.get(at..).unwrap_or_default();
                let length = rest.iter().position(|byte| !is_word(byte)).unwrap_or(rest.len());
                let start = at;
                at += length;
                return Some((start, at));
            } else {
                at += 1;
            }
        }
        None
    })
}

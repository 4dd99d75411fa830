//! Text of the input, made fit for a terminal.

use std::borrow::Cow;

/// The text with what could move the cursor, colour or reorder the output made visible. Line breaks and tabs stay.
///
/// `annotate-snippets` does so for the controls below U+0020 and for bidirectional overrides; the controls U+0080 to
/// U+009F, which some terminals obey (U+009B begins a colour), are taken care of here.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    let harmless = |c: char| matches!(c, '\n' | '\t') || !(c.is_control() || is_reordering(c));
    if text.chars().all(harmless) {
        return Cow::Borrowed(text);
    }
    let shown = |c: char| match c {
        c if harmless(c) => c,
        // The picture of a control (U+2400 block), as `annotate-snippets` shows it.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        _ => '\u{fffd}',
    };
    Cow::Owned(text.chars().map(shown).collect())
}

/// As [`clean`], on one line.
pub(crate) fn clean_line(text: &str) -> String {
    clean(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The text of a file for a code frame: every character that changes keeps its length in bytes, so that offsets stay
/// true. The other controls are left to `annotate-snippets`.
pub(crate) fn clean_source(text: &str) -> Cow<'_, str> {
    let obeyed = |c: char| matches!(c, '\u{80}'..='\u{9f}');
    if !text.contains(obeyed) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(|c| if obeyed(c) { '\u{bf}' } else { c }).collect())
}

/// Characters that reorder or hide what follows (Unicode TR 36, 3.1).
fn is_reordering(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}')
}

/// The text in lines of at most `width` characters, broken at spaces; a longer word stays whole.
pub(crate) fn wrap(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for paragraph in text.lines() {
        let mut line = String::new();
        for word in paragraph.split_whitespace() {
            let longer = line.chars().count() + 1 + word.chars().count();
            if !line.is_empty() && longer > width {
                lines.push(std::mem::take(&mut line));
            }
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
        }
        lines.push(line);
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_comes_through() {
        assert_eq!(clean("a\u{1b}[31mb\u{9b}1mc\u{202e}d\u{7f}\te\nf"), "a␛[31mb\u{fffd}1mc\u{fffd}d␡\te\nf");
        assert_eq!(clean_line("a\r\n b\tc"), "a␍ b c");
        assert_eq!(clean_source("a\u{9b}b").len(), "a\u{9b}b".len());
        assert!(!clean_source("a\u{9b}b").contains('\u{9b}'));
    }

    #[test]
    fn lines_break_at_spaces() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("longerthanthat x", 4), "longerthanthat\nx");
    }
}

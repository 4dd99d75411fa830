//! JSON with comments and trailing commas, as `tsconfig.json` is written.

use serde_json::Value;

/// Reads it; `None` where it is no JSON even then.
pub(super) fn parse(text: &str) -> Option<Value> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    serde_json::from_str(text).or_else(|_| serde_json::from_slice(&plain(text.as_bytes()))).ok()
}

/// The same bytes with comments and trailing commas blanked.
fn plain(text: &[u8]) -> Vec<u8> {
    let mut out = text.to_vec();
    let mut blank = |from: usize, to: usize| {
        if let Some(bytes) = out.get_mut(from..to.min(text.len())) {
            bytes.fill(b' ');
        }
    };
    let mut comma: Option<usize> = None;
    let mut at = 0;
    while let Some(byte) = text.get(at).copied() {
        let next = text.get(at + 1).copied();
        match (byte, next) {
            (b'"', _) => {
                comma = None;
                at = string_end(text, at);
                continue;
            }
            (b'/', Some(b'/')) => {
                let rest = text.get(at..).unwrap_or_default();
                let end = at + memchr::memchr(b'\n', rest).unwrap_or(rest.len());
                blank(at, end);
                at = end;
                continue;
            }
            (b'/', Some(b'*')) => {
                let rest = text.get(at + 2..).unwrap_or_default();
                let end = memchr::memmem::find(rest, b"*/").map_or(text.len(), |found| at + 2 + found + 2);
                blank(at, end);
                at = end;
                continue;
            }
            (b',', _) => comma = Some(at),
            (b'}' | b']', _) => {
                if let Some(comma) = comma.take() {
                    blank(comma, comma + 1);
                }
            }
            (byte, _) if byte.is_ascii_whitespace() => {}
            _ => comma = None,
        }
        at += 1;
    }
    out
}

/// One past the closing quote of the string that begins at `start`.
fn string_end(text: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = text.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_trailing_commas_are_no_obstacle() {
        let text = "\u{feff}{ // a\n \"a//b\": [1, 2, /* , */ ], \"c\": \"/* \\\" */\",\n}";
        assert_eq!(parse(text), Some(serde_json::json!({"a//b": [1, 2], "c": "/* \" */"})));
        assert_eq!(parse("{ \"a\": "), None);
    }
}

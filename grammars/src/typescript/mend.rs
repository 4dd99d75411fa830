//! What the published grammar (0.23.2) gets wrong, mended by blanking bytes of a copy and parsing again.
//!
//! 1. A tagged template with type arguments (`prisma.$queryRaw<Row[]>`...``) is read as two comparisons, often without an
//!    error (upstream issues 329 and 341). The type arguments become spaces.
//! 2. `f<typeof import("x")>()` is an error. The `typeof` becomes spaces.
//! 3. `export type * from "x"` is an error. The `type` becomes spaces.
//! 4. A bare `&` in the text of JSX is an error that takes the element with it. It becomes `_`, which no lowering reads.
//!
//! The first parse tells where a template really begins, which bytes alone cannot: a backtick may also end a template or
//! stand in a comment. Only files with such a place are parsed twice.

use std::ops::Range;

use memchr::{memchr_iter, memmem};
use tree_sitter::Parser;

use crate::Grammar;
use crate::typescript::{Field, Kind, Parsed, TsSyntax};

/// An error before a template can hide it in the first parse; each round shows more.
const ROUNDS: usize = 3;

/// The tree of `text` with the grammar's errors mended.
pub(super) fn mend(
    grammar: &Grammar<Kind, Field>,
    parser: &mut Parser,
    text: &str,
    syntax: TsSyntax,
) -> Parsed {
    let mut parsed = Parsed { syntax, template_types: vec![] };
    let mut mended: Option<String> = None;
    for round in 0..ROUNDS {
        let current = mended.as_deref().unwrap_or(text);
        let types = template_types(&parsed.syntax, current.as_bytes());
        let tokens = match round {
            0 if !parsed.syntax.errors().is_empty() => surplus_tokens(text),
            _ => vec![],
        };
        if types.is_empty() && tokens.is_empty() {
            break;
        }
        // The angle brackets go too.
        let brackets = types.iter().map(|(_, range)| range.start.saturating_sub(1)..range.end + 1);
        let copy = overwrite(current, brackets.chain(tokens), ' ');
        parsed.syntax = grammar.parse(parser, &copy);
        parsed.template_types.extend(types);
        mended = Some(copy);
    }
    let current = mended.as_deref().unwrap_or(text);
    let ampersands = ampersands(&parsed.syntax, current);
    if !ampersands.is_empty() {
        let other = grammar.parse(parser, &overwrite(current, ampersands.into_iter(), '_'));
        // An `&` of an expression or a type becomes one more error.
        if error_bytes(&other) < error_bytes(&parsed.syntax) {
            parsed.syntax = other;
        }
    }
    parsed.template_types.sort_by_key(|(template, _)| *template);
    parsed
}

/// How much could not be parsed.
fn error_bytes(syntax: &TsSyntax) -> u64 {
    syntax.errors().iter().map(|(start, end)| u64::from(end - start) + 1).sum()
}

/// Each `&` in a part that could not be parsed, unless it is one of `&&` or begins a character reference.
fn ampersands(syntax: &TsSyntax, text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut found = vec![];
    for (start, end) in syntax.errors() {
        let range = *start as usize..*end as usize;
        for at in memchr_iter(b'&', bytes.get(range.clone()).unwrap_or_default()) {
            let at = range.start + at;
            let rest = text.get(at + 1..).unwrap_or("");
            let name = rest.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || c == '#');
            let reference = name.starts_with(';') && name.len() < rest.len();
            let doubled = rest.starts_with('&') || (at > 0 && bytes.get(at - 1) == Some(&b'&'));
            if !reference && !doubled {
                found.push(at..at + 1);
            }
        }
    }
    found.sort_unstable_by_key(|range| range.start);
    found.dedup();
    found
}

/// `text` with each byte of the ranges overwritten; line breaks stay, so that automatic semicolons do.
fn overwrite(text: &str, ranges: impl Iterator<Item = Range<usize>>, with: char) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for range in ranges {
        for byte in bytes.get_mut(range).unwrap_or_default() {
            if !matches!(byte, b'\n' | b'\r') {
                *byte = u8::try_from(with).unwrap_or(b' ');
            }
        }
    }
    // The ranges begin and end at ASCII bytes, so that only whole characters are overwritten.
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_owned())
}

/// Templates that stand behind type arguments.
fn template_types(syntax: &TsSyntax, bytes: &[u8]) -> Vec<(usize, Range<usize>)> {
    let mut found = vec![];
    for template in memchr_iter(b'`', bytes) {
        let Some(close) = last_visible(bytes, template) else { continue };
        let begins = |at| u32::try_from(at).is_ok_and(|at| syntax.begins(Kind::TemplateString, at));
        if bytes.get(close) != Some(&b'>') || !begins(template) {
            continue;
        }
        if let Some(open) = matching_angle(bytes, close) {
            found.push((template, open + 1..close));
        }
    }
    found
}

/// The last byte before `end` that is no white space.
fn last_visible(bytes: &[u8], end: usize) -> Option<usize> {
    bytes.get(..end)?.iter().rposition(|byte| !byte.is_ascii_whitespace())
}

/// The `<` that the `>` at `close` ends, where what is between reads like types and something to call stands before.
fn matching_angle(bytes: &[u8], close: usize) -> Option<usize> {
    let mut expected = vec![b'<'];
    let mut at = close;
    while let Some(open) = expected.last().copied() {
        at = at.checked_sub(1)?;
        let byte = *bytes.get(at)?;
        let before = at.checked_sub(1).and_then(|before| bytes.get(before)).copied();
        match byte {
            _ if byte == open => {
                expected.pop();
            }
            // The arrow of a function type.
            b'>' if before == Some(b'=') => at -= 1,
            b'>' => expected.push(b'<'),
            b')' => expected.push(b'('),
            b']' => expected.push(b'['),
            b'}' => expected.push(b'{'),
            b'<' | b'(' | b'[' | b'{' => return None,
            b'\'' | b'"' => at = bytes.get(..at)?.iter().rposition(|other| *other == byte)?,
            // Operators of expressions, doubled ones too.
            b'&' | b'|' if before == Some(byte) => return None,
            b'+' | b'*' | b'/' | b'%' | b'!' | b'^' | b'~' | b'`' | b'=' => return None,
            // Only a member's mark or a conditional type in brackets: `a < b ? c > `x` : d` is no type.
            b'?' | b';' | b':' if expected.len() == 1 => return None,
            _ => {}
        }
    }
    let tag = *bytes.get(last_visible(bytes, at)?)?;
    let callable = tag.is_ascii_alphanumeric() || matches!(tag, b'_' | b'$' | b')' | b']') || tag >= 0x80;
    (callable && close > at + 1).then_some(at)
}

/// Each `typeof` before `import(`, and the `type` of `export type * from`.
fn surplus_tokens(text: &str) -> Vec<Range<usize>> {
    let next_word = |at: usize| text.get(at..).map_or("", str::trim_start);
    let mut found = vec![];
    for at in memmem::find_iter(text.as_bytes(), b"typeof ") {
        let after = next_word(at + 6);
        if after.strip_prefix("import").is_some_and(|rest| rest.trim_start().starts_with('(')) {
            found.push(at..at + 6);
        }
    }
    for at in memmem::find_iter(text.as_bytes(), b"export type ") {
        if next_word(at + 11).starts_with('*') {
            found.push(at + 7..at + 11);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::typescript::{Dialect, TsNode, parse, parse_types};

    /// The kinds of all nodes.
    fn kinds(node: TsNode<'_>, into: &mut Vec<Kind>) {
        into.push(node.kind());
        node.children().for_each(|child| kinds(child, into));
    }

    /// The type arguments found, after checking that the tree has no errors and no comparison.
    fn types(text: &str, comparisons: usize) -> Vec<&str> {
        let parsed = parse(text, Dialect::Tsx);
        assert_eq!(parsed.syntax.errors(), [], "{text}");
        let mut all = vec![];
        kinds(parsed.syntax.root().expect("a root"), &mut all);
        let found = all.iter().filter(|kind| matches!(kind, Kind::LessToken | Kind::GreaterToken)).count();
        assert_eq!(found, comparisons, "{text}: {all:?}");
        parsed.template_types.into_iter().map(|(_, range)| &text[range]).collect()
    }

    #[test]
    fn typed_tagged_templates_are_calls() {
        for (text, expected) in [
            ("prisma.$queryRaw<Row>`select 1`;", "Row"),
            ("const a = await prisma.$queryRaw<Row[]>`select 1`;", "Row[]"),
            ("const a = await sql<{ a: string; b?: 'x>' }[]> `select ${b}`;", "{ a: string; b?: 'x>' }[]"),
            ("x = sql<Array<Map<string, () => void>>>`a`", "Array<Map<string, () => void>>"),
            ("x = db()<A | B, C & D>`a`", "A | B, C & D"),
            ("const Title = styled.h1<{ $a: boolean }>`color: red;`;", "{ $a: boolean }"),
            ("x = sql<\n  Row\n>`a`", "\n  Row\n"),
        ] {
            assert_eq!(types(text, 0), [expected], "{text}");
            let start = text.find(expected).expect("the types");
            let types = parse_types(text, start..start + expected.len(), Dialect::Tsx).expect("types");
            assert!(types.begins(Kind::TupleType, u32::try_from(start).expect("small") - 1), "{text}");
        }
    }

    #[test]
    fn several_in_a_file_and_one_in_another() {
        let text = "a = sql<A[]>`x ${sql<B>`y`} z`;\nb = sql<C[]>`w`;";
        assert_eq!(types(text, 0), ["A[]", "B", "C[]"]);
    }

    #[test]
    fn comparisons_and_html_stay_what_they_are() {
        for (text, comparisons) in [
            ("x = a < b && c > `x`;", 2),
            ("x = a < b ? c > `x` : d;", 2),
            ("x = `<b>`;", 0),
            ("x = `a<b>` + `c`;", 0),
            ("// a<b>`\nx = 1;", 0),
            ("x = a > `b`;", 1),
        ] {
            assert_eq!(types(text, comparisons), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn what_the_grammar_does_not_know_is_no_error() {
        for text in [
            "const a = await vi.importActual<typeof import(\"./x\")>(\"./x\");",
            "export type * from \"./x\";",
            "const a = <p title=\"?a=1&utm_source=b\">Terms & Conditions &amp; R&D</p>;",
        ] {
            assert_eq!(parse(text, Dialect::Tsx).syntax.errors(), [], "{text}");
        }
    }

    #[test]
    fn what_is_wrong_stays_wrong() {
        assert_ne!(parse("type A = B &&& C; let x = ;", Dialect::Tsx).syntax.errors(), []);
    }
}

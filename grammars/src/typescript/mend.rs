//! What the published grammar (0.23.2) gets wrong, mended by blanking bytes of a copy and parsing again.
//!
//! 1. A tagged template with type arguments (`prisma.$queryRaw<Row[]>`...``) is read as two comparisons, often without an
//!    error (upstream issues 329 and 341). The type arguments become spaces.
//! 2. `f<typeof import("x")>()` is an error. The `typeof` becomes spaces.
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
    let mut blanked: Option<String> = None;
    for _ in 0..ROUNDS {
        let current = blanked.as_deref().unwrap_or(text);
        let types = template_types(&parsed.syntax, current.as_bytes());
        let queries = if blanked.is_none() && !parsed.syntax.errors().is_empty() {
            import_queries(text)
        } else {
            vec![]
        };
        if types.is_empty() && queries.is_empty() {
            break;
        }
        // The angle brackets go too.
        let brackets = types.iter().map(|(_, range)| range.start.saturating_sub(1)..range.end + 1);
        let copy = blank(current, brackets.chain(queries));
        parsed.syntax = grammar.parse(parser, &copy);
        parsed.template_types.extend(types);
        blanked = Some(copy);
    }
    parsed.template_types.sort_by_key(|(template, _)| *template);
    parsed
}

/// `text` with spaces instead of the ranges; line breaks stay, so that automatic semicolons do.
fn blank(text: &str, ranges: impl Iterator<Item = Range<usize>>) -> String {
    let mut copy = text.to_owned();
    for range in ranges {
        let Some(old) = copy.get(range.clone()) else { continue };
        let spaces =
            old.bytes().map(|byte| if matches!(byte, b'\n' | b'\r') { char::from(byte) } else { ' ' });
        let spaces: String = spaces.collect();
        copy.replace_range(range, &spaces);
    }
    copy
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

/// Each `typeof` before `import(`.
fn import_queries(text: &str) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let starts = memmem::find_iter(bytes, b"typeof");
    let imports = |start: &usize| {
        text.get(start + 6..).is_some_and(|rest| {
            let inner = rest.trim_start();
            inner.len() < rest.len()
                && inner.strip_prefix("import").is_some_and(|rest| rest.trim_start().starts_with('('))
        })
    };
    starts.filter(imports).map(|start| start..start + 6).collect()
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
    fn types<'t>(text: &'t str, comparisons: usize) -> Vec<&'t str> {
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
    fn the_type_of_an_import_as_type_argument() {
        let text = "const a = await vi.importActual<typeof import(\"./x\")>(\"./x\");";
        assert_eq!(parse(text, Dialect::Tsx).syntax.errors(), []);
    }
}

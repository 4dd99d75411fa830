//! String literals and f-strings: pieces of text as they stand in the file, escapes resolved.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode};

use super::{Lowering, range};
use crate::code::tree::{ExprId, ExprKind, Ident, Parent, SiteKind, StrLit, StrPiece, TemplatePart};
use crate::text::TextRange;

/// The bytes between the quotes of a `string` node.
pub(super) fn content_range(node: PythonNode<'_>) -> TextRange {
    let start = node.child_of_kind(Kind::StringStart).map_or(node.start(), |quote| quote.end());
    let end = node.child_of_kind(Kind::StringEnd).map_or(node.end(), |quote| quote.start());
    TextRange { start, end: end.max(start) }
}

/// What an escape sequence stands for. A named character (`\N{...}`) is a replacement character: the names are a table
/// of megabytes, and none of them is part of an identifier.
fn unescape(escape: &str) -> String {
    let body = escape.strip_prefix('\\').unwrap_or(escape);
    let code = |digits: &str, radix| u32::from_str_radix(digits, radix).ok().and_then(char::from_u32);
    let found = match body.chars().next() {
        Some('\n' | '\r') | None => return String::new(),
        Some('n') => Some('\n'),
        Some('r') => Some('\r'),
        Some('t') => Some('\t'),
        Some('a') => Some('\u{7}'),
        Some('b') => Some('\u{8}'),
        Some('f') => Some('\u{c}'),
        Some('v') => Some('\u{b}'),
        Some('x' | 'u' | 'U') => code(body.get(1..).unwrap_or(""), 16),
        Some('N') => None,
        Some('0'..='7') => code(body, 8),
        Some(other) => Some(other),
    };
    found.unwrap_or(char::REPLACEMENT_CHARACTER).to_string()
}

impl Lowering {
    /// A `string` or `concatenated_string`.
    pub(super) fn string(&mut self, id: ExprId, node: PythonNode<'_>) -> ExprKind {
        let mut parts = vec![];
        if node.kind() == Kind::ConcatenatedString {
            for string in node.named().filter(|child| child.kind() == Kind::String) {
                self.string_parts(id, string, &mut parts);
            }
        } else {
            self.string_parts(id, node, &mut parts);
        }
        if parts.iter().any(|part| matches!(part, TemplatePart::Expr(_))) {
            return ExprKind::Template { tag: None, type_args: vec![], parts };
        }
        let pieces = parts.into_iter().filter_map(|part| match part {
            TemplatePart::Text(piece) => Some(piece),
            TemplatePart::Expr(_) => None,
        });
        ExprKind::Str(StrLit { pieces: pieces.collect() })
    }

    fn string_parts(&mut self, id: ExprId, node: PythonNode<'_>, parts: &mut Vec<TemplatePart>) {
        self.b.site(content_range(node), SiteKind::Text(id));
        for child in node.named() {
            match child.kind() {
                Kind::StringContent => self.string_content(child, parts),
                Kind::Interpolation => {
                    if let Some(expr) = self.interpolation(id, child) {
                        parts.push(TemplatePart::Expr(expr));
                    }
                }
                _ => {}
            }
        }
    }

    fn string_content(&self, node: PythonNode<'_>, parts: &mut Vec<TemplatePart>) {
        let mut piece = |start: u32, end: u32, unescaped: Option<Box<str>>| {
            if start < end {
                parts.push(TemplatePart::Text(StrPiece { range: TextRange { start, end }, unescaped }));
            }
        };
        let mut start = node.start();
        for child in node.named() {
            let value: String = match child.kind() {
                Kind::EscapeSequence => unescape(self.node_text(child)),
                // `{{` of an f-string.
                Kind::EscapeInterpolation => self.node_text(child).chars().take(1).collect(),
                _ => continue,
            };
            piece(start, child.start(), None);
            piece(child.start(), child.end(), Some(value.into()));
            start = child.end();
        }
        piece(start, node.end(), None);
    }

    /// The value of `{value!r:{width}}`. A value that is formatted by other values is something else, with all in it.
    fn interpolation(&mut self, id: ExprId, node: PythonNode<'_>) -> Option<ExprId> {
        let value = node.child(Field::Expression)?;
        let widths: Vec<PythonNode<'_>> = node
            .child(Field::FormatSpecifier)
            .into_iter()
            .flat_map(|specifier| specifier.named())
            .filter_map(|width| width.child(Field::Expression))
            .collect();
        if widths.is_empty() {
            return Some(self.expr(value, Parent::Expr(id)));
        }
        let whole = self.b.open_expr(range(node), Parent::Expr(id));
        let parts =
            std::iter::once(value).chain(widths).map(|part| self.expr(part, Parent::Expr(whole))).collect();
        self.b.set_expr(whole, ExprKind::Other(parts));
        Some(whole)
    }

    /// The content of a string literal that could be a name: one literal, no escapes, no interpolation, no bytes.
    pub(super) fn plain_string(&self, node: PythonNode<'_>) -> Option<TextRange> {
        if node.kind() != Kind::String {
            return None;
        }
        let prefix = self.node_text(node.child_of_kind(Kind::StringStart)?);
        if prefix.contains(['b', 'B']) {
            return None;
        }
        let escaped = node.named().any(|child| match child.kind() {
            Kind::StringStart | Kind::StringEnd => false,
            Kind::StringContent => child.named().next().is_some(),
            _ => true,
        });
        (!escaped).then(|| content_range(node))
    }

    /// The literal whose whole content is `name`.
    pub(super) fn plain_literal(name: Ident) -> StrLit {
        StrLit { pieces: vec![StrPiece { range: name.range, unescaped: None }] }
    }
}

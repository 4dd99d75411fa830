//! Strings, templates and object literals.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::{Lowering, content, ident, range, through_errors};
use crate::code::tree::{
    Entry, EntryKey, ExprId, ExprKind, Ident, Parent, SiteKind, StrLit, StrPiece, TemplatePart, TypeId,
};
use crate::text::TextRange;

impl Lowering<'_> {
    /// A string literal.
    pub(super) fn string(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        self.build.site(content(node).range, SiteKind::Text(expr));
        let pieces = node.children().filter_map(|piece| self.piece(piece)).collect();
        ExprKind::Str(StrLit { pieces })
    }

    fn piece(&self, node: TsNode<'_>) -> Option<StrPiece> {
        match node.kind() {
            Kind::StringFragment | Kind::HtmlCharacterReference => {
                Some(StrPiece { range: range(node), unescaped: None })
            }
            Kind::EscapeSequence => {
                Some(StrPiece { range: range(node), unescaped: Some(unescape(self.slice(node)).into()) })
            }
            _ => None,
        }
    }

    /// A template literal, alone or tagged.
    pub(super) fn template(
        &mut self,
        node: TsNode<'_>,
        expr: ExprId,
        tag: Option<ExprId>,
        type_args: Vec<TypeId>,
    ) -> ExprKind {
        let inside = TextRange { start: node.start() + 1, end: (node.end() - 1).max(node.start() + 1) };
        self.build.site(inside, SiteKind::Text(expr));
        let mut parts = vec![];
        for child in node.children() {
            match self.piece(child) {
                Some(piece) => parts.push(TemplatePart::Text(piece)),
                None if child.kind() == Kind::TemplateSubstitution => {
                    parts.push(TemplatePart::Expr(self.inner(child, Parent::Expr(expr))));
                }
                None => {}
            }
        }
        ExprKind::Template { tag, type_args, parts }
    }

    /// An object literal.
    pub(super) fn object(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        let mut entries = vec![];
        for child in through_errors(node) {
            let entry = match child.kind() {
                Kind::Pair => self.pair(child, expr),
                Kind::ShorthandPropertyIdentifier => {
                    let value = ExprKind::Name(ident(child));
                    let value = self.build.add_expr(range(child), Parent::Expr(expr), value);
                    Some(Entry { key: EntryKey::Shorthand(ident(child)), value })
                }
                Kind::SpreadElement => {
                    Some(Entry { key: EntryKey::Spread, value: self.inner(child, Parent::Expr(expr)) })
                }
                Kind::MethodDefinition => self.object_method(child, expr),
                _ => None,
            };
            if let Some(entry) = entry {
                self.key_site(entry.key, expr, entries.len());
                entries.push(entry);
            }
        }
        ExprKind::Object { entries }
    }

    fn pair(&mut self, node: TsNode<'_>, object: ExprId) -> Option<Entry> {
        let key = self.entry_key(node.child(Field::Key)?, Parent::Expr(object));
        let value = self.expr_at(node, Field::Value, Parent::Expr(object));
        Some(Entry { key, value })
    }

    fn object_method(&mut self, node: TsNode<'_>, object: ExprId) -> Option<Entry> {
        let key = self.entry_key(node.child(Field::Name)?, Parent::Expr(object));
        let value = self.build.open_expr(range(node), Parent::Expr(object));
        let function = self.function_expr(node, value);
        self.build.set_expr(value, ExprKind::Function(function));
        Some(Entry { key, value })
    }

    /// The site of an entry's key, where the key is a name.
    pub(super) fn key_site(&mut self, key: EntryKey, object: ExprId, position: usize) {
        let entry = u32::try_from(position).unwrap_or(u32::MAX);
        match key {
            EntryKey::Name(name) | EntryKey::Shorthand(name) => {
                self.build.site(name.range, SiteKind::Key { object, entry });
            }
            EntryKey::Computed(_) | EntryKey::Spread => {}
        }
    }

    /// The key of an entry of an object or an object pattern.
    pub(super) fn entry_key(&mut self, node: TsNode<'_>, parent: Parent) -> EntryKey {
        match self.plain_name(node) {
            Some(name) => EntryKey::Name(name),
            None if node.kind() == Kind::ComputedPropertyName => EntryKey::Computed(self.inner(node, parent)),
            None => EntryKey::Computed(self.expr(node, parent)),
        }
    }

    /// The name that a property's name is, unless it is computed or has escapes.
    pub(super) fn plain_name(&self, node: TsNode<'_>) -> Option<Ident> {
        match node.kind() {
            Kind::PropertyIdentifier
            | Kind::PrivatePropertyIdentifier
            | Kind::Number
            | Kind::Identifier
            | Kind::TypeIdentifier => Some(ident(node)),
            Kind::String if !node.has(Kind::EscapeSequence) => Some(content(node)),
            _ => None,
        }
    }
}

/// What an escape sequence stands for (ECMAScript 2026, 12.9.4). Half of a surrogate pair is the replacement character.
fn unescape(escape: &str) -> String {
    let rest = escape.strip_prefix('\\').unwrap_or(escape);
    let code = |digits: &str| {
        let code = u32::from_str_radix(digits, 16).ok();
        code.and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER).to_string()
    };
    let mut chars = rest.chars();
    match chars.next() {
        Some('n') => "\n".to_owned(),
        Some('r') if rest.len() == 1 => "\r".to_owned(),
        Some('t') => "\t".to_owned(),
        Some('b') => "\u{8}".to_owned(),
        Some('v') => "\u{b}".to_owned(),
        Some('f') => "\u{c}".to_owned(),
        Some('0') if rest.len() == 1 => "\0".to_owned(),
        Some('x') => code(chars.as_str()),
        Some('u') => code(chars.as_str().trim_matches(['{', '}'])),
        // A line break after a backslash stands for nothing.
        Some('\n' | '\r' | '\u{2028}' | '\u{2029}') => String::new(),
        Some(_) | None => rest.to_owned(),
    }
}

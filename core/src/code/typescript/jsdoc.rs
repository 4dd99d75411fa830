//! Types in JSDoc comments of JavaScript files: `@type {X}`, `@param {X} name`, `@returns {X}`, `@typedef {X} Name`.

use std::ops::Range;

use seawall_grammars::typescript::TsNode;

use super::Lowering;
use crate::code::tree::{BindingKind, Ident, SiteKind, TypeAlias, TypeId, TypeKind};
use crate::text::TextRange;

/// The types that a comment gives, as byte ranges of the file.
#[derive(Default)]
pub(super) struct Doc {
    /// `@type {X}`.
    pub(super) ty: Option<Range<usize>>,
    /// `@param {X} name`: the name and the type.
    pub(super) params: Vec<(Range<usize>, Range<usize>)>,
    /// `@returns {X}`.
    pub(super) returns: Option<Range<usize>>,
}

/// How many characters may stand between a comment and what it documents.
const LONGEST_HEAD: usize = 200;

impl Lowering<'_> {
    /// The comment that documents a declaration; nothing in TypeScript, where types are written out.
    pub(super) fn jsdoc(&self, node: TsNode<'_>) -> Doc {
        let comment = self.has_jsdoc.then(|| self.comment_before(node.start() as usize)).flatten();
        comment.map_or_else(Doc::default, |comment| self.read_doc(comment))
    }

    /// The `/** */` that stands before a declaration; only keywords and what it is assigned to may stand between.
    fn comment_before(&self, start: usize) -> Option<Range<usize>> {
        let before = self.text.get(..start)?;
        // Every declaration looks back, so that it must not look far: a bundle is one line of thousands of them.
        let is_head = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_$.=:".contains(c);
        let head: usize =
            before.chars().rev().take(LONGEST_HEAD).take_while(|c| is_head(*c)).map(char::len_utf8).sum();
        let comment = before.get(..start - head)?.strip_suffix("*/")?;
        let open = comment.rfind("/*")?;
        comment.get(open..)?.starts_with("/**").then_some(open..comment.len())
    }

    fn read_doc(&self, comment: Range<usize>) -> Doc {
        let mut doc = Doc::default();
        let Some(text) = self.text.get(comment.clone()) else { return doc };
        for (at, _) in text.match_indices('@') {
            let rest = text.get(at + 1..).unwrap_or("");
            let tag = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or("");
            let after = comment.start + at + 1 + tag.len();
            let Some(ty) = self.braced(after, comment.end) else { continue };
            match tag {
                "type" => doc.ty = Some(ty),
                "return" | "returns" => doc.returns = Some(ty),
                "param" | "arg" | "argument" => {
                    if let Some(name) = self.doc_name(ty.end + 1, comment.end) {
                        doc.params.push((name, ty));
                    }
                }
                _ => {}
            }
        }
        doc
    }

    /// What stands in the braces that begin at `start`, after white space.
    fn braced(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let text = self.text.get(start..end)?;
        let open = text.len() - text.trim_start().len();
        let mut depth = 0_usize;
        for (at, byte) in text.bytes().enumerate().skip(open) {
            match byte {
                b'{' => depth += 1,
                b'}' if depth == 1 => return Some(start + open + 1..start + at),
                b'}' => depth -= 1,
                _ if depth == 0 => return None,
                _ => {}
            }
        }
        None
    }

    /// The name of a parameter: `name`, `[name]`, `[name=1]`.
    fn doc_name(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let text = self.text.get(start..end)?;
        let from = text.len() - text.trim_start_matches([' ', '\t', '[']).len();
        let rest = text.get(from..)?;
        let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(rest.len());
        (len > 0).then(|| start + from..start + from + len)
    }

    /// `@typedef {X} Name`: aliases that the file may use anywhere.
    pub(super) fn typedefs(&mut self) {
        if !self.has_jsdoc {
            return;
        }
        let text = self.text;
        for (at, tag) in text.match_indices("@typedef") {
            let comment_end = text.get(at..).and_then(|rest| rest.find("*/")).map_or(at, |end| at + end);
            let Some(ty) = self.braced(at + tag.len(), comment_end) else { continue };
            let Some(name) = self.doc_name(ty.end + 1, comment_end) else { continue };
            let Some(ty) = self.jsdoc_type(ty) else { continue };
            let as_byte = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
            let name = Ident { range: TextRange { start: as_byte(name.start), end: as_byte(name.end) } };
            let scope = self.build.scope();
            let alias = TypeAlias { name, type_params: vec![], ty, scope };
            let id = self.build.add_alias(alias);
            self.build.bind(scope, name, BindingKind::Alias(id));
            self.build.site(name.range, SiteKind::Alias(id));
        }
    }

    /// The type in a comment, unless it is written in a syntax that only JSDoc has.
    pub(super) fn jsdoc_type(&mut self, ty: Range<usize>) -> Option<TypeId> {
        // The grammar takes `import("x").User[]` for an expression and `[]` for the next statement.
        let text = self.text.get(ty.clone())?.trim_end();
        if let Some(item) = text.strip_suffix("[]")
            && item.trim_start().starts_with("import(")
        {
            let byte = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
            let list =
                self.build.open_type(TextRange { start: byte(ty.start), end: byte(ty.start + text.len()) });
            let kind =
                self.jsdoc_type(ty.start..ty.start + item.len()).map_or(TypeKind::Other, TypeKind::Array);
            self.build.set_type(list, kind);
            return Some(list);
        }
        match self.types_of_text(ty).as_slice() {
            [ty] => Some(*ty),
            _ => None,
        }
    }
}

//! A syntax tree as one flat list: named nodes and the tokens that matter, without pointers into tree-sitter.
//!
//! Lowering asks for the children of a node many times over; tree-sitter's nodes answer that through a C call each,
//! these through a slice. The walk that makes the list does not recurse, so the depth of the input does not matter.

use tree_sitter::{Language, Parser, Point, Range, Tree, TreeCursor};

/// The kinds of nodes of a grammar, or its fields: an enum made by [`crate::names!`].
pub trait Names: Copy + Eq + 'static {
    /// What stands for every name that the enum does not list.
    const UNLISTED: Self;

    /// The table from the grammar's number of a node kind to the enum.
    fn kinds(language: &Language) -> Vec<Self>;

    /// The table from the grammar's number of a field to the enum.
    fn fields(language: &Language) -> Vec<Self>;
}

/// An enum of node kinds or field names: `Variant = "name"`. A token is written with a quote before it: `"'async"`,
/// because grammars have named nodes that are called like a token in them (`lambda`, `type`).
#[macro_export]
macro_rules! names {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $(#[doc = concat!("`", $text, "`")] $variant,)*
            /// Any other.
            Unlisted,
        }

        impl $name {
            fn of(name: &str) -> Self {
                match name {
                    $($text => Self::$variant,)*
                    _ => Self::Unlisted,
                }
            }

            /// All listed names.
            pub const ALL: &'static [(&'static str, Self)] = &[$(($text, Self::$variant),)*];
        }

        impl $crate::Names for $name {
            const UNLISTED: Self = Self::Unlisted;

            fn kinds(language: &tree_sitter::Language) -> Vec<Self> {
                let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
                let of = |id| match language.node_kind_for_id(id) {
                    Some(name) if language.node_kind_is_named(id) => Self::of(name),
                    Some(token) => Self::of(&format!("'{token}")),
                    None => Self::Unlisted,
                };
                (0..count).map(of).collect()
            }

            fn fields(language: &tree_sitter::Language) -> Vec<Self> {
                let count = u16::try_from(language.field_count()).unwrap_or(u16::MAX);
                (0..=count).map(|id| language.field_name_for_id(id).map_or(Self::Unlisted, Self::of)).collect()
            }
        }
    };
}

/// A grammar with its tables.
#[derive(Debug)]
pub struct Grammar<K, F> {
    language: Language,
    kinds: Vec<K>,
    named: Vec<bool>,
    fields: Vec<F>,
}

/// A parsed text.
#[derive(Debug)]
pub struct Syntax<K, F> {
    nodes: Vec<Record<K, F>>,
    errors: Vec<(u32, u32)>,
}

#[derive(Debug, Clone, Copy)]
struct Record<K, F> {
    start: u32,
    end: u32,
    /// One past the last descendant: where the next sibling stands, if there is one.
    after: u32,
    kind: K,
    field: Option<F>,
    is_token: bool,
    is_error: bool,
}

/// A node of a [`Syntax`].
#[derive(Debug)]
pub struct Node<'t, K, F> {
    nodes: &'t [Record<K, F>],
    record: &'t Record<K, F>,
    index: u32,
}

impl<K, F> Clone for Node<'_, K, F> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<K, F> Copy for Node<'_, K, F> {}

impl<K: Names, F: Names> Grammar<K, F> {
    /// Reads the tables of a grammar.
    pub fn new(language: Language) -> Self {
        let count = u16::try_from(language.node_kind_count()).unwrap_or(u16::MAX);
        let named = (0..count).map(|id| language.node_kind_is_named(id)).collect();
        Self { kinds: K::kinds(&language), named, fields: F::fields(&language), language }
    }

    /// A parser of this grammar; one can parse any number of texts.
    pub fn parser(&self) -> Parser {
        let mut parser = Parser::new();
        // The grammars are compiled in with the library that reads them, so their versions fit; a parser without a
        // language parses nothing, which `parse` reports as an error over the whole text.
        let _ = parser.set_language(&self.language);
        parser
    }

    /// Parses `text`.
    pub fn parse(&self, parser: &mut Parser, text: &str) -> Syntax<K, F> {
        let _ = parser.set_included_ranges(&[]);
        self.flatten(parser.parse(text, None).as_ref(), text.len())
    }

    /// Parses the bytes `start..end` of `text` alone; offsets are those of the whole text.
    pub fn parse_part(&self, parser: &mut Parser, text: &str, start: usize, end: usize) -> Syntax<K, F> {
        let part = Range {
            start_byte: start,
            end_byte: end,
            start_point: Point::new(0, start),
            end_point: Point::new(0, end),
        };
        let _ = parser.set_included_ranges(&[part]);
        self.flatten(parser.parse(text, None).as_ref(), text.len())
    }

    /// The node at the cursor, unless nothing is to be learned from it. Every question is a call into tree-sitter, so
    /// the cheap ones come first: most nodes are tokens like `(`.
    fn record(&self, cursor: &TreeCursor<'_>) -> Option<Record<K, F>> {
        let node = cursor.node();
        let id = node.kind_id();
        let kind = self.kinds.get(usize::from(id)).copied();
        let is_named = self.named.get(usize::from(id)).copied().unwrap_or(true);
        // The number of an error is beyond the grammar's own.
        let mut is_error = kind.is_none();
        let kind = kind.unwrap_or(K::UNLISTED);
        // Comments and line continuations are extras: no code is in them.
        if kind == K::UNLISTED && !is_error && (!is_named || node.is_extra()) && !node.is_missing() {
            return None;
        }
        let (start, end) = (offset(node.start_byte()), offset(node.end_byte()));
        is_error |= start == end && node.is_missing();
        let field = cursor.field_id().and_then(|id| self.fields.get(usize::from(id.get()))).copied();
        Some(Record { start, end, after: 0, kind, field, is_token: !is_named, is_error })
    }

    fn flatten(&self, tree: Option<&Tree>, len: usize) -> Syntax<K, F> {
        let Some(tree) = tree else {
            return Syntax { nodes: vec![], errors: vec![(0, offset(len))] };
        };
        let mut flat = Syntax { nodes: Vec::with_capacity(len / 6), errors: vec![] };
        let mut cursor = tree.walk();
        let mut open: Vec<usize> = vec![];
        loop {
            let index = flat.nodes.len();
            let record = self.record(&cursor);
            let keep = record.is_some();
            if let Some(record) = record {
                if record.is_error {
                    flat.errors.push((record.start, record.end));
                }
                flat.nodes.push(record);
            }
            if keep && cursor.goto_first_child() {
                open.push(index);
                continue;
            }
            flat.close(index);
            while !cursor.goto_next_sibling() {
                let Some(parent) = open.pop().filter(|_| cursor.goto_parent()) else {
                    return flat;
                };
                flat.close(parent);
            }
        }
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl<K: Names, F: Names> Syntax<K, F> {
    fn close(&mut self, index: usize) {
        let after = offset(self.nodes.len());
        if let Some(record) = self.nodes.get_mut(index) {
            record.after = after;
        }
    }

    /// The first node, which holds all others; `None` where nothing was parsed.
    pub fn root(&self) -> Option<Node<'_, K, F>> {
        Some(Node { nodes: &self.nodes, record: self.nodes.first()?, index: 0 })
    }

    /// The same tree with `by` added to each offset; the nodes that come before the text get offset 0.
    pub fn shifted(mut self, by: i64) -> Self {
        let shift = |at: u32| u32::try_from((i64::from(at) + by).max(0)).unwrap_or(u32::MAX);
        for record in &mut self.nodes {
            (record.start, record.end) = (shift(record.start), shift(record.end));
        }
        for error in &mut self.errors {
            *error = (shift(error.0), shift(error.1));
        }
        self
    }

    /// Whether a node of this kind begins at byte `start`.
    pub fn begins(&self, kind: K, start: u32) -> bool {
        let first = self.nodes.partition_point(|record| record.start < start);
        let nodes = self.nodes.get(first..).unwrap_or_default();
        nodes.iter().take_while(|record| record.start == start).any(|record| record.kind == kind)
    }

    /// The byte ranges that the grammar could not parse, and places where something is missing.
    pub fn errors(&self) -> &[(u32, u32)] {
        &self.errors
    }
}

impl<'t, K: Names, F: Names> Node<'t, K, F> {
    /// What it is.
    pub fn kind(self) -> K {
        self.record.kind
    }

    /// What it is to its parent.
    pub fn field(self) -> Option<F> {
        self.record.field
    }

    /// Its first byte.
    pub fn start(self) -> u32 {
        self.record.start
    }

    /// One past its last byte.
    pub fn end(self) -> u32 {
        self.record.end
    }

    /// Whether it stands for text that could not be parsed, or for something missing.
    pub fn is_error(self) -> bool {
        self.record.is_error
    }

    /// Its children that are no tokens, in order.
    pub fn named(self) -> impl Iterator<Item = Node<'t, K, F>> + use<'t, K, F> {
        self.children().filter(|child| !child.record.is_token)
    }

    /// Its children: named nodes and listed tokens, in order.
    pub fn children(self) -> impl Iterator<Item = Node<'t, K, F>> + use<'t, K, F> {
        let mut next = self.index + 1;
        let (nodes, end) = (self.nodes, self.record.after);
        std::iter::from_fn(move || {
            if next >= end {
                return None;
            }
            let index = next;
            let record = nodes.get(index as usize)?;
            next = record.after.max(index + 1);
            Some(Node { nodes, record, index })
        })
    }

    /// The first child in this field.
    pub fn child(self, field: F) -> Option<Node<'t, K, F>> {
        self.children().find(|child| child.field() == Some(field))
    }

    /// All children in this field.
    pub fn children_in(self, field: F) -> impl Iterator<Item = Node<'t, K, F>> + use<'t, K, F> {
        self.children().filter(move |child| child.field() == Some(field))
    }

    /// The first child of this kind.
    pub fn child_of_kind(self, kind: K) -> Option<Node<'t, K, F>> {
        self.children().find(|child| child.kind() == kind)
    }

    /// Whether it has a child of this kind.
    pub fn has(self, kind: K) -> bool {
        self.child_of_kind(kind).is_some()
    }
}

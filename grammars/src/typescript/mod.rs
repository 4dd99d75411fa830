//! TypeScript, TSX and JavaScript: parsing, with the published grammar's errors mended.

mod kind;
mod mend;

use std::ops::Range;
use std::sync::OnceLock;

use tree_sitter::Language;

use crate::{Grammar, Node, Syntax};

pub use kind::{Field, Kind};

/// A node of a TypeScript tree.
pub type TsNode<'t> = Node<'t, Kind, Field>;

/// A parsed TypeScript file.
pub type TsSyntax = Syntax<Kind, Field>;

/// Which of the two grammars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// TypeScript, without JSX.
    TypeScript,
    /// TypeScript with JSX, which reads JavaScript too.
    Tsx,
}

impl Dialect {
    fn language(self) -> Language {
        match self {
            Self::TypeScript => tree_sitter_typescript::LANGUAGE_TYPESCRIPT.into(),
            Self::Tsx => tree_sitter_typescript::LANGUAGE_TSX.into(),
        }
    }

    fn grammar(self) -> &'static Grammar<Kind, Field> {
        static TYPESCRIPT: OnceLock<Grammar<Kind, Field>> = OnceLock::new();
        static TSX: OnceLock<Grammar<Kind, Field>> = OnceLock::new();
        let slot = match self {
            Self::TypeScript => &TYPESCRIPT,
            Self::Tsx => &TSX,
        };
        slot.get_or_init(|| Grammar::new(self.language()))
    }
}

/// A parsed file. All offsets are those of the text as it was given.
#[derive(Debug)]
pub struct Parsed {
    /// The tree.
    pub syntax: TsSyntax,
    /// Type arguments of tagged templates: the byte where the template begins, and the bytes between `<` and `>`. The
    /// tree does not have them; [`parse_types`] reads them.
    pub template_types: Vec<(usize, Range<usize>)>,
}

/// Parses `text`.
pub fn parse(text: &str, dialect: Dialect) -> Parsed {
    let grammar = dialect.grammar();
    let mut parser = grammar.parser();
    let syntax = grammar.parse(&mut parser, text);
    mend::mend(grammar, &mut parser, text, syntax)
}

/// What stands before the types in the tree that [`parse_types`] gives.
const TYPES_PREFIX: &str = "type _=[";

/// Parses the types in `range` of `text`, with commas between them: a file with a type alias of a tuple type, whose
/// elements are the types. Offsets are those of `text`. `None` where it is no list of types.
pub fn parse_types(text: &str, range: Range<usize>, dialect: Dialect) -> Option<TsSyntax> {
    let grammar = dialect.grammar();
    let types = text.get(range.clone())?;
    let syntax = grammar.parse(&mut grammar.parser(), &format!("{TYPES_PREFIX}{types}];"));
    let shift = i64::try_from(range.start).ok()? - i64::try_from(TYPES_PREFIX.len()).ok()?;
    syntax.errors().is_empty().then(|| syntax.shifted(shift))
}

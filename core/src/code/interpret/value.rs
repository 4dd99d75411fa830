//! What an expression is worth: concrete as far as the text says, symbolic where a library is called, unknown else.
//!
//! Whatever can hold other values lives in the [`Heap`] and is named by an id. So values are small, nothing is dropped
//! recursively however deep a program nests its lists, and cycles (a module's frame and its functions) cost nothing.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::code::tree::{ClassId, FunctionId, ImportId, Module};
use crate::text::{FileId, Span};

macro_rules! heap {
    ($($(#[$doc:meta])* $name:ident => $item:ty, $field:ident, $get:ident, $get_mut:ident, $push:ident;)*) => {
        $($(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub struct $name(u32);)*

        /// The objects of a run. They are freed together, at its end.
        #[derive(Debug, Default)]
        pub struct Heap {
            $($field: Vec<$item>,)*
            /// What the items of a collection are called, where they have names.
            item_names: FxHashMap<ItemsId, Vec<Rc<str>>>,
        }

        impl Heap {
            $(/// The object of this id.
            #[expect(clippy::indexing_slicing, reason = "ids are made by pushing to the heap, which never shrinks")]
            pub fn $get(&self, id: $name) -> &$item {
                &self.$field[id.0 as usize]
            }

            /// The object of this id, to change.
            #[allow(dead_code, reason = "closures and external names are never changed; the others are")]
            #[expect(clippy::indexing_slicing, reason = "ids are made by pushing to the heap, which never shrinks")]
            pub fn $get_mut(&mut self, id: $name) -> &mut $item {
                &mut self.$field[id.0 as usize]
            }

            /// Keeps an object.
            pub fn $push(&mut self, item: $item) -> $name {
                let id = u32::try_from(self.$field.len()).unwrap_or(u32::MAX);
                self.$field.push(item);
                $name(id)
            })*
        }
    };
}

heap! {
    /// A list, tuple or set.
    ItemsId => Vec<Value>, items, items, items_mut, push_items;
    /// A dict or object; entries in order of insertion.
    DictId => Vec<(Value, Value)>, dicts, dict, dict_mut, push_dict;
    /// A function of the project with the names around it.
    ClosureId => Closure, closures, closure, closure_mut, push_closure;
    /// A class of the project.
    ClassValueId => ClassValue, classes, class, class_mut, push_class;
    /// An instance of a class of the project.
    InstanceId => Instance, instances, instance, instance_mut, push_instance;
    /// Something outside the project, or what came of calling it.
    ExternalId => External, externals, external, external_mut, push_external;
    /// The names of a module, a function call, a class body or a comprehension.
    FrameId => Frame, frames, frame, frame_mut, push_frame;
}

/// A value.
#[derive(Debug, Clone)]
pub enum Value {
    /// `None`, `null`, `undefined`.
    None,
    /// `True`, `False`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Another number.
    Float(f64),
    /// A string.
    Str(Text),
    /// A list or array.
    List(ItemsId),
    /// A tuple.
    Tuple(ItemsId),
    /// A set, in order of insertion.
    Set(ItemsId),
    /// A dict or object.
    Dict(DictId),
    /// A function of the project.
    Function(ClosureId),
    /// A function of the project with its first argument.
    Bound(Rc<Value>, ClosureId),
    /// A method of a string, list, dict or set, not called yet.
    Method(Rc<Value>, Rc<str>),
    /// A class of the project.
    Class(ClassValueId),
    /// An instance of a class of the project.
    Instance(InstanceId),
    /// A file of the project as a module.
    Module(FileId),
    /// A folder of the project as a package without `__init__.py`.
    Package(Rc<str>),
    /// A name of an import that nobody has asked for yet.
    Import {
        /// The file of the import.
        file: FileId,
        /// The import.
        import: ImportId,
        /// Position in its names.
        name: u32,
    },
    /// A function of the language itself: `len`, `sorted`.
    Builtin(Rc<str>),
    /// Something outside the project.
    External(ExternalId),
    /// Not known, and why.
    Unknown(Rc<str>),
}

impl Value {
    /// A value that is not known.
    pub fn unknown(reason: &str) -> Self {
        Self::Unknown(Rc::from(reason))
    }

    /// A string that stands nowhere in the text.
    pub fn text(value: &str) -> Self {
        Self::Str(Text::plain(value))
    }
}

/// A string, and where its parts stand in the project.
#[derive(Debug, Clone)]
pub struct Text {
    /// The string; [`Text::HOLE`] stands for each part that is not known.
    pub value: Rc<str>,
    /// Where its parts stand, in order; parts that were computed have no piece.
    pub pieces: Rc<[TextPiece]>,
}

/// A part of a string that stands in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TextPiece {
    /// First byte in the string.
    pub at: usize,
    /// Length in the string, in bytes.
    pub len: usize,
    /// The place. Where its length is that of the part, the bytes are the same; else it is an escape.
    pub span: Span,
}

impl Text {
    /// What stands for a part that is not known (OBJECT REPLACEMENT CHARACTER).
    pub const HOLE: char = '\u{FFFC}';

    /// A string that stands nowhere in the text.
    pub fn plain(value: &str) -> Self {
        Self { value: Rc::from(value), pieces: Rc::from([]) }
    }

    /// Whether a part of it is not known.
    pub fn has_holes(&self) -> bool {
        self.value.contains(Self::HOLE)
    }

    /// The place of its first part, extended to its last in the same file.
    pub fn span(&self) -> Option<Span> {
        let first = self.pieces.first()?.span;
        Some(self.pieces.iter().fold(first, |whole, piece| whole.cover(piece.span)))
    }

    /// The part `start..end` (bytes, on character boundaries), with its places.
    pub fn slice(&self, start: usize, end: usize) -> Self {
        let value = self.value.get(start..end).unwrap_or("");
        let mut builder = TextBuilder::default();
        builder.value.push_str(value);
        for piece in self.pieces.iter() {
            let from = piece.at.max(start);
            let to = (piece.at + piece.len).min(end);
            if from < to {
                let verbatim = piece.span.range.len() == piece.len;
                let base = piece.span.range.start as usize;
                let span = if verbatim {
                    Span::new(piece.span.file, base + from - piece.at, base + to - piece.at)
                } else {
                    piece.span
                };
                builder.pieces.push(TextPiece { at: from - start, len: to - from, span });
            }
        }
        builder.build()
    }
}

/// A string is kept in so many pieces at most; what comes after has no place.
const MOST_PIECES: usize = 4096;

/// Puts a [`Text`] together.
#[derive(Debug, Default)]
pub struct TextBuilder {
    value: String,
    pieces: Vec<TextPiece>,
}

impl TextBuilder {
    /// Adds text that stands nowhere.
    pub fn push_str(&mut self, value: &str) {
        self.value.push_str(value);
    }

    /// Adds text that stands at `span`.
    pub fn push_at(&mut self, value: &str, span: Span) {
        if self.pieces.len() < MOST_PIECES && !value.is_empty() {
            self.pieces.push(TextPiece { at: self.value.len(), len: value.len(), span });
        }
        self.value.push_str(value);
    }

    /// Adds another string with its places.
    pub fn push_text(&mut self, text: &Text) {
        let at = self.value.len();
        let room = MOST_PIECES.saturating_sub(self.pieces.len());
        let moved = text.pieces.iter().take(room).map(|piece| TextPiece { at: piece.at + at, ..*piece });
        self.pieces.extend(moved);
        self.value.push_str(&text.value);
    }

    /// Length so far, in bytes.
    pub fn len(&self) -> usize {
        self.value.len()
    }

    /// The string.
    pub fn build(self) -> Text {
        Text { value: Rc::from(self.value), pieces: Rc::from(self.pieces) }
    }
}

/// A function of the project with the names around it.
#[derive(Debug, Clone)]
pub struct Closure {
    /// The module it stands in.
    pub module: Arc<Module>,
    /// The function.
    pub function: FunctionId,
    /// The names around it.
    pub frame: FrameId,
}

/// A class of the project. Its body is run when somebody asks for a member.
#[derive(Debug, Clone)]
pub struct ClassValue {
    /// The module it stands in.
    pub module: Arc<Module>,
    /// The class.
    pub class: ClassId,
    /// The names around it.
    pub frame: FrameId,
    /// Its bases and its body's names, once they were asked for.
    pub body: Option<ClassBody>,
}

/// What running a class statement makes.
#[derive(Debug, Clone)]
pub struct ClassBody {
    /// The bases.
    pub bases: Rc<[Value]>,
    /// The names of its body.
    pub frame: FrameId,
}

/// An instance of a class of the project.
#[derive(Debug, Clone)]
pub struct Instance {
    /// Its class.
    pub class: ClassValueId,
    /// Its own attributes.
    pub attributes: FxHashMap<Rc<str>, Value>,
    /// What it was made with.
    pub arguments: Rc<Arguments>,
}

/// Something outside the project.
#[derive(Debug, Clone)]
pub enum External {
    /// A name of a library: `sqlalchemy.Column`.
    Symbol(Rc<str>),
    /// A member of something that is no plain name: `op.get_bind().dialect`.
    Member {
        /// Of what.
        object: ExternalId,
        /// Its name.
        name: Rc<str>,
    },
    /// What a call gave.
    Call {
        /// What was called.
        callee: ExternalId,
        /// With what.
        arguments: Rc<Arguments>,
        /// The call.
        span: Span,
    },
}

/// The arguments of a call.
#[derive(Debug, Clone, Default)]
pub struct Arguments {
    /// By position.
    pub positional: Vec<Value>,
    /// By keyword.
    pub keywords: Vec<(Rc<str>, Value)>,
    /// Whether something was spread that is not known: there may be more arguments.
    pub incomplete: bool,
}

impl Arguments {
    /// Arguments by position alone.
    pub fn of(positional: Vec<Value>) -> Self {
        Self { positional, keywords: Vec::new(), incomplete: false }
    }

    /// The argument of this keyword.
    pub fn keyword(&self, name: &str) -> Option<&Value> {
        self.keywords.iter().find(|(keyword, _)| &**keyword == name).map(|(_, value)| value)
    }

    /// The argument at this position, or of this keyword.
    pub fn get(&self, index: usize, name: &str) -> Option<&Value> {
        self.positional.get(index).or_else(|| self.keyword(name))
    }
}

/// Names and what they are bound to.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// The names.
    pub names: FxHashMap<Rc<str>, Value>,
    /// Where names are looked up that are not here.
    pub parent: Option<FrameId>,
    /// Imports of all names of a module.
    pub stars: Vec<(FileId, ImportId)>,
    /// The module whose own names these are; some of them are bound only when they are asked for.
    pub module: Option<FileId>,
}

impl Heap {
    /// Keeps a collection whose items have names.
    pub fn push_named_items(&mut self, items: Vec<Value>, names: Vec<Rc<str>>) -> ItemsId {
        let id = self.push_items(items);
        self.item_names.insert(id, names);
        id
    }

    /// What the items of a collection are called, in order, where they have names.
    pub fn item_names(&self, id: ItemsId) -> Option<&[Rc<str>]> {
        self.item_names.get(&id).map(Vec::as_slice)
    }

    /// The decorators of a function, as written.
    pub fn decorators(&self, closure: ClosureId) -> Vec<String> {
        let closure = self.closure(closure);
        let decorators = closure.module.function(closure.function).decorators.iter();
        decorators.map(|expr| closure.module.slice(closure.module.expr(*expr).range).to_owned()).collect()
    }
}

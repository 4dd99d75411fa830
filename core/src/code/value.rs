//! What an expression can be: the abstract values of the evaluator.
//!
//! A value says as much as is needed to answer "is this a row of that table, a model, a query, an argument of one?".
//! `Unknown` means that nothing could be inferred; [`Value::Other`] means that it is known to be something that has no
//! columns. The two must not be mixed up: the first can hide a usage, the second cannot.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::code::tree::{AliasId, ClassId, ExprId, FunctionId, TypeId};
use crate::schema::EntityId;
use crate::text::{FileId, Span};

/// An abstract value.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Value {
    /// Nothing could be inferred.
    Unknown,
    /// Something without columns: a number, a library's object.
    Other,
    /// `None`, `null`, `undefined`.
    Null,
    /// A string whose text is known.
    Str(Rc<str>),
    /// One of several, each different, none a union.
    Union(Rc<[Value]>),
    /// Many of one kind: list, array, set, iterator, generator, query result.
    List(Rc<Value>),
    /// A fixed number of values, each of its own kind.
    Tuple(Rc<[Value]>),
    /// A dict, record or map, by what its values are. Keys are plain.
    Map(Rc<Value>),
    /// What `await` turns into the value inside.
    Promise(Rc<Value>),
    /// An object literal, read when asked.
    Object(Place<ExprId>),
    /// A value of an object type, read when asked.
    TypeObject(Place<TypeId>),
    /// Several shapes in one: spreads, intersections, `extends`. A later part wins.
    Merged(Rc<[Value]>),
    /// A class itself.
    Class(ClassRef),
    /// A type alias itself.
    Alias(Place<AliasId>),
    /// An instance of a class, or a value of an interface, with its type arguments.
    Instance(ClassRef, Rc<[Value]>),
    /// A function, with what it is bound to.
    Function(FunctionRef),
    /// A function known by its type only.
    Callable {
        /// Types of the parameters.
        params: Rc<[Value]>,
        /// What it returns.
        returns: Rc<Value>,
    },
    /// A method of a value that is no instance of a class of the project.
    Method(Rc<Value>, Rc<str>),
    /// A module of the project.
    Module(FileId),
    /// A Python package folder without `__init__.py`.
    Package(Rc<str>),
    /// A name of a library: `sqlalchemy.select`, `@prisma/client.PrismaClient`.
    External(Rc<str>),
    /// An instance of a library's class, with type arguments.
    ExternalInstance(Rc<str>, Rc<[Value]>),
    /// A mapped entity itself: a Prisma model as a name, a SQLAlchemy class.
    Entity(EntityId),
    /// A row of an entity.
    Row(Row),
    /// A column of an entity as an object of the query language (`User.email`).
    Field(EntityId, Rc<str>),
    /// The name of a field of an entity, as a string type (`keyof User`).
    FieldName(EntityId),
    /// Something that a library file knows: a session, a query, an argument's shape.
    Library(LibraryValue),
}

/// A node of a file, as seen from a call frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Place<T> {
    /// The file.
    pub file: FileId,
    /// The node.
    pub id: T,
    /// The frame that its names are read in.
    pub frame: FrameId,
}

/// A class of the project.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ClassRef {
    /// The file.
    pub file: FileId,
    /// The class.
    pub id: ClassId,
}

/// A function of the project.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct FunctionRef {
    /// The file.
    pub file: FileId,
    /// The function.
    pub id: FunctionId,
    /// What it is a method of.
    pub receiver: Option<Rc<Value>>,
    /// The frame that it closes over.
    pub frame: FrameId,
}

/// What is known of the parameters and type parameters around an expression: an entry in the evaluator's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct FrameId(pub u32);

/// A row of an entity, and which of its fields it carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// The entity.
    pub entity: EntityId,
    /// The fields that it carries.
    pub projection: Projection,
}

/// Which fields a row carries.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Projection {
    /// All columns; relations too, by the mapping.
    All,
    /// Only or without some.
    Some(Rc<Fields>),
    /// All of them, loaded with options of a library's that say when each was read.
    Loaded(Rc<[Value]>),
}

/// The fields of a projected row.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Fields {
    /// Whether the entity's columns are there, except those in `without`.
    pub columns: bool,
    /// Columns that were left out.
    pub without: Vec<Rc<str>>,
    /// Columns that were picked.
    pub only: Vec<Rc<str>>,
    /// Relations (and computed fields) that are there, with what they hold.
    pub nested: BTreeMap<Rc<str>, Value>,
    /// Whether each of them may be left out (`Partial<User>`).
    pub optional: bool,
    /// Whether a type picked them by name (`Pick<User, "email">`).
    pub picked: bool,
}

/// A value that a library file knows. `kind` belongs to the library; `args` and `text` are what it keeps.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct LibraryValue {
    /// What it is: `prisma.client`, `sqlalchemy.select`.
    pub kind: &'static str,
    /// What it is made of.
    pub args: Rc<[Value]>,
    /// A name that it keeps, where it needs one.
    pub text: Rc<str>,
}

/// A value, how sure it is, and the chain that proves it.
#[derive(Debug, Clone)]
pub struct Known {
    /// The value.
    pub value: Value,
    /// Whether one link is a convention only.
    pub likely: bool,
    /// The chain, nearest link first.
    pub trail: Trail,
}

/// A chain of links.
pub type Trail = Option<Rc<Link>>;

/// One link of a chain.
#[derive(Debug)]
pub struct Link {
    /// What it says.
    pub message: String,
    /// Where.
    pub span: Span,
    /// The links behind it.
    pub next: Trail,
}

impl Known {
    /// A value without a proof to tell.
    pub fn plain(value: Value) -> Self {
        Self { value, likely: false, trail: None }
    }

    /// Nothing known.
    pub fn unknown() -> Self {
        Self::plain(Value::Unknown)
    }

    /// The same proof for another value.
    pub fn with(&self, value: Value) -> Self {
        Self { value, likely: self.likely, trail: self.trail.clone() }
    }

    /// The same value with one more link in front. Values that no usage can come from carry no proof.
    pub fn link(mut self, span: Span, message: impl FnOnce() -> String) -> Self {
        if self.value.matters() {
            self.trail = Some(Rc::new(Link { message: message(), span, next: self.trail.take() }));
        }
        self
    }

    /// The same value, by convention only.
    pub fn likely(mut self) -> Self {
        self.likely = true;
        self
    }
}

impl LibraryValue {
    /// A library value of this kind over these values.
    pub fn of(kind: &'static str, args: impl Into<Rc<[Value]>>) -> Value {
        Value::Library(Self { kind, args: args.into(), text: Rc::from("") })
    }

    /// A library value of this kind with a name.
    pub fn named(kind: &'static str, args: impl Into<Rc<[Value]>>, text: impl Into<Rc<str>>) -> Value {
        Value::Library(Self { kind, args: args.into(), text: text.into() })
    }

    /// The first value that it is made of.
    pub fn first(&self) -> Value {
        self.args.first().cloned().unwrap_or(Value::Unknown)
    }
}

impl Row {
    /// A row with all fields.
    pub fn whole(entity: EntityId) -> Value {
        Value::Row(Self { entity, projection: Projection::All })
    }

    /// Whether each of its fields may be left out.
    pub fn is_optional(&self) -> bool {
        matches!(&self.projection, Projection::Some(fields) if fields.optional)
    }

    /// Whether a type picked the column by its name.
    pub fn picks(&self, field: &str) -> bool {
        matches!(&self.projection, Projection::Some(fields) if fields.picked && fields.only.iter().any(|name| **name == *field))
    }

    /// Whether a relation or a computed field was loaded with the row.
    pub fn holds(&self, field: &str) -> bool {
        matches!(&self.projection, Projection::Some(fields) if fields.nested.contains_key(field))
    }

    /// Whether the row carries the column.
    pub fn carries(&self, field: &str) -> bool {
        match &self.projection {
            Projection::All | Projection::Loaded(_) => true,
            Projection::Some(fields) => {
                fields.nested.contains_key(field)
                    || fields.only.iter().any(|name| &**name == field)
                    || (fields.columns && !fields.without.iter().any(|name| &**name == field))
            }
        }
    }
}

impl Value {
    /// A list of `item`.
    pub fn list(item: Value) -> Value {
        Value::List(Rc::new(item))
    }

    /// A promise of `value`; a promise of a promise is one promise.
    pub fn promise(value: Value) -> Value {
        match value {
            Value::Promise(_) => value,
            value => Value::Promise(Rc::new(value)),
        }
    }

    /// A name of a library.
    pub fn external(name: impl Into<Rc<str>>) -> Value {
        Value::External(name.into())
    }

    /// One of `values`: flat, without repetition. Of nothing it is `Unknown`.
    pub fn union(values: impl IntoIterator<Item = Value>) -> Value {
        let mut flat: Vec<Value> = Vec::new();
        for value in values {
            match value {
                Value::Union(items) => {
                    for item in items.iter() {
                        if !flat.contains(item) {
                            flat.push(item.clone());
                        }
                    }
                }
                value if flat.contains(&value) => {}
                value => flat.push(value),
            }
        }
        match (flat.len(), flat.pop()) {
            (0, _) | (_, None) => Value::Unknown,
            (1, Some(only)) => only,
            (_, Some(last)) => {
                flat.push(last);
                Value::Union(flat.into())
            }
        }
    }

    /// The alternatives: the members of a union, or the value itself.
    pub fn alternatives(&self) -> &[Value] {
        match self {
            Value::Union(items) => items,
            value => std::slice::from_ref(value),
        }
    }

    /// Whether a usage can come from the value.
    pub fn matters(&self) -> bool {
        match self {
            Value::Unknown
            | Value::Other
            | Value::Null
            | Value::Str(_)
            | Value::External(_)
            | Value::ExternalInstance(..) => false,
            Value::Union(items) | Value::Tuple(items) | Value::Merged(items) => {
                items.iter().any(Value::matters)
            }
            Value::List(item) | Value::Map(item) | Value::Promise(item) => item.matters(),
            Value::Object(_)
            | Value::TypeObject(_)
            | Value::Class(_)
            | Value::Alias(_)
            | Value::Instance(..)
            | Value::Function(_)
            | Value::Callable { .. }
            | Value::Method(..)
            | Value::Module(_)
            | Value::Package(_)
            | Value::Entity(_)
            | Value::Row(_)
            | Value::Field(..)
            | Value::FieldName(_)
            | Value::Library(_) => true,
        }
    }

    /// What `await` gives.
    pub fn awaited(&self) -> Value {
        match self {
            Value::Promise(inner) => (**inner).clone(),
            Value::Union(items) => Value::union(items.iter().map(Value::awaited)),
            value => value.clone(),
        }
    }

    /// The value without null.
    pub fn non_null(&self) -> Value {
        match self {
            Value::Union(items) => Value::union(items.iter().filter(|item| **item != Value::Null).cloned()),
            value => value.clone(),
        }
    }

    /// Whether nothing at all is known.
    pub fn is_unknown(&self) -> bool {
        *self == Value::Unknown
    }

    /// The string, if it is a known one.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The library value of this kind.
    pub fn library(&self, kind: &str) -> Option<&LibraryValue> {
        match self {
            Value::Library(value) if value.kind == kind => Some(value),
            _ => None,
        }
    }
}

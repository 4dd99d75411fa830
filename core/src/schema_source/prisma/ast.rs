//! A Prisma schema as written: blocks, fields, attributes, each with its byte range.

use crate::text::TextRange;

/// One file of a schema, and what in it is no Prisma.
#[derive(Debug, Default)]
pub struct Document {
    pub blocks: Vec<Block>,
    pub errors: Vec<SyntaxError>,
}

/// A place that does not follow the grammar; reading went on behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyntaxError {
    pub range: TextRange,
    /// A sentence without a final full stop.
    pub message: String,
}

/// A name and its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    pub range: TextRange,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    Datasource,
    Generator,
    Model,
    View,
    Enum,
    /// A composite type (`type Address { ... }`): part of a document, never a table.
    Type,
}

impl BlockKind {
    pub fn of_keyword(word: &str) -> Option<Self> {
        match word {
            "datasource" => Some(Self::Datasource),
            "generator" => Some(Self::Generator),
            "model" => Some(Self::Model),
            "view" => Some(Self::View),
            "enum" => Some(Self::Enum),
            "type" => Some(Self::Type),
            _ => None,
        }
    }
}

/// A top-level block. What its kind does not have stays empty.
#[derive(Debug)]
pub struct Block {
    pub kind: BlockKind,
    pub name: Name,
    /// `key = value` of datasources and generators.
    pub properties: Vec<(Name, Expression)>,
    /// Fields of models, views and types.
    pub fields: Vec<FieldNode>,
    /// Values of enums.
    pub values: Vec<ValueNode>,
    /// `@@` attributes.
    pub attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub struct FieldNode {
    pub name: Name,
    pub ty: TypeNode,
    pub attributes: Vec<Attribute>,
}

#[derive(Debug)]
pub struct TypeNode {
    /// The name; for `Unsupported("...")` this word.
    pub name: Name,
    /// The database's type inside `Unsupported("...")`.
    pub unsupported: Option<String>,
    pub list: bool,
    pub optional: bool,
}

#[derive(Debug)]
pub struct ValueNode {
    pub name: Name,
    pub attributes: Vec<Attribute>,
}

/// `@name(...)` or `@@name(...)`.
#[derive(Debug)]
pub struct Attribute {
    /// Without the `@`; with the dots of `db.VarChar`.
    pub name: Name,
    pub arguments: Vec<Argument>,
    /// From the `@` to the closing parenthesis.
    pub range: TextRange,
}

#[derive(Debug)]
pub struct Argument {
    pub name: Option<Name>,
    pub value: Expression,
}

#[derive(Debug)]
pub struct Expression {
    pub kind: ExpressionKind,
}

#[derive(Debug)]
pub enum ExpressionKind {
    /// A string, its escapes resolved.
    String(String),
    /// A number as written.
    Number(String),
    /// A constant, or a path with dots.
    Name(String),
    /// `now()`, `dbgenerated("...")`, `title(sort: Desc)`.
    Call(String, Vec<Argument>),
    List(Vec<Expression>),
    /// `{ key: value }`, as partial indexes have it; nothing in the model depends on the values one by one.
    Object,
}

impl Expression {
    /// The string, where it is one.
    pub fn string(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::String(text) => Some(text),
            ExpressionKind::Number(_)
            | ExpressionKind::Name(_)
            | ExpressionKind::Call(..)
            | ExpressionKind::List(_)
            | ExpressionKind::Object => None,
        }
    }

    /// The name of a constant or of what is called: a field of a list of fields, with or without arguments.
    pub fn name(&self) -> Option<&str> {
        match &self.kind {
            ExpressionKind::Name(name) | ExpressionKind::Call(name, _) => Some(name),
            ExpressionKind::String(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::List(_)
            | ExpressionKind::Object => None,
        }
    }

    /// The names in a list; a single name counts as a list of one.
    pub fn names(&self) -> Vec<String> {
        match &self.kind {
            ExpressionKind::List(items) => {
                items.iter().filter_map(|item| item.name().map(str::to_owned)).collect()
            }
            ExpressionKind::String(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Name(_)
            | ExpressionKind::Call(..)
            | ExpressionKind::Object => self.name().map(str::to_owned).into_iter().collect(),
        }
    }

    /// The strings in a list; a single string counts as a list of one.
    pub fn strings(&self) -> Vec<String> {
        match &self.kind {
            ExpressionKind::List(items) => {
                items.iter().filter_map(|item| item.string().map(str::to_owned)).collect()
            }
            ExpressionKind::String(_)
            | ExpressionKind::Number(_)
            | ExpressionKind::Name(_)
            | ExpressionKind::Call(..)
            | ExpressionKind::Object => self.string().map(str::to_owned).into_iter().collect(),
        }
    }
}

impl Attribute {
    /// The argument of this name.
    pub fn named(&self, name: &str) -> Option<&Expression> {
        self.arguments
            .iter()
            .find(|argument| argument.name.as_ref().is_some_and(|given| given.text == name))
            .map(|argument| &argument.value)
    }

    /// The argument of this name, or the first one without a name.
    pub fn named_or_first(&self, name: &str) -> Option<&Expression> {
        self.named(name).or_else(|| {
            self.arguments.iter().find(|argument| argument.name.is_none()).map(|argument| &argument.value)
        })
    }
}

/// The attribute of this name among `attributes`.
pub fn find<'a>(attributes: &'a [Attribute], name: &str) -> Option<&'a Attribute> {
    attributes.iter().find(|attribute| attribute.name.text == name)
}

impl Block {
    /// The value of a property.
    pub fn property(&self, name: &str) -> Option<&Expression> {
        self.properties.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
    }

    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }

    pub fn field(&self, name: &str) -> Option<&FieldNode> {
        self.fields.iter().find(|field| field.name.text == name)
    }

    /// What the database calls it.
    pub fn database_name(&self) -> &str {
        mapped(&self.attributes).unwrap_or(&self.name.text)
    }

    pub fn is_entity(&self) -> bool {
        matches!(self.kind, BlockKind::Model | BlockKind::View)
    }
}

impl FieldNode {
    pub fn attribute(&self, name: &str) -> Option<&Attribute> {
        find(&self.attributes, name)
    }

    /// What the database calls it.
    pub fn database_name(&self) -> &str {
        mapped(&self.attributes).unwrap_or(&self.name.text)
    }

    /// The native type: the part behind `db` (or behind the datasource's own name), with its arguments.
    pub fn native_type(&self) -> Option<(&str, &Attribute)> {
        self.attributes.iter().find_map(|attribute| {
            let (_, native) = attribute.name.text.split_once('.')?;
            Some((native, attribute))
        })
    }
}

impl ValueNode {
    /// What the database calls it.
    pub fn database_name(&self) -> &str {
        mapped(&self.attributes).unwrap_or(&self.name.text)
    }
}

/// The name that `@map` or `@@map` gives.
fn mapped(attributes: &[Attribute]) -> Option<&str> {
    find(attributes, "map")?.named_or_first("name")?.string()
}

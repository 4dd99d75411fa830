//! The code side of a schema: which entity stands for which table, which field for which column.
//!
//! A thing has a *code name* and a *database name*. Prisma's mapping stands in its schema; SQLAlchemy's in the classes,
//! from where `usage::orm` reads it.

use crate::schema::TableName;
use crate::text::Span;

/// An entity of a [`Mapping`], by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EntityId(pub u32);

/// All entities that one ORM maps.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Mapping {
    /// The entities, in source order.
    pub entities: Vec<Entity>,
    /// Enums that have a code name.
    pub enums: Vec<EnumMapping>,
    /// Folders or modules that the ORM's client is generated into, relative to the root: code imports it from there
    /// although the folder is seldom committed.
    pub clients: Vec<String>,
    /// Whether the client and not the database keeps relations whole (Prisma's `relationMode = "prisma"`).
    pub relations_in_client: bool,
    /// Whether the generator says that the client makes queries without the engine written in Rust (Prisma's
    /// `engineType = "client"`).
    pub engine_in_client: bool,
}

/// An entity: a Prisma model, a mapped class.
#[derive(Debug, Clone, PartialEq)]
pub struct Entity {
    /// Its code name.
    pub name: String,
    /// The table it stands for.
    pub table: TableName,
    /// Its fields, in order; relations included.
    pub fields: Vec<Field>,
    /// Field names of each unique key (single or compound) by the name that queries give it
    /// (Prisma: `email`, `userId_groupId`), the primary key included.
    pub unique_keys: Vec<(String, Vec<String>)>,
    /// Whether the ORM leaves it out of its client (`@@ignore`).
    pub ignored: bool,
    /// Whether it is only inherited from (a mixin, an abstract base): then `table` holds its code name.
    pub is_abstract: bool,
    /// Where its name stands.
    pub span: Span,
}

/// A field of an entity.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// Its code name.
    pub name: String,
    /// What it stands for.
    pub kind: FieldKind,
    /// Whether the code's type allows null (or the relation may be absent).
    pub nullable: bool,
    /// Whether it is a list.
    pub list: bool,
    /// Where a value comes from when code gives none.
    pub default: ValueSource,
    /// Whether the ORM writes it on every update (`@updatedAt`, `onupdate=`).
    pub on_update: bool,
    /// Whether the ORM leaves it out of its client (`@ignore`, `Unsupported`).
    pub ignored: bool,
    /// Whether plain loads leave it out (`deferred`).
    pub deferred: bool,
    /// The code's type, as written: `String`, `Role`, `Post`, `Mapped[str]`.
    pub type_name: String,
    /// Where its name stands.
    pub span: Span,
}

/// What a field stands for.
#[derive(Debug, Clone, PartialEq)]
pub enum FieldKind {
    /// A column, by its database name.
    Column {
        /// The database name.
        column: String,
    },
    /// Rows of another entity.
    Relation {
        /// Code name of the entity at the other end.
        entity: String,
        /// Code names of this entity's fields that hold the foreign key; empty at the other end.
        fields: Vec<String>,
        /// Code names of the other entity's fields that they reference.
        references: Vec<String>,
        /// The relation's name, where given.
        name: Option<String>,
        /// The join table of a many-to-many relation.
        join_table: Option<TableName>,
    },
    /// Neither: a hybrid, a synonym, a computed property.
    Computed,
}

/// Where a value comes from when code gives none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub enum ValueSource {
    /// Nowhere: NULL, or an error.
    #[default]
    None,
    /// The ORM computes it and names the column in its INSERT (`@default("x")`, `default=`).
    Orm,
    /// The database does (`autoincrement()`, `dbgenerated()`, `server_default=`).
    Database,
}

/// An enum's code name and database name.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumMapping {
    /// The code name.
    pub name: String,
    /// The database name.
    pub database_name: TableName,
    /// Code name, database name and place of each value.
    pub values: Vec<(String, String, Span)>,
    /// Where its name stands.
    pub span: Span,
}

impl Mapping {
    /// The entity of this code name.
    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|entity| entity.name == name)
    }

    /// The id of the entity of this code name.
    pub fn entity_id(&self, name: &str) -> Option<EntityId> {
        let index = self.entities.iter().position(|entity| entity.name == name)?;
        u32::try_from(index).ok().map(EntityId)
    }

    /// The entity of this id.
    pub fn get(&self, id: EntityId) -> Option<&Entity> {
        self.entities.get(id.0 as usize)
    }

    /// The entities that stand for this table.
    pub fn entities_of<'a>(&'a self, table: &'a TableName) -> impl Iterator<Item = &'a Entity> {
        self.entities.iter().filter(move |entity| &entity.table == table)
    }
}

impl Entity {
    /// The field of this code name.
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// The field that stands for this column.
    pub fn field_of_column(&self, column: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.column() == Some(column))
    }
}

impl Field {
    /// The column it stands for, if it stands for one.
    pub fn column(&self) -> Option<&str> {
        match &self.kind {
            FieldKind::Column { column } => Some(column),
            FieldKind::Relation { .. } | FieldKind::Computed => None,
        }
    }
}

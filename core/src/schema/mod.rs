//! The database side: what tables, columns, constraints and types there are.
//!
//! Names are *database names*, as the database stores them (folded by [`Dialect::fold`]). What code calls them is the
//! business of [`Mapping`].

mod column_source;
mod column_type;
mod dialect;
mod index;
mod mapping;
mod model;
mod objects;
mod program;

pub use column_source::{ColumnSource, CopiedParts};
pub use column_type::{ColumnType, TypeFamily};
pub use dialect::Dialect;
pub use index::{Index, KeyOptions, KeyPart};
pub use mapping::{Entity, EntityId, EnumMapping, Field, FieldKind, Mapping, ValueSource};
pub use model::{
    Check, Column, ColumnUse, DefaultValue, EnumType, EnumValue, ForeignKey, Parent, PrimaryKey,
    ReferentialAction, Schema, Table, TableKind, TableName, Unique, ViewQuery,
};
pub use objects::{Domain, Partition, Partitioning, Sequence};
pub use program::{Program, ProgramKind};

//! Prisma's scalar types as columns.
//!
//! Defaults by provider and the native types are those of Prisma's schema reference ("Model field scalar types") and of
//! its pages on the providers; names are the database's own words for them.

use super::ast::{Attribute, ExpressionKind};
use crate::schema::{ColumnType, Dialect, TypeFamily};

/// A scalar type of the Prisma language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scalar {
    String,
    Boolean,
    Int,
    BigInt,
    Float,
    Decimal,
    DateTime,
    Json,
    Bytes,
}

impl Scalar {
    pub fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "String" => Self::String,
            "Boolean" => Self::Boolean,
            "Int" => Self::Int,
            "BigInt" => Self::BigInt,
            "Float" => Self::Float,
            "Decimal" => Self::Decimal,
            "DateTime" => Self::DateTime,
            "Json" => Self::Json,
            "Bytes" => Self::Bytes,
            _ => return None,
        })
    }
}

fn column_type(name: &str, family: TypeFamily) -> ColumnType {
    ColumnType { name: name.to_owned(), family }
}

fn text(name: &str, length: Option<u32>) -> ColumnType {
    column_type(name, TypeFamily::Text { length })
}

/// The column type of a field without a native type.
pub fn default_type(dialect: Dialect, scalar: Scalar) -> ColumnType {
    match dialect {
        Dialect::Postgres => postgres_default(scalar),
        Dialect::Mysql => mysql_default(scalar),
        Dialect::Sqlite => sqlite_default(scalar),
        Dialect::Mssql => mssql_default(scalar),
    }
}

fn postgres_default(scalar: Scalar) -> ColumnType {
    match scalar {
        Scalar::String => text("text", None),
        Scalar::Boolean => column_type("boolean", TypeFamily::Boolean),
        Scalar::Int => column_type("integer", TypeFamily::Integer { bytes: 4 }),
        Scalar::BigInt => column_type("bigint", TypeFamily::Integer { bytes: 8 }),
        Scalar::Float => column_type("double precision", TypeFamily::Float { bytes: 8 }),
        Scalar::Decimal => column_type("numeric(65,30)", TypeFamily::Decimal { precision: Some((65, 30)) }),
        Scalar::DateTime => column_type("timestamp(3)", TypeFamily::Timestamp { zoned: false }),
        Scalar::Json => column_type("jsonb", TypeFamily::Json),
        Scalar::Bytes => column_type("bytea", TypeFamily::Bytes),
    }
}

fn mysql_default(scalar: Scalar) -> ColumnType {
    match scalar {
        Scalar::String => text("varchar(191)", Some(191)),
        Scalar::Boolean => column_type("tinyint(1)", TypeFamily::Boolean),
        Scalar::Int => column_type("int", TypeFamily::Integer { bytes: 4 }),
        Scalar::BigInt => column_type("bigint", TypeFamily::Integer { bytes: 8 }),
        Scalar::Float => column_type("double", TypeFamily::Float { bytes: 8 }),
        Scalar::Decimal => column_type("decimal(65,30)", TypeFamily::Decimal { precision: Some((65, 30)) }),
        Scalar::DateTime => column_type("datetime(3)", TypeFamily::Timestamp { zoned: false }),
        Scalar::Json => column_type("json", TypeFamily::Json),
        Scalar::Bytes => column_type("longblob", TypeFamily::Bytes),
    }
}

fn sqlite_default(scalar: Scalar) -> ColumnType {
    match scalar {
        Scalar::String => text("text", None),
        Scalar::Boolean => column_type("boolean", TypeFamily::Boolean),
        Scalar::Int => column_type("integer", TypeFamily::Integer { bytes: 8 }),
        Scalar::BigInt => column_type("bigint", TypeFamily::Integer { bytes: 8 }),
        Scalar::Float => column_type("real", TypeFamily::Float { bytes: 8 }),
        Scalar::Decimal => column_type("decimal", TypeFamily::Decimal { precision: None }),
        Scalar::DateTime => column_type("datetime", TypeFamily::Timestamp { zoned: false }),
        Scalar::Json => column_type("jsonb", TypeFamily::Json),
        Scalar::Bytes => column_type("blob", TypeFamily::Bytes),
    }
}

fn mssql_default(scalar: Scalar) -> ColumnType {
    match scalar {
        Scalar::String => text("nvarchar(1000)", Some(1000)),
        Scalar::Boolean => column_type("bit", TypeFamily::Boolean),
        Scalar::Int => column_type("int", TypeFamily::Integer { bytes: 4 }),
        Scalar::BigInt => column_type("bigint", TypeFamily::Integer { bytes: 8 }),
        Scalar::Float => column_type("float(53)", TypeFamily::Float { bytes: 8 }),
        Scalar::Decimal => column_type("decimal(32,16)", TypeFamily::Decimal { precision: Some((32, 16)) }),
        Scalar::DateTime => column_type("datetime2", TypeFamily::Timestamp { zoned: false }),
        Scalar::Json => text("nvarchar(max)", None),
        Scalar::Bytes => column_type("varbinary(max)", TypeFamily::Bytes),
    }
}

/// The column type of `@db.NAME(arguments)`; `None` for a name that the provider does not have.
pub fn native_type(dialect: Dialect, name: &str, attribute: &Attribute) -> Option<ColumnType> {
    let arguments = arguments(attribute);
    let (base, family) = match dialect {
        Dialect::Postgres => postgres_native(name, &arguments)?,
        Dialect::Mysql => mysql_native(name, &arguments)?,
        Dialect::Mssql => mssql_native(name, &arguments)?,
        Dialect::Sqlite => return None,
    };
    let arguments = if arguments.is_empty() { String::new() } else { format!("({})", arguments.join(",")) };
    // Words behind the type stand behind its arguments: `int(10) unsigned`.
    let name = match base.split_once(' ') {
        Some((word, rest)) if rest == "unsigned" => format!("{word}{arguments} {rest}"),
        _ => format!("{base}{arguments}"),
    };
    Some(ColumnType { name, family })
}

/// The arguments as the database prints them: numbers, or `max`.
fn arguments(attribute: &Attribute) -> Vec<String> {
    let mut printed = Vec::new();
    for argument in &attribute.arguments {
        match &argument.value.kind {
            ExpressionKind::Number(text) | ExpressionKind::Name(text) | ExpressionKind::String(text) => {
                printed.push(text.to_lowercase());
            }
            ExpressionKind::Call(..) | ExpressionKind::List(_) | ExpressionKind::Object => {}
        }
    }
    printed
}

fn number(arguments: &[String], position: usize) -> Option<u32> {
    arguments.get(position)?.parse().ok()
}

fn decimal(arguments: &[String]) -> TypeFamily {
    let precision = number(arguments, 0).map(|digits| (digits, number(arguments, 1).unwrap_or(0)));
    TypeFamily::Decimal { precision }
}

fn integer(bytes: u8) -> TypeFamily {
    TypeFamily::Integer { bytes }
}

fn other(name: &'static str) -> (&'static str, TypeFamily) {
    (name, TypeFamily::Other(name.to_owned()))
}

/// PostgreSQL's native types, and those that only CockroachDB has.
fn postgres_native(name: &str, arguments: &[String]) -> Option<(&'static str, TypeFamily)> {
    let length = number(arguments, 0);
    Some(match name {
        "Text" | "String" => ("text", TypeFamily::Text { length }),
        "VarChar" => ("varchar", TypeFamily::Text { length }),
        "Char" | "CatalogSingleChar" => ("char", TypeFamily::Text { length: length.or(Some(1)) }),
        "Citext" => ("citext", TypeFamily::Text { length: None }),
        "Xml" => other("xml"),
        "Inet" => other("inet"),
        "Bit" => other("bit"),
        "VarBit" => other("varbit"),
        "Uuid" => ("uuid", TypeFamily::Uuid),
        "Boolean" | "Bool" => ("boolean", TypeFamily::Boolean),
        "SmallInt" | "Int2" => ("smallint", integer(2)),
        "Integer" | "Int" | "Int4" => ("integer", integer(4)),
        "BigInt" | "Int8" => ("bigint", integer(8)),
        "Oid" => ("oid", integer(4)),
        "Real" | "Float4" => ("real", TypeFamily::Float { bytes: 4 }),
        "DoublePrecision" | "Float8" => ("double precision", TypeFamily::Float { bytes: 8 }),
        "Decimal" => ("numeric", decimal(arguments)),
        "Money" => ("money", TypeFamily::Decimal { precision: None }),
        "Timestamp" => ("timestamp", TypeFamily::Timestamp { zoned: false }),
        "Timestamptz" => ("timestamptz", TypeFamily::Timestamp { zoned: true }),
        "Date" => ("date", TypeFamily::Date),
        "Time" => ("time", TypeFamily::Time),
        "Timetz" => ("timetz", TypeFamily::Time),
        "Json" => ("json", TypeFamily::Json),
        "JsonB" => ("jsonb", TypeFamily::Json),
        "ByteA" | "Bytes" => ("bytea", TypeFamily::Bytes),
        _ => return None,
    })
}

/// Longest lengths are those of MySQL's manual, 11.3.4, in bytes, which bounds the characters.
fn mysql_native(name: &str, arguments: &[String]) -> Option<(&'static str, TypeFamily)> {
    let length = number(arguments, 0);
    Some(match name {
        "VarChar" => ("varchar", TypeFamily::Text { length }),
        "Char" => ("char", TypeFamily::Text { length: length.or(Some(1)) }),
        "TinyText" => ("tinytext", TypeFamily::Text { length: Some(255) }),
        "Text" => ("text", TypeFamily::Text { length: Some(65_535) }),
        "MediumText" => ("mediumtext", TypeFamily::Text { length: Some(16_777_215) }),
        "LongText" => ("longtext", TypeFamily::Text { length: None }),
        "Bit" => ("bit", if length.unwrap_or(1) == 1 { TypeFamily::Boolean } else { TypeFamily::Bytes }),
        "TinyInt" if length == Some(1) => ("tinyint", TypeFamily::Boolean),
        "TinyInt" => ("tinyint", integer(1)),
        "UnsignedTinyInt" => ("tinyint unsigned", integer(1)),
        "SmallInt" => ("smallint", integer(2)),
        "UnsignedSmallInt" => ("smallint unsigned", integer(2)),
        "MediumInt" => ("mediumint", integer(4)),
        "UnsignedMediumInt" => ("mediumint unsigned", integer(4)),
        "Int" => ("int", integer(4)),
        "UnsignedInt" => ("int unsigned", integer(4)),
        "BigInt" => ("bigint", integer(8)),
        "UnsignedBigInt" => ("bigint unsigned", integer(8)),
        "Year" => ("year", integer(2)),
        "Float" => ("float", TypeFamily::Float { bytes: 4 }),
        "Double" => ("double", TypeFamily::Float { bytes: 8 }),
        "Decimal" => ("decimal", decimal(arguments)),
        "DateTime" => ("datetime", TypeFamily::Timestamp { zoned: false }),
        "Timestamp" => ("timestamp", TypeFamily::Timestamp { zoned: true }),
        "Date" => ("date", TypeFamily::Date),
        "Time" => ("time", TypeFamily::Time),
        "Json" => ("json", TypeFamily::Json),
        "TinyBlob" => ("tinyblob", TypeFamily::Bytes),
        "Blob" => ("blob", TypeFamily::Bytes),
        "MediumBlob" => ("mediumblob", TypeFamily::Bytes),
        "LongBlob" => ("longblob", TypeFamily::Bytes),
        "Binary" => ("binary", TypeFamily::Bytes),
        "VarBinary" => ("varbinary", TypeFamily::Bytes),
        _ => return None,
    })
}

fn mssql_native(name: &str, arguments: &[String]) -> Option<(&'static str, TypeFamily)> {
    let length = number(arguments, 0);
    Some(match name {
        "Char" => ("char", TypeFamily::Text { length }),
        "NChar" => ("nchar", TypeFamily::Text { length }),
        "VarChar" => ("varchar", TypeFamily::Text { length }),
        "NVarChar" => ("nvarchar", TypeFamily::Text { length }),
        "Text" => ("text", TypeFamily::Text { length: None }),
        "NText" => ("ntext", TypeFamily::Text { length: None }),
        "Xml" => other("xml"),
        "UniqueIdentifier" => ("uniqueidentifier", TypeFamily::Uuid),
        "Bit" => ("bit", TypeFamily::Boolean),
        "TinyInt" => ("tinyint", integer(1)),
        "SmallInt" => ("smallint", integer(2)),
        "Int" => ("int", integer(4)),
        "BigInt" => ("bigint", integer(8)),
        "Real" => ("real", TypeFamily::Float { bytes: 4 }),
        "Float" => ("float", TypeFamily::Float { bytes: if length.unwrap_or(53) <= 24 { 4 } else { 8 } }),
        "Decimal" => ("decimal", decimal(arguments)),
        "Money" => ("money", TypeFamily::Decimal { precision: Some((19, 4)) }),
        "SmallMoney" => ("smallmoney", TypeFamily::Decimal { precision: Some((10, 4)) }),
        "Date" => ("date", TypeFamily::Date),
        "Time" => ("time", TypeFamily::Time),
        "DateTime" => ("datetime", TypeFamily::Timestamp { zoned: false }),
        "DateTime2" => ("datetime2", TypeFamily::Timestamp { zoned: false }),
        "SmallDateTime" => ("smalldatetime", TypeFamily::Timestamp { zoned: false }),
        "DateTimeOffset" => ("datetimeoffset", TypeFamily::Timestamp { zoned: true }),
        "Binary" => ("binary", TypeFamily::Bytes),
        "VarBinary" => ("varbinary", TypeFamily::Bytes),
        "Image" => ("image", TypeFamily::Bytes),
        _ => return None,
    })
}

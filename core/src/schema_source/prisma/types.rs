//! Prisma's scalar types as columns.
//!
//! Defaults by provider and the native types are those of Prisma's schema reference ("Model field scalar types") and of
//! its pages on the providers.

use super::ast::{Attribute, ExpressionKind};
use crate::schema::{ColumnType, Dialect};

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

/// The column type of a field without a native type.
pub fn default_type(dialect: Dialect, scalar: Scalar) -> ColumnType {
    let [postgres, mysql, sqlite, mssql] = match scalar {
        Scalar::String => ["text", "varchar(191)", "text", "nvarchar(1000)"],
        Scalar::Boolean => ["boolean", "tinyint(1)", "boolean", "bit"],
        Scalar::Int => ["integer", "int", "integer", "int"],
        Scalar::BigInt => ["bigint", "bigint", "bigint", "bigint"],
        Scalar::Float => ["double precision", "double", "real", "float(53)"],
        Scalar::Decimal => ["decimal(65,30)", "decimal(65,30)", "decimal", "decimal(32,16)"],
        Scalar::DateTime => ["timestamp(3)", "datetime(3)", "datetime", "datetime2"],
        Scalar::Json => ["jsonb", "json", "jsonb", "nvarchar(max)"],
        Scalar::Bytes => ["bytea", "longblob", "blob", "varbinary(max)"],
    };
    let text = match dialect {
        Dialect::Postgres => postgres,
        Dialect::Mysql => mysql,
        Dialect::Sqlite => sqlite,
        Dialect::Mssql => mssql,
    };
    ColumnType::parse(dialect, text)
}

/// PostgreSQL's native types, and those that only CockroachDB has.
const POSTGRES: &[(&str, &str)] = &[
    ("BigInt", "bigint"),
    ("Bit", "bit"),
    ("Bool", "boolean"),
    ("Boolean", "boolean"),
    ("ByteA", "bytea"),
    ("Bytes", "bytea"),
    ("CatalogSingleChar", "\"char\""),
    ("Char", "char"),
    ("Citext", "citext"),
    ("Date", "date"),
    ("Decimal", "decimal"),
    ("DoublePrecision", "double precision"),
    ("Float4", "real"),
    ("Float8", "double precision"),
    ("Inet", "inet"),
    ("Int", "integer"),
    ("Int2", "smallint"),
    ("Int4", "integer"),
    ("Int8", "bigint"),
    ("Integer", "integer"),
    ("Json", "json"),
    ("JsonB", "jsonb"),
    ("Money", "money"),
    ("Oid", "oid"),
    ("Real", "real"),
    ("SmallInt", "smallint"),
    ("String", "varchar"),
    ("Text", "text"),
    ("Time", "time"),
    ("Timestamp", "timestamp"),
    ("Timestamptz", "timestamptz"),
    ("Timetz", "timetz"),
    ("Uuid", "uuid"),
    ("VarBit", "varbit"),
    ("VarChar", "varchar"),
    ("Xml", "xml"),
];

const MYSQL: &[(&str, &str)] = &[
    ("BigInt", "bigint"),
    ("Binary", "binary"),
    ("Bit", "bit"),
    ("Blob", "blob"),
    ("Char", "char"),
    ("Date", "date"),
    ("DateTime", "datetime"),
    ("Decimal", "decimal"),
    ("Double", "double"),
    ("Float", "float"),
    ("Int", "int"),
    ("Json", "json"),
    ("LongBlob", "longblob"),
    ("LongText", "longtext"),
    ("MediumBlob", "mediumblob"),
    ("MediumInt", "mediumint"),
    ("MediumText", "mediumtext"),
    ("SmallInt", "smallint"),
    ("Text", "text"),
    ("Time", "time"),
    ("Timestamp", "timestamp"),
    ("TinyBlob", "tinyblob"),
    ("TinyInt", "tinyint"),
    ("TinyText", "tinytext"),
    ("UnsignedBigInt", "bigint unsigned"),
    ("UnsignedInt", "int unsigned"),
    ("UnsignedMediumInt", "mediumint unsigned"),
    ("UnsignedSmallInt", "smallint unsigned"),
    ("UnsignedTinyInt", "tinyint unsigned"),
    ("VarBinary", "varbinary"),
    ("VarChar", "varchar"),
    ("Year", "year"),
];

const MSSQL: &[(&str, &str)] = &[
    ("BigInt", "bigint"),
    ("Binary", "binary"),
    ("Bit", "bit"),
    ("Char", "char"),
    ("Date", "date"),
    ("DateTime", "datetime"),
    ("DateTime2", "datetime2"),
    ("DateTimeOffset", "datetimeoffset"),
    ("Decimal", "decimal"),
    ("Float", "float"),
    ("Image", "image"),
    ("Int", "int"),
    ("Money", "money"),
    ("NChar", "nchar"),
    ("NText", "ntext"),
    ("NVarChar", "nvarchar"),
    ("Real", "real"),
    ("SmallDateTime", "smalldatetime"),
    ("SmallInt", "smallint"),
    ("SmallMoney", "smallmoney"),
    ("Text", "text"),
    ("Time", "time"),
    ("TinyInt", "tinyint"),
    ("UniqueIdentifier", "uniqueidentifier"),
    ("VarBinary", "varbinary"),
    ("VarChar", "varchar"),
    ("Xml", "xml"),
];

/// The column type of `@db.NAME(arguments)`; `None` for a name that the provider does not have.
pub fn native_type(dialect: Dialect, name: &str, attribute: &Attribute) -> Option<ColumnType> {
    let known = match dialect {
        Dialect::Postgres => POSTGRES,
        Dialect::Mysql => MYSQL,
        Dialect::Mssql => MSSQL,
        Dialect::Sqlite => &[],
    };
    let (_, sql) = known.iter().find(|(native, _)| *native == name)?;
    let arguments = arguments(attribute);
    let text =
        if arguments.is_empty() { (*sql).to_owned() } else { format!("{sql}({})", arguments.join(",")) };
    Some(ColumnType::parse(dialect, &text))
}

/// The arguments as SQL writes them: numbers, or `max`.
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

//! Values that columns take.

use crate::schema::{Column, ColumnType, Dialect, Schema, TypeFamily};

/// Literals for columns of one schema.
#[derive(Clone, Copy)]
pub(crate) struct Samples<'a> {
    schema: &'a Schema,
}

impl<'a> Samples<'a> {
    pub(crate) fn new(schema: &'a Schema) -> Self {
        Self { schema }
    }

    /// A value that the column takes; `None` where its type is not known well enough.
    pub(crate) fn of(&self, column: &Column) -> Option<String> {
        self.of_type(&column.ty)
    }

    fn of_type(&self, ty: &ColumnType) -> Option<String> {
        let dialect = self.schema.dialect;
        let text = match &ty.family {
            TypeFamily::Integer { .. } => "1",
            TypeFamily::Float { .. } | TypeFamily::Decimal { .. } => "0.5",
            TypeFamily::Text { .. } => "'a'",
            TypeFamily::Boolean if dialect == Dialect::Postgres => "true",
            TypeFamily::Boolean => "1",
            TypeFamily::Bytes => match dialect {
                Dialect::Postgres => "'\\x00'",
                Dialect::Sqlite | Dialect::Mysql => "x'00'",
                Dialect::Mssql => "0x00",
            },
            TypeFamily::Date => "'2025-01-01'",
            TypeFamily::Time => "'12:00:00'",
            TypeFamily::Timestamp { .. } => "'2025-01-01 12:00:00'",
            TypeFamily::Interval => "'1 day'",
            TypeFamily::Json => "'{}'",
            TypeFamily::Uuid => "'00000000-0000-0000-0000-000000000000'",
            TypeFamily::Array(_) => "'{}'",
            TypeFamily::Enum(name) => return self.of_enum(name, ty),
            TypeFamily::Other(_) => return None,
        };
        Some(text.to_owned())
    }

    fn of_enum(&self, name: &str, ty: &ColumnType) -> Option<String> {
        let named = |item: &&crate::schema::EnumType| item.name.name == name || item.name.to_string() == name;
        let first = self.schema.enums.iter().find(named).and_then(|item| item.values.first());
        let first = first.map(|value| value.name.clone());
        first.or_else(|| ty.inline_enum_values().into_iter().next()).map(|value| quoted(&value))
    }
}

/// A value of the type before that the type after refuses; `None` where it depends on the value, or the database takes
/// anything (SQLite: sqlite.org/flexible.html).
pub(super) fn unfit(before: &ColumnType, after: &ColumnType, dialect: Dialect) -> Option<String> {
    if dialect == Dialect::Sqlite {
        return None;
    }
    match (&before.family, &after.family) {
        (TypeFamily::Text { .. }, TypeFamily::Text { length: Some(length) }) => {
            Some(format!("'{}'", "a".repeat(*length as usize + 1)))
        }
        (TypeFamily::Integer { bytes: wide }, TypeFamily::Integer { bytes: narrow }) if narrow < wide => {
            Some(1_u128.checked_shl(u32::from(*narrow) * 8).unwrap_or_default().to_string())
        }
        (
            TypeFamily::Text { .. },
            TypeFamily::Integer { .. }
            | TypeFamily::Float { .. }
            | TypeFamily::Decimal { .. }
            | TypeFamily::Date
            | TypeFamily::Timestamp { .. }
            | TypeFamily::Json
            | TypeFamily::Enum(_),
        ) => Some("'no such value'".to_owned()),
        (TypeFamily::Text { .. }, TypeFamily::Uuid | TypeFamily::Boolean) if dialect == Dialect::Postgres => {
            Some("'no such value'".to_owned())
        }
        _ => None,
    }
}

/// A text as a literal.
pub(super) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

//! How readers and writers fare when a column's type changes.
//!
//! Judged by the values: is each value before a value after, of the same kind for code that reads or filters by it? What
//! ORMs do with each was tried on real engines; ranges are those of the databases' manuals (PostgreSQL 8, MySQL 13,
//! SQLite's "Datatypes").

use crate::diff::{Pair, TypeChange};
use crate::schema::{ColumnType, Dialect, TypeFamily};

use TypeChange::{Incompatible, Narrowing, Widening};

/// Judges the change of a column from `ty.before` to `ty.after`.
pub fn effect(dialect: Dialect, ty: Pair<&ColumnType>) -> TypeChange {
    let families = Pair { before: &ty.before.family, after: &ty.after.family };
    // SQLite converts by affinity and enforces neither length nor kind (datatype3.html, 3).
    if dialect == Dialect::Sqlite && sqlite_kind(families.before) == sqlite_kind(families.after) {
        return Widening;
    }
    family_effect(dialect, ty, families)
}

fn widening_if(holds: bool) -> TypeChange {
    if holds { Widening } else { Narrowing }
}

fn family_effect(dialect: Dialect, ty: Pair<&ColumnType>, families: Pair<&TypeFamily>) -> TypeChange {
    use TypeFamily as F;
    match (families.before, families.after) {
        (F::Integer { bytes: before }, F::Integer { bytes: after }) => integers(ty, *before, *after),
        (F::Integer { bytes }, F::Decimal { precision }) => widening_if(
            precision.is_none_or(|(digits, scale)| digits.saturating_sub(scale) >= digits_of(*bytes)),
        ),
        // A double holds every whole number of up to 53 bits, a float of up to 24.
        (F::Integer { bytes }, F::Float { bytes: float }) => {
            widening_if(if *float == 8 { *bytes <= 4 } else { *bytes <= 2 })
        }
        (F::Float { bytes: before }, F::Float { bytes: after }) => widening_if(after >= before),
        (F::Float { .. }, F::Decimal { precision }) => widening_if(precision.is_none()),
        (F::Decimal { precision: before }, F::Decimal { precision: after }) => decimals(*before, *after),
        (F::Decimal { precision: Some((digits, 0)) }, F::Integer { bytes }) => {
            widening_if(*digits < digits_of(*bytes))
        }
        (F::Decimal { .. }, F::Float { .. } | F::Integer { .. }) | (F::Float { .. }, F::Integer { .. }) => {
            Narrowing
        }
        (F::Text { .. }, F::Text { .. }) => texts(dialect, ty),
        // A day is a moment at midnight; the way back loses the time.
        (F::Date, F::Timestamp { .. }) => Widening,
        (F::Timestamp { .. }, F::Date) => Narrowing,
        (F::Timestamp { zoned: before }, F::Timestamp { zoned: after }) => {
            timestamps(dialect, ty, *before, *after)
        }
        (F::Time, F::Time) => {
            let zoned = Pair {
                before: ty.before.name.starts_with("timetz"),
                after: ty.after.name.starts_with("timetz"),
            };
            widening_if(
                zoned.before == zoned.after
                    && seconds_digits(dialect, ty.after) >= seconds_digits(dialect, ty.before),
            )
        }
        // jsonb has operators that json lacks.
        (F::Json, F::Json) => widening_if(!(ty.before.name == "jsonb" && ty.after.name == "json")),
        (F::Bytes, F::Bytes) => bytes(dialect, ty),
        // MySQL's truth values are small numbers.
        (F::Boolean, F::Integer { .. }) if dialect == Dialect::Mysql => Widening,
        (F::Integer { .. }, F::Boolean) if dialect == Dialect::Mysql => Narrowing,
        (F::Enum(before), F::Enum(after)) if before.is_empty() && after.is_empty() => inline_enums(ty),
        // MySQL's inline enums read, write and compare as text.
        (F::Enum(name), F::Text { .. }) if name.is_empty() => Widening,
        (F::Text { .. }, F::Enum(name)) if name.is_empty() => Narrowing,
        (F::Array(before), F::Array(after)) => arrays(dialect, before, after),
        (F::Boolean, F::Boolean) | (F::Date, F::Date) | (F::Uuid, F::Uuid) | (F::Interval, F::Interval) => {
            Widening
        }
        (before, after) => other_pair(before, after),
    }
}

/// Pairs without a rule of their own: the same kind under another spelling, or values of another kind.
fn other_pair(before: &TypeFamily, after: &TypeFamily) -> TypeChange {
    match (before, after) {
        (TypeFamily::Enum(before), TypeFamily::Enum(after)) if before == after => Widening,
        _ => Incompatible,
    }
}

/// What SQLite's readers get; `None` for families of which nothing can be said.
fn sqlite_kind(family: &TypeFamily) -> Option<u8> {
    match family {
        TypeFamily::Integer { .. } | TypeFamily::Boolean => Some(0),
        TypeFamily::Text { .. } => Some(1),
        TypeFamily::Float { .. } | TypeFamily::Decimal { .. } => Some(2),
        TypeFamily::Bytes => Some(3),
        TypeFamily::Json => Some(4),
        TypeFamily::Timestamp { .. } => Some(5),
        TypeFamily::Date => Some(6),
        TypeFamily::Time => Some(7),
        TypeFamily::Uuid => Some(8),
        TypeFamily::Interval | TypeFamily::Enum(_) | TypeFamily::Array(_) | TypeFamily::Other(_) => None,
    }
}

fn integers(ty: Pair<&ColumnType>, before: u8, after: u8) -> TypeChange {
    let unsigned = |ty: &ColumnType| ty.name.contains("unsigned");
    widening_if(match (unsigned(ty.before), unsigned(ty.after)) {
        (false, false) | (true, true) => after >= before,
        (true, false) => after > before,
        (false, true) => false,
    })
}

/// Decimal digits that hold every whole number of so many bytes.
fn digits_of(bytes: u8) -> u32 {
    match bytes {
        1 => 3,
        2 => 5,
        3 | 4 => 10,
        _ => 19,
    }
}

fn decimals(before: Option<(u32, u32)>, after: Option<(u32, u32)>) -> TypeChange {
    match (before, after) {
        (_, None) => Widening,
        (None, Some(_)) => Narrowing,
        (Some((digits, scale)), Some((digits_after, scale_after))) => widening_if(
            scale_after >= scale && digits_after.saturating_sub(scale_after) >= digits.saturating_sub(scale),
        ),
    }
}

/// Longest length in characters. MySQL's text types have one by their name (manual, 13.7).
fn text_length(dialect: Dialect, ty: &ColumnType) -> Option<u32> {
    let TypeFamily::Text { length } = ty.family else { return None };
    match (dialect, ty.name.as_str()) {
        (Dialect::Mysql, "tinytext") => Some(255),
        (Dialect::Mysql, "text") => Some(65_535),
        (Dialect::Mysql, "mediumtext") => Some(16_777_215),
        _ => length,
    }
}

fn texts(dialect: Dialect, ty: Pair<&ColumnType>) -> TypeChange {
    // citext compares without case: values that were two become one.
    if ty.after.name == "citext" && ty.before.name != "citext" {
        return Narrowing;
    }
    // char pads with blanks, which reading code then sees.
    let padded = |ty: &ColumnType| ty.name.starts_with("char(") || ty.name.starts_with("nchar(");
    if padded(ty.after) && !padded(ty.before) {
        return Narrowing;
    }
    match (text_length(dialect, ty.before), text_length(dialect, ty.after)) {
        (_, None) => Widening,
        (None, Some(_)) => Narrowing,
        (Some(before), Some(after)) => widening_if(after >= before),
    }
}

/// Digits after the second: PostgreSQL keeps six where none are given (manual, table 8.9), MySQL none (13.2.6).
fn seconds_digits(dialect: Dialect, ty: &ColumnType) -> u32 {
    argument(ty).unwrap_or(match dialect {
        Dialect::Mysql => 0,
        Dialect::Postgres | Dialect::Sqlite => 6,
        Dialect::Mssql => 7,
    })
}

/// The first number in the type's parentheses.
fn argument(ty: &ColumnType) -> Option<u32> {
    let (_, rest) = ty.name.split_once('(')?;
    rest.split([',', ')']).next()?.trim().parse().ok()
}

fn timestamps(dialect: Dialect, ty: Pair<&ColumnType>, zoned_before: bool, zoned_after: bool) -> TypeChange {
    let zone = match (zoned_before, zoned_after) {
        // MySQL's TIMESTAMP ends in 2038, its DATETIME does not (manual, 13.2.2).
        (true, false) => dialect == Dialect::Mysql,
        // With a zone, the same text means another moment under another session (PostgreSQL manual, 8.5.1.3).
        (false, true) => false,
        (false, false) | (true, true) => true,
    };
    widening_if(zone && seconds_digits(dialect, ty.after) >= seconds_digits(dialect, ty.before))
}

/// Longest length in bytes; `None` where there is no bound that matters.
fn byte_length(dialect: Dialect, ty: &ColumnType) -> Option<u32> {
    match (dialect, ty.name.as_str()) {
        (Dialect::Mysql, "tinyblob") => Some(255),
        (Dialect::Mysql, "blob") => Some(65_535),
        (Dialect::Mysql, "mediumblob") => Some(16_777_215),
        _ => argument(ty),
    }
}

fn bytes(dialect: Dialect, ty: Pair<&ColumnType>) -> TypeChange {
    match (byte_length(dialect, ty.before), byte_length(dialect, ty.after)) {
        (_, None) => Widening,
        (None, Some(_)) => Narrowing,
        (Some(before), Some(after)) => widening_if(after >= before),
    }
}

fn inline_enums(ty: Pair<&ColumnType>) -> TypeChange {
    let after = ty.after.inline_enum_values();
    widening_if(ty.before.inline_enum_values().iter().all(|value| after.contains(value)))
}

/// Elements fare as columns of their own do.
fn arrays(dialect: Dialect, before: &TypeFamily, after: &TypeFamily) -> TypeChange {
    if before == after {
        return Widening;
    }
    let element = |family: &TypeFamily| ColumnType::new("", family.clone());
    let (before, after) = (element(before), element(after));
    let nested =
        matches!(before.family, TypeFamily::Array(_)) || matches!(after.family, TypeFamily::Array(_));
    if nested { Incompatible } else { effect(dialect, Pair { before: &before, after: &after }) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(dialect: Dialect, cases: &[(&str, &str, TypeChange)]) {
        for (before, after, wanted) in cases {
            let parse = |text: &str| {
                if text.starts_with("Enum") {
                    ColumnType::of_enum(text)
                } else {
                    ColumnType::parse(dialect, text)
                }
            };
            let (from, to) = (parse(before), parse(after));
            let found = effect(dialect, Pair { before: &from, after: &to });
            assert_eq!(found, *wanted, "{} {before} -> {after}", dialect.name());
        }
    }

    #[test]
    fn postgres_types() {
        check(
            Dialect::Postgres,
            &[
                ("int", "bigint", Widening),
                ("bigint", "int", Narrowing),
                ("int", "numeric", Widening),
                ("int", "numeric(10,2)", Narrowing),
                ("int", "double precision", Widening),
                ("bigint", "double precision", Narrowing),
                ("numeric(10,2)", "numeric(12,2)", Widening),
                ("numeric(10,2)", "numeric(12,5)", Narrowing),
                ("numeric", "double precision", Narrowing),
                ("varchar(20)", "varchar(50)", Widening),
                ("varchar(20)", "text", Widening),
                ("varchar", "text", Widening),
                ("text", "varchar(3)", Narrowing),
                ("text", "citext", Narrowing),
                ("text", "int", Incompatible),
                ("int", "text", Incompatible),
                ("text", "uuid", Incompatible),
                ("boolean", "int", Incompatible),
                ("text", "Enum", Incompatible),
                ("Enum", "text", Incompatible),
                ("Enum1", "Enum2", Incompatible),
                ("timestamp(3)", "timestamp", Widening),
                ("timestamp", "timestamp(3)", Narrowing),
                ("timestamp", "timestamptz", Narrowing),
                ("timestamptz", "timestamp", Narrowing),
                ("date", "timestamp", Widening),
                ("timestamp", "date", Narrowing),
                ("json", "jsonb", Widening),
                ("jsonb", "json", Narrowing),
                ("text", "jsonb", Incompatible),
                ("int[]", "bigint[]", Widening),
                ("int", "int[]", Incompatible),
            ],
        );
    }

    #[test]
    fn mysql_and_sqlite_types() {
        check(
            Dialect::Mysql,
            &[
                ("int", "int unsigned", Narrowing),
                ("int unsigned", "bigint", Widening),
                ("int unsigned", "int", Narrowing),
                ("tinyint(1)", "int", Widening),
                ("text", "varchar(191)", Narrowing),
                ("varchar(191)", "text", Widening),
                ("text", "mediumtext", Widening),
                ("longtext", "text", Narrowing),
                ("timestamp", "datetime", Widening),
                ("datetime", "timestamp", Narrowing),
                ("datetime(3)", "datetime", Narrowing),
                ("enum('a','b')", "enum('a','b','c')", Widening),
                ("enum('a','b')", "enum('a')", Narrowing),
                ("enum('a','b')", "varchar(10)", Widening),
            ],
        );
        check(
            Dialect::Sqlite,
            &[
                ("varchar(20)", "varchar(5)", Widening),
                ("bigint", "integer", Widening),
                ("text", "integer", Incompatible),
            ],
        );
    }
}

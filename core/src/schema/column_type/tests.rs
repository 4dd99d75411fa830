//! How types are read and named, dialect by dialect.

use super::*;

fn check(dialect: Dialect, cases: &[(&str, &str, TypeFamily)]) {
    for (text, name, family) in cases {
        let ty = ColumnType::parse(dialect, text);
        assert_eq!((ty.name.as_str(), &ty.family), (*name, family), "{text}");
        let again = ColumnType::parse(dialect, &ty.name);
        assert_eq!(again.name, ty.name, "the name of {text} reads as itself");
    }
}

#[test]
fn postgres_aliases_are_one_type() {
    let zoned = TypeFamily::Timestamp { zoned: true };
    check(
        Dialect::Postgres,
        &[
            ("INT4", "integer", TypeFamily::Integer { bytes: 4 }),
            ("bigserial", "bigint", TypeFamily::Integer { bytes: 8 }),
            ("character varying(20)", "varchar(20)", TypeFamily::Text { length: Some(20) }),
            ("VARCHAR", "varchar", TypeFamily::Text { length: None }),
            ("decimal(10, 2)", "numeric(10,2)", TypeFamily::Decimal { precision: Some((10, 2)) }),
            ("timestamp(3) with time zone", "timestamptz(3)", zoned.clone()),
            ("TIMESTAMP WITH TIME ZONE", "timestamptz", zoned),
            ("TIMESTAMP(3)", "timestamp(3)", TypeFamily::Timestamp { zoned: false }),
            ("timestamp without time zone", "timestamp", TypeFamily::Timestamp { zoned: false }),
            ("pg_catalog.text", "text", TypeFamily::Text { length: None }),
            ("text[][]", "text[]", TypeFamily::Array(Box::new(TypeFamily::Text { length: None }))),
            ("integer ARRAY", "integer[]", TypeFamily::Array(Box::new(TypeFamily::Integer { bytes: 4 }))),
            ("geometry(Point, 4326)", "geometry(Point,4326)", TypeFamily::Other("geometry".into())),
        ],
    );
}

#[test]
fn types_of_the_user_keep_their_quoted_name() {
    let custom = |text| ColumnType::parse(Dialect::Postgres, text).name;
    assert_eq!(custom("\"Role\""), "Role");
    assert_eq!(custom("\"public\".\"Role\"[]"), "Role[]");
    assert_eq!(custom("auth.Role"), "auth.role");
    assert_eq!(ColumnType::of_enum("Role").over_enum("Kind").name, "Kind");
    let array = ColumnType::parse(Dialect::Postgres, "\"Role\"[]");
    assert_eq!(array.named_type(), Some("Role"));
    assert_eq!(array.over_enum("Kind").name, "Kind[]");
}

#[test]
fn mysql_drops_display_widths_and_keeps_enum_values() {
    check(
        Dialect::Mysql,
        &[
            ("INT(11)", "int", TypeFamily::Integer { bytes: 4 }),
            ("int(10) UNSIGNED", "int unsigned", TypeFamily::Integer { bytes: 4 }),
            ("TINYINT(1)", "tinyint(1)", TypeFamily::Boolean),
            ("BOOLEAN", "tinyint(1)", TypeFamily::Boolean),
            ("VARCHAR(191) CHARACTER SET utf8mb4", "varchar(191)", TypeFamily::Text { length: Some(191) }),
            ("NUMERIC", "decimal(10,0)", TypeFamily::Decimal { precision: Some((10, 0)) }),
            ("DATETIME(3)", "datetime(3)", TypeFamily::Timestamp { zoned: false }),
        ],
    );
    let values = ColumnType::parse(Dialect::Mysql, "ENUM('a', 'b''c', 'D (e)')").inline_enum_values();
    assert_eq!(values, ["a", "b'c", "D (e)"]);
}

#[test]
fn sqlite_keeps_the_name_and_follows_affinity() {
    check(
        Dialect::Sqlite,
        &[
            ("INTEGER", "integer", TypeFamily::Integer { bytes: 8 }),
            ("VARCHAR(255)", "varchar(255)", TypeFamily::Text { length: Some(255) }),
            ("DATETIME", "datetime", TypeFamily::Timestamp { zoned: false }),
            ("", "", TypeFamily::Other(String::new())),
        ],
    );
}

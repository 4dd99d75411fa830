//! Behaviour of [`diff`], told in a few words per operation.
//!
//! `create T a:int! b:text`, `drop T`, `rename T to U`, `add T.a:int`, `drop T.a`, `rename T.a to b`, `type T.a bigint`,
//! `notnull T.a`, `null T.a`, `default T.a 0`, `copy T.a to b`, `unique T k a,b`, `index T k a`, `partial T k a`, `pk T a`,
//! `fk T a to U`, `unkey T k`, `enum E a,b`, `enumadd E c`, `enumrename E a to b`, `enumto E to F`, `enumdrop E`.

use super::*;
use crate::migration::{ColumnAlteration, Constraint, OperationKind, apply};
use crate::schema::{
    ColumnType, Dialect, EnumType, EnumValue, ForeignKey, Index, PrimaryKey, ReferentialAction, Table,
    TableKind, Unique,
};
use crate::text::FileId;

fn column(dialect: Dialect, text: &str, span: Span) -> Column {
    let (name, ty) = text.split_once(':').expect("name:type");
    let nullable = !ty.ends_with('!');
    let ty = ColumnType::parse(dialect, ty.trim_end_matches('!'));
    Column {
        name: name.to_owned(),
        ty,
        nullable,
        default: None,
        generated: false,
        expression: None,
        sequence: None,
        span,
    }
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::to_owned).collect()
}

fn operation(dialect: Dialect, line: &str, span: Span) -> OperationKind {
    let words: Vec<&str> = line.split_whitespace().collect();
    let (verb, target, rest) = (words[0], words[1], &words[2..]);
    let (table, member) = target.split_once('.').map_or((target, ""), |(table, member)| (table, member));
    let table = TableName::plain(table);
    let alter = |alteration| OperationKind::AlterColumn {
        table: table.clone(),
        column: member.to_owned(),
        alteration,
    };
    let add =
        |constraint| OperationKind::AddConstraint { table: table.clone(), constraint, if_not_exists: false };
    match verb {
        "create" => {
            let mut made = Table::new(table, TableKind::Table, span);
            made.columns = rest.iter().map(|text| column(dialect, text, span)).collect();
            OperationKind::CreateTable { table: Box::new(made), if_not_exists: false, or_replace: false }
        }
        "drop" if member.is_empty() => {
            OperationKind::DropTable { table, if_exists: false, cascade: false, others: Vec::new() }
        }
        "rename" if member.is_empty() => {
            OperationKind::RenameTable { table, to: TableName::plain(rest[1]), if_exists: false }
        }
        "add" => OperationKind::AddColumn {
            table,
            column: Box::new(column(dialect, member, span)),
            if_not_exists: false,
        },
        "drop" => {
            OperationKind::DropColumn { table, column: member.to_owned(), if_exists: false, cascade: false }
        }
        "rename" => OperationKind::RenameColumn { table, column: member.to_owned(), to: rest[1].to_owned() },
        "copy" => {
            OperationKind::CopyColumn { table, from: None, column: member.to_owned(), to: rest[1].to_owned() }
        }
        "type" => alter(ColumnAlteration {
            ty: Some(ColumnType::parse(dialect, rest[0])),
            ..ColumnAlteration::default()
        }),
        "notnull" => alter(ColumnAlteration { nullable: Some(false), ..ColumnAlteration::default() }),
        "null" => alter(ColumnAlteration { nullable: Some(true), ..ColumnAlteration::default() }),
        "default" => alter(ColumnAlteration {
            default: Some(Some(DefaultValue::Expression(rest[0].to_owned()))),
            ..ColumnAlteration::default()
        }),
        "unique" => {
            let (name, columns) = (Some(rest[0].to_owned()), names(rest[1]));
            add(Constraint::Unique(Unique { name, columns, span }))
        }
        "index" | "partial" => {
            let columns = names(rest[1]).into_iter().map(Some).collect();
            let predicate = (verb == "partial").then(|| "x > 0".to_owned());
            let name = Some(rest[0].to_owned());
            add(Constraint::Index(Index { unique: true, predicate, ..Index::new(name, columns, span) }))
        }
        "pk" => add(Constraint::PrimaryKey(PrimaryKey::new(None, names(rest[0]), span))),
        "fk" => add(Constraint::ForeignKey(ForeignKey {
            name: Some(format!("fk_{}", rest[0])),
            columns: names(rest[0]),
            referenced_table: TableName::plain(rest[2]),
            referenced_columns: vec!["id".to_owned()],
            on_delete: ReferentialAction::NoAction,
            on_update: ReferentialAction::NoAction,
            span,
        })),
        "unkey" => OperationKind::DropConstraint { table, name: Some(rest[0].to_owned()), if_exists: false },
        "enum" => {
            let values = names(rest[0]).into_iter().map(|name| EnumValue { name, span }).collect();
            let item = EnumType { name: table, values, span };
            OperationKind::CreateEnum { item, if_not_exists: false }
        }
        "enumadd" => {
            OperationKind::AddEnumValue { name: table, value: rest[0].to_owned(), before: None, after: None }
        }
        "enumrename" => {
            OperationKind::RenameEnumValue { name: table, value: rest[0].to_owned(), to: rest[2].to_owned() }
        }
        "enumto" => OperationKind::RenameEnum { name: table, to: TableName::plain(rest[1]) },
        "enumdrop" => OperationKind::DropEnum { name: table, cascade: false },
        _ => panic!("unknown operation: {line}"),
    }
}

fn operations(dialect: Dialect, file: FileId, text: &str) -> Vec<Operation> {
    let mut operations = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() {
            let span = Span::new(file, start, start + line.trim_end().len());
            operations.push(Operation { kind: operation(dialect, line, span), span });
        }
        start += line.len();
    }
    operations
}

fn show(kind: &ChangeKind) -> String {
    match kind {
        ChangeKind::AddTable { table } => format!("add {table}"),
        ChangeKind::DropTable { table } => format!("drop {table}"),
        ChangeKind::RenameTable { table } => format!("rename {} to {}", table.before, table.after),
        ChangeKind::AddColumn { table, column } => format!("add {table}.{}", column.name),
        ChangeKind::DropColumn { table, column } => format!("drop {table}.{column}"),
        ChangeKind::RenameColumn { table, column } => {
            format!("rename {table}.{} to {}", column.before, column.after)
        }
        ChangeKind::AlterColumnType { table, column, ty, effect } => {
            format!("type {table}.{column} {} to {} {effect:?}", ty.before.name, ty.after.name)
        }
        ChangeKind::AlterColumnNullability { table, column, nullable, has_default } => {
            format!("nullable {table}.{column} {nullable} default {has_default}")
        }
        ChangeKind::AlterColumnDefault { table, column, has_default } => {
            format!("default {table}.{column} {} to {}", has_default.before, has_default.after)
        }
        ChangeKind::AddEnum { name } => format!("add enum {name}"),
        ChangeKind::DropEnum { name } => format!("drop enum {name}"),
        ChangeKind::AddEnumValue { name, value } => format!("add value {name}.{value}"),
        ChangeKind::DropEnumValue { name, value } => format!("drop value {name}.{value}"),
        ChangeKind::RenameEnumValue { name, value } => {
            format!("rename value {name}.{} to {}", value.before, value.after)
        }
        ChangeKind::AddUnique { table, columns } => format!("add unique {table}({})", columns.join(",")),
        ChangeKind::DropUnique { table, columns, .. } => {
            format!("drop unique {table}({})", columns.join(","))
        }
        ChangeKind::AlterForeignKey { table, columns } => format!("alter key {table}({})", columns.join(",")),
        ChangeKind::AddForeignKey { table, columns } => format!("add key {table}({})", columns.join(",")),
        ChangeKind::DropForeignKey { table, columns } => {
            format!("drop key {table}({})", columns.join(","))
        }
    }
}

/// The changes of `pending` after `base`, each followed by `@` and the operation that it points at and, where there is
/// one, `?` and the candidate for a rename. Without operations, the same changes at least by name are `unguided`.
fn changes(dialect: Dialect, base: &str, pending: &str, guided: bool) -> Vec<String> {
    let mut before = Schema::new(dialect);
    let mut notes = Vec::new();
    for operation in operations(dialect, FileId(0), base) {
        apply(&mut before, &operation, &mut notes);
    }
    let mut after = before.clone();
    let steps = operations(dialect, FileId(1), pending);
    for operation in &steps {
        apply(&mut after, operation, &mut notes);
    }
    assert_eq!(notes, [], "the operations fit the schema");
    let shown = diff(Pair { before: &before, after: &after }, if guided { &steps } else { &[] });
    let line = |change: &Change| {
        let text = if change.span.file == FileId(0) { base } else { pending };
        let place =
            if guided { format!(" @ {}", &text[change.span.range.as_usize()]) } else { String::new() };
        let candidate = change.rename_candidate.as_ref().map(|name| format!(" ? {name}")).unwrap_or_default();
        format!("{}{place}{candidate}", show(&change.kind))
    };
    shown.iter().map(line).collect()
}

fn check(base: &str, pending: &str, expected: &[&str]) {
    assert_eq!(changes(Dialect::Postgres, base, pending, true), expected, "{pending}");
}

const USERS: &str = "create U id:int! name:text mail:varchar(20)!\npk U id\nunique U u_mail mail";

#[test]
fn every_kind_of_change_points_at_its_operation() {
    check(USERS, "create T id:int!\npk T id", &["add T @ create T id:int!"]);
    check(USERS, "drop U", &["drop U @ drop U"]);
    check(USERS, "rename U to V", &["rename U to V @ rename U to V"]);
    check(USERS, "add U.age:int", &["add U.age @ add U.age:int"]);
    check(USERS, "drop U.name", &["drop U.name @ drop U.name"]);
    check(USERS, "rename U.name to full", &["rename U.name to full @ rename U.name to full"]);
    check(
        USERS,
        "type U.id bigint\nnotnull U.name\ndefault U.name x",
        &[
            "type U.id integer to bigint Widening @ type U.id bigint",
            "nullable U.name false default true @ notnull U.name",
            "default U.name false to true @ default U.name x",
        ],
    );
    check(USERS, "unkey U u_mail", &["drop unique U(mail) @ unkey U u_mail"]);
    check(USERS, "unique U k name,mail", &["add unique U(name,mail) @ unique U k name,mail"]);
    check(
        "create U id:int!\npk U id\ncreate P id:int! u:int\nfk P u to U",
        "unkey P fk_u",
        &["drop key P(u) @ unkey P fk_u"],
    );
    check(
        "create U id:int!\npk U id\ncreate P id:int! u:int",
        "fk P u to U",
        &["add key P(u) @ fk P u to U"],
    );
}

#[test]
fn renames_are_followed_over_several_operations() {
    check(
        USERS,
        "rename U to V\nrename V.name to n\ntype V.n varchar(9)\nrename V.n to full\nrename V to W",
        &[
            "type U.name text to varchar(9) Narrowing @ type V.n varchar(9)",
            "rename U.name to full @ rename V.n to full",
            "rename U to W @ rename V to W",
        ],
    );
    check(USERS, "rename U.name to x\nrename U.x to name", &[]);
    check(
        USERS,
        "rename U.name to old\nadd U.name:text",
        &["rename U.name to old @ rename U.name to old", "add U.name @ add U.name:text"],
    );
    check(
        USERS,
        "drop U.name\nrename U.mail to name",
        &["drop U.name @ drop U.name", "rename U.mail to name @ rename U.mail to name"],
    );
}

#[test]
fn what_comes_and_goes_in_between_is_no_change() {
    check(USERS, "add U.tmp:int\ndrop U.tmp\ncreate T id:int!\ndrop T", &[]);
    check(USERS, "drop U.name\nadd U.name:text", &[]);
    check(
        USERS,
        "drop U.name\nadd U.name:int",
        &["type U.name text to integer Incompatible @ add U.name:int"],
    );
    check(USERS, "unkey U u_mail\nindex U other mail", &[]);
}

#[test]
fn a_copy_makes_a_rename_of_a_drop_and_an_addition() {
    check(
        USERS,
        "add U.full:text\ncopy U.name to full\ndrop U.name",
        &["rename U.name to full @ drop U.name"],
    );
    check(
        USERS,
        "add U.full:int\ncopy U.name to full\ndrop U.name",
        &["add U.full @ add U.full:int", "drop U.name @ drop U.name ? full"],
    );
}

#[test]
fn without_a_copy_the_only_like_column_is_a_candidate() {
    check(
        USERS,
        "add U.full:text\ndrop U.name",
        &["add U.full @ add U.full:text", "drop U.name @ drop U.name ? full"],
    );
    check(
        USERS,
        "add U.a:text\nadd U.b:text\ndrop U.name",
        &["add U.a @ add U.a:text", "add U.b @ add U.b:text", "drop U.name @ drop U.name"],
    );
    check(
        "create T a:text b:text",
        "add T.c:text\ndrop T.a\ndrop T.b",
        &["add T.c @ add T.c:text", "drop T.a @ drop T.a", "drop T.b @ drop T.b"],
    );
    check(
        USERS,
        "drop U\ncreate V id:int! name:text mail:varchar(20)!",
        &["drop U @ drop U ? V", "add V @ create V id:int! name:text mail:varchar(20)!"],
    );
}

#[test]
fn a_rebuilt_table_is_the_same_table() {
    let rebuild =
        "create new_U id:bigint! full:text\ncopy new_U.name to full\ndrop U\nrename new_U to U\npk U id";
    let created = "create new_U id:bigint! full:text";
    check(
        USERS,
        rebuild,
        &[
            &format!("drop U.mail @ {created}"),
            &format!("type U.id integer to bigint Widening @ {created}"),
            &format!("rename U.name to full @ {created}"),
        ],
    );
    check("create U id:int! name:text", "rename U to old_U\ncreate U id:int! name:text\ndrop old_U", &[]);
}

#[test]
fn one_cause_is_one_change() {
    check(
        "create U id:int! a:int! b:int!\npk U id\nunique U k a,b\nunique U l b",
        "drop U.a",
        &["drop U.a @ drop U.a"],
    );
    check("create U id:int!\npk U id\ncreate P id:int! u:int\nfk P u to U", "drop U", &["drop U @ drop U"]);
    check(
        "create U id:int!\npk U id\ncreate P id:int! u:int\nfk P u to U",
        "rename U to V\nrename P.u to v",
        &["rename U to V @ rename U to V", "rename P.u to v @ rename P.u to v"],
    );
}

#[test]
fn constraints_indexes_and_primary_keys_are_one_kind_of_unique() {
    let base = "create U a:int! b:int!\nunique U k a";
    check(base, "unkey U k\npk U a", &[]);
    check(base, "unkey U k\npartial U p a", &["drop unique U(a) @ unkey U k"]);
    check("create U a:int! b:int!\nunique U k a,b", "unkey U k\nunique U l b,a", &[]);
}

#[test]
fn a_type_that_is_spelled_out_is_the_same_type() {
    check(
        "create T a:timestamptz b:timestamp(6) c:time(3)",
        "type T.a timestamptz(6)\ntype T.b timestamp",
        &[],
    );
    check(
        "create T c:timestamptz(3)",
        "type T.c timestamptz",
        &["type T.c timestamptz(3) to timestamptz Widening @ type T.c timestamptz"],
    );
}

#[test]
fn enum_values_and_types() {
    let base = "enum e a,b\ncreate T x:e";
    check(base, "enumadd e c", &["add value e.c @ enumadd e c"]);
    check(base, "enumrename e a to z", &["rename value e.a to z @ enumrename e a to z"]);
    check(base, "enumto e to f", &["drop enum e @ enumto e to f ? f", "add enum f @ enumto e to f"]);
    check("enum e a,b", "enumdrop e", &["drop enum e @ enumdrop e"]);
    check(
        base,
        "enum e_new a\ntype T.x e_new\nenumto e to e_old\nenumto e_new to e\nenumdrop e_old",
        &["drop value e.b @ enum e_new a"],
    );
}

#[test]
fn two_schemas_without_operations() {
    let shown = changes(
        Dialect::Postgres,
        USERS,
        "rename U.name to full\ntype U.mail text\nadd U.age:int\ncreate T id:int!",
        false,
    );
    let expected = [
        "drop U.name ? full",
        "add U.full",
        "type U.mail varchar(20) to text Widening",
        "add U.age",
        "add T",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn a_default_written_otherwise_is_no_change() {
    let same = [
        ("E'a'", "'a'"),
        ("'a'::text", "'a'"),
        ("now()", "CURRENT_TIMESTAMP"),
        ("'{}'", "ARRAY[]::text[]"),
        ("(0)", "0"),
        ("TRUE", "true"),
    ];
    for (before, after) in same {
        assert_eq!(plain_expression(before), plain_expression(after), "{before} {after}");
    }
    for (before, after) in [("'a'", "'A'"), ("0", "1"), ("f(a)", "f(b)"), ("'a::b'", "'a'")] {
        assert_ne!(plain_expression(before), plain_expression(after), "{before} {after}");
    }
}

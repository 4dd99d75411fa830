//! Behaviour of the Prisma front end: a schema in, tables and entities out, in short lines.

use super::*;
use crate::schema::{Column, DefaultValue, Entity, Field, FieldKind, ReferentialAction, Table, ValueSource};
use crate::text::MemoryFiles;

fn load_files(files: &[(&str, &str)], path: &str) -> (Sources, SchemaSource) {
    let memory: MemoryFiles = files.iter().map(|(path, text)| (*path, *text)).collect();
    let sources = Sources::new(Box::new(memory));
    let source = load(&Project::new(&sources), path, None);
    (sources, source)
}

fn show_column(column: &Column) -> String {
    let required = if column.nullable { "" } else { "!" };
    let default = match &column.default {
        None => String::new(),
        Some(DefaultValue::AutoIncrement) => " = auto".to_owned(),
        Some(DefaultValue::Expression(text)) => format!(" = {text}"),
    };
    format!("  {} {}{required}{default}", column.name, column.ty.name)
}

fn show_table(table: &Table) -> Vec<String> {
    let mut lines = vec![format!("{:?} {}", table.kind, table.name)];
    lines.extend(table.columns.iter().map(show_column));
    if let Some(key) = &table.primary_key {
        lines.push(format!("  pk {}({})", key.name.as_deref().unwrap_or_default(), key.columns.join(",")));
    }
    for index in &table.indexes {
        let kind = if index.unique { "unique" } else { "index" };
        let columns: Vec<&str> =
            index.columns.iter().map(|column| column.as_deref().unwrap_or("?")).collect();
        lines.push(format!("  {kind} {}({})", index.name.as_deref().unwrap_or_default(), columns.join(",")));
    }
    for key in &table.foreign_keys {
        let action = |action: ReferentialAction| action.sql().to_lowercase();
        lines.push(format!(
            "  fk {}({}) -> {}({}) {} / {}",
            key.name.as_deref().unwrap_or_default(),
            key.columns.join(","),
            key.referenced_table,
            key.referenced_columns.join(","),
            action(key.on_delete),
            action(key.on_update),
        ));
    }
    lines
}

fn datasource(provider: &str, text: &str) -> String {
    format!("datasource db {{\n  provider = \"{provider}\"\n}}\n{text}")
}

fn check_tables(provider: &str, text: &str, expected: &[&str]) {
    let text = datasource(provider, text);
    let (_, source) = load_files(&[("schema.prisma", &text)], "schema.prisma");
    assert_eq!(source.unanalyzed, [], "{text}");
    let mut lines: Vec<String> = Vec::new();
    for item in &source.schema.enums {
        let values: Vec<&str> = item.values.iter().map(|value| value.name.as_str()).collect();
        lines.push(format!("Enum {} {}", item.name, values.join(",")));
    }
    lines.extend(source.schema.tables.iter().flat_map(show_table));
    assert_eq!(lines, expected, "{text}");
}

#[test]
fn columns_as_postgres_gets_them() {
    check_tables(
        "postgresql",
        "model User {\n  id Int @id @default(autoincrement())\n  email String? @unique @map(\"mail\") @db.VarChar(20)\n  \
         role Role @default(ADMIN)\n  tags String[] @default([\"a'b\"])\n  at DateTime @default(now()) @db.Timestamptz(6)\n  \
         upd DateTime @updatedAt\n  u String @default(uuid()) @db.Uuid\n  g String @default(dbgenerated(\"f()\"))\n  \
         price Decimal @default(1.50)\n  on Boolean @default(true)\n  point Unsupported(\"point\")?\n  \
         @@index([role, at(sort: Desc)])\n  @@map(\"users\")\n  @@schema(\"auth\")\n}\n\
         enum Role {\n  ADMIN @map(\"admin\")\n  USER\n  @@map(\"user_role\")\n}",
        &[
            "Enum user_role admin,USER",
            "Table auth.users",
            "  id integer! = auto",
            "  mail varchar(20)",
            "  role user_role! = 'admin'",
            "  tags text[] = ARRAY['a''b']::text[]",
            "  at timestamptz(6)! = CURRENT_TIMESTAMP",
            "  upd timestamp(3)!",
            "  u uuid!",
            "  g text! = f()",
            "  price numeric(65,30)! = 1.50",
            "  on boolean! = true",
            "  point point",
            "  pk users_pkey(id)",
            "  unique users_mail_key(mail)",
            "  index users_role_at_idx(role,at)",
        ],
    );
}

#[test]
fn the_other_databases_have_their_own_types() {
    let text = "model A {\n  id Int @id\n  s String\n  b Boolean\n  f Float\n  d Decimal\n  t DateTime\n  j Json\n  x Bytes\n  \
                e E\n}\nenum E {\n  ONE\n  TWO @map(\"2\")\n}";
    check_tables(
        "mysql",
        text,
        &[
            "Table A",
            "  id int!",
            "  s varchar(191)!",
            "  b tinyint(1)!",
            "  f double!",
            "  d decimal(65,30)!",
            "  t datetime(3)!",
            "  j json!",
            "  x longblob!",
            "  e enum('ONE','2')!",
            "  pk (id)",
        ],
    );
    check_tables(
        "sqlite",
        text,
        &[
            "Table A",
            "  id integer! = auto",
            "  s text!",
            "  b boolean!",
            "  f real!",
            "  d decimal!",
            "  t datetime!",
            "  j jsonb!",
            "  x blob!",
            "  e text!",
            "  pk (id)",
        ],
    );
}

#[test]
fn foreign_keys_have_the_default_actions_of_their_nullability() {
    check_tables(
        "postgresql",
        "model A {\n  x Int\n  y Int\n  bs B[]\n  @@id([x, y], map: \"a_key\")\n}\n\
         model B {\n  id Int @id\n  ax Int @map(\"a_x\")\n  ay Int?\n  a A? @relation(fields: [ax, ay], references: [x, y])\n  \
         bossId Int?\n  boss B? @relation(\"boss\", fields: [bossId], references: [id])\n  staff B[] @relation(\"boss\")\n  \
         cId Int @unique\n  c C @relation(fields: [cId], references: [id], onDelete: Cascade, onUpdate: NoAction, map: \"own\")\n}\n\
         model C {\n  id Int @id\n  b B?\n}",
        &[
            "Table A",
            "  x integer!",
            "  y integer!",
            "  pk a_key(x,y)",
            "Table B",
            "  id integer!",
            "  a_x integer!",
            "  ay integer",
            "  bossId integer",
            "  cId integer!",
            "  pk B_pkey(id)",
            "  unique B_cId_key(cId)",
            "  fk B_a_x_ay_fkey(a_x,ay) -> A(x,y) restrict / cascade",
            "  fk B_bossId_fkey(bossId) -> B(id) set null / cascade",
            "  fk own(cId) -> C(id) cascade / no action",
            "Table C",
            "  id integer!",
            "  pk C_pkey(id)",
        ],
    );
}

#[test]
fn many_to_many_relations_have_a_table_of_their_own() {
    let text = "model Tag {\n  id String @id\n  posts Post[]\n}\nmodel Post {\n  id Int @id\n  tags Tag[]\n  \
                likes Post[] @relation(\"likes\")\n  likedBy Post[] @relation(\"likes\")\n}";
    check_tables(
        "postgresql",
        text,
        &[
            "Table Tag",
            "  id text!",
            "  pk Tag_pkey(id)",
            "Table Post",
            "  id integer!",
            "  pk Post_pkey(id)",
            "Table _PostToTag",
            "  A integer!",
            "  B text!",
            "  pk _PostToTag_AB_pkey(A,B)",
            "  index _PostToTag_B_index(B)",
            "  fk _PostToTag_A_fkey(A) -> Post(id) cascade / cascade",
            "  fk _PostToTag_B_fkey(B) -> Tag(id) cascade / cascade",
            "Table _likes",
            "  A integer!",
            "  B integer!",
            "  pk _likes_AB_pkey(A,B)",
            "  index _likes_B_index(B)",
            "  fk _likes_A_fkey(A) -> Post(id) cascade / cascade",
            "  fk _likes_B_fkey(B) -> Post(id) cascade / cascade",
        ],
    );
}

fn show_field(field: &Field) -> String {
    let kind = match &field.kind {
        FieldKind::Column { column } => column.clone(),
        FieldKind::Relation { entity, fields, references, name, join_table } => {
            let name = name.as_deref().unwrap_or_default();
            let through = join_table.as_ref().map(|table| format!(" through {table}")).unwrap_or_default();
            format!("{entity}:{name}({})->({}){through}", fields.join(","), references.join(","))
        }
        FieldKind::Computed => "computed".to_owned(),
    };
    let mark = |holds: bool, text: &'static str| if holds { text } else { "" };
    let default = match field.default {
        ValueSource::None => "",
        ValueSource::Orm => " orm",
        ValueSource::Database => " database",
    };
    format!(
        "  {}: {} {kind}{}{}{default}{}{}",
        field.name,
        field.type_name,
        mark(field.list, " list"),
        mark(field.nullable, " nullable"),
        mark(field.on_update, " on update"),
        mark(field.ignored, " ignored"),
    )
}

fn show_entity(entity: &Entity) -> Vec<String> {
    let mut lines =
        vec![format!("{} = {}{}", entity.name, entity.table, if entity.ignored { " ignored" } else { "" })];
    lines.extend(entity.fields.iter().map(show_field));
    let keys = entity.unique_keys.iter();
    lines.extend(keys.map(|(name, fields)| format!("  key {name}({})", fields.join(","))));
    lines
}

#[test]
fn entities_say_what_code_calls_things() {
    let text = datasource(
        "postgresql",
        "model User {\n  id Int @id @default(autoincrement())\n  mail String @unique @map(\"email\")\n  \
         name String? @default(cuid())\n  at DateTime @updatedAt\n  g String @default(dbgenerated())\n  secret String @ignore\n  \
         place Unsupported(\"point\")?\n  posts Post[]\n  @@map(\"users\")\n  @@unique([name, mail])\n  @@unique([at, g], name: \"when\")\n}\n\
         model Post {\n  a Int\n  b Int\n  authorId Int\n  author User @relation(fields: [authorId], references: [id])\n  \
         tags Tag[]\n  @@id([a, b])\n}\nmodel Tag {\n  id Int @id\n  post Post[]\n  @@ignore\n}\n\
         view Seen {\n  id Int @unique\n}",
    );
    let (_, source) = load_files(&[("schema.prisma", &text)], "schema.prisma");
    let lines: Vec<String> = source.mapping.entities.iter().flat_map(show_entity).collect();
    let expected = [
        "User = users",
        "  id: Int id database",
        "  mail: String email",
        "  name: String name nullable orm",
        "  at: DateTime at orm on update",
        "  g: String g database",
        "  secret: String secret ignored",
        "  place: Unsupported(\"point\") place nullable ignored",
        "  posts: Post Post:()->() list",
        "  key id(id)",
        "  key mail(mail)",
        "  key name_mail(name,mail)",
        "  key when(at,g)",
        "Post = Post",
        "  a: Int a",
        "  b: Int b",
        "  authorId: Int authorId",
        "  author: User User:(authorId)->(id)",
        "  tags: Tag Tag:()->() through _PostToTag list",
        "  key a_b(a,b)",
        "Tag = Tag ignored",
        "  id: Int id",
        "  post: Post Post:()->() through _PostToTag list",
        "  key id(id)",
        "Seen = Seen",
        "  id: Int id",
        "  key id(id)",
    ];
    assert_eq!(lines, expected);
    let seen = source.schema.table(&crate::schema::TableName::plain("Seen")).expect("the view");
    assert_eq!(show_table(seen), ["View Seen", "  id integer!"]);
}

#[test]
fn a_folder_is_one_schema_with_its_migrations_in_order() {
    let base = datasource(
        "sqlite",
        "generator client {\n  output = \"../../src/generated\"\n}\nmodel A {\n  id Int @id\n  b B?\n}",
    );
    let files = [
        ("prisma/schema/base.prisma", base.as_str()),
        (
            "prisma/schema/more/b.prisma",
            "model B {\n  id Int @id\n  aId Int @unique\n  a A @relation(fields: [aId], references: [id])\n}",
        ),
        ("prisma/migrations/2_second/migration.sql", "ALTER TABLE \"A\" ADD COLUMN \"x\" TEXT;"),
        ("prisma/migrations/1_first/migration.sql", "CREATE TABLE \"A\" (\"id\" INTEGER PRIMARY KEY);"),
        ("prisma/migrations/migration_lock.toml", "provider = \"sqlite\""),
    ];
    let (sources, source) = load_files(&files, "prisma/schema");
    assert_eq!(source.unanalyzed, []);
    let tables: Vec<String> = source.schema.tables.iter().map(|table| table.name.to_string()).collect();
    assert_eq!(tables, ["A", "B"]);
    assert_eq!(source.mapping.clients, ["src/generated"]);
    let history = source.history.expect("a history");
    let ids: Vec<(&str, Vec<String>)> =
        history.revisions.iter().map(|revision| (revision.id.as_str(), revision.parents.clone())).collect();
    assert_eq!(ids, [("1_first", vec![]), ("2_second", vec!["1_first".to_owned()])]);
    let (migrated, notes) = history.schema_after(2);
    assert_eq!(notes, []);
    assert_eq!(migrated.tables[0].columns.len(), 2);
    assert_eq!(source.files.len(), 4);
    let first = &history.revisions[0];
    assert_eq!(sources.path(first.span.file), "prisma/migrations/1_first/migration.sql");
}

#[test]
fn what_is_wrong_is_said_and_the_rest_is_read() {
    let text = datasource(
        "postgresql",
        "model A {\n  id Int @id\n  b Missing?\n  c String @db.Wrong(3)\n  d: Int\n}\nmodel A {\n  id Int @id\n}",
    );
    let (sources, source) = load_files(&[("schema.prisma", &text)], "schema.prisma");
    let notes: Vec<String> = source
        .unanalyzed
        .iter()
        .map(|note| format!("{} @ {}", note.reason, sources.text(note.span).trim_end()))
        .collect();
    assert_eq!(
        notes,
        [
            "the Prisma schema is not valid here: \":\" is no part of a field's type @ :",
            "the name \"A\" is taken by an earlier block, which is the one used @ A",
            "no model, enum or type is called \"Missing\": the field is left out @ Missing",
            "postgres has no type \"Wrong\": the default type of String is assumed @ db.Wrong",
        ]
    );
    let columns: Vec<String> = source.schema.tables[0].columns.iter().map(show_column).collect();
    assert_eq!(columns, ["  id integer!", "  c text!", "  d integer!"]);
}

#[test]
fn a_schema_without_a_datasource_says_what_is_assumed() {
    let (_, source) = load_files(&[("a.prisma", "model A {\n  id Int @id\n}")], "a.prisma");
    assert_eq!(source.dialect, Dialect::Postgres);
    assert_eq!(source.unanalyzed[0].reason, "no datasource says the provider: PostgreSQL is assumed");
    let text = datasource("mongodb", "model A {\n  id String @id @map(\"_id\") @db.ObjectId\n}");
    let (_, source) = load_files(&[("a.prisma", &text)], "a.prisma");
    assert_eq!(source.unanalyzed[0].reason, "the provider \"mongodb\" is no SQL database that is known here");
}

//! What Prisma's calls do, as tables: which of them read rows, insert, update, delete.
//!
//! The facts are what the clients of Prisma 5.22, 6.19 and 7.10 sent to SQLite and PostgreSQL when they were run with their
//! query log on (`tests/data/implicit/rows.json`, and the shapes of `tests/truth/implicit`).

/// What a call of a delegate does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Operation {
    /// Its name.
    pub name: &'static str,
    /// Whether its rows come back: by SELECT or by RETURNING, with the columns that are selected.
    pub gives_rows: bool,
    /// The argument whose values it inserts.
    pub inserts: Option<&'static str>,
    /// The argument whose values it updates with.
    pub updates: Option<&'static str>,
    /// Whether it deletes.
    pub deletes: bool,
}

const fn operation(name: &'static str, gives_rows: bool) -> Operation {
    Operation { name, gives_rows, inserts: None, updates: None, deletes: false }
}

const fn inserting(name: &'static str, gives_rows: bool) -> Operation {
    Operation { inserts: Some("data"), ..operation(name, gives_rows) }
}

const fn updating(name: &'static str, gives_rows: bool) -> Operation {
    Operation { updates: Some("data"), ..operation(name, gives_rows) }
}

/// Every call of a delegate. What counts (`count`, `aggregate`, `groupBy`) names what its arguments name and no more.
pub const OPERATIONS: &[Operation] = &[
    operation("findUnique", true),
    operation("findUniqueOrThrow", true),
    operation("findFirst", true),
    operation("findFirstOrThrow", true),
    operation("findMany", true),
    operation("count", false),
    operation("aggregate", false),
    operation("groupBy", false),
    inserting("create", true),
    inserting("createMany", false),
    inserting("createManyAndReturn", true),
    updating("update", true),
    updating("updateMany", false),
    updating("updateManyAndReturn", true),
    Operation { inserts: Some("create"), updates: Some("update"), ..operation("upsert", true) },
    Operation { deletes: true, ..operation("delete", true) },
    Operation { deletes: true, ..operation("deleteMany", false) },
];

/// What a key below a relation in `data` does to the rows at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NestedWrite {
    /// The key.
    pub name: &'static str,
    /// Where the values stand that it inserts: a key below it, or nothing for what stands under it itself.
    pub inserts: Option<&'static str>,
    /// Whether it inserts only what it does not find.
    pub if_new: bool,
    /// Where the values stand that it updates with, likewise; a key that may be left out (`update: { where, data }`).
    pub updates: Option<&'static str>,
    /// Whether it sets the foreign key, where the row at the other end holds it.
    pub links: Links,
}

/// What becomes of the foreign key of the row at the other end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Links {
    /// Nothing.
    No,
    /// It is set.
    Set,
    /// It is set to the rows that are given, and cleared for the others.
    Replaced,
    /// It is cleared.
    Cleared,
}

const fn nested(name: &'static str) -> NestedWrite {
    NestedWrite { name, inserts: None, if_new: false, updates: None, links: Links::No }
}

/// Every nested write.
pub const NESTED_WRITES: &[NestedWrite] = &[
    NestedWrite { inserts: Some(""), links: Links::Set, ..nested("create") },
    NestedWrite { inserts: Some("data"), ..nested("createMany") },
    NestedWrite { inserts: Some("create"), if_new: true, links: Links::Set, ..nested("connectOrCreate") },
    NestedWrite { inserts: Some("create"), if_new: true, updates: Some("update"), ..nested("upsert") },
    NestedWrite { links: Links::Set, ..nested("connect") },
    NestedWrite { links: Links::Replaced, ..nested("set") },
    NestedWrite { links: Links::Cleared, ..nested("disconnect") },
    NestedWrite { updates: Some("data"), ..nested("update") },
    NestedWrite { updates: Some("data"), ..nested("updateMany") },
    nested("delete"),
    nested("deleteMany"),
];

/// The first major version whose UPDATE that only clears a foreign key leaves `@updatedAt` alone.
pub const CLEARING_IS_NO_UPDATE: u32 = 6;

/// The first major version that looks for the row of an `upsert` first when `where` holds more than the unique key.
pub const UPSERT_NEEDS_A_PLAIN_KEY: u32 = 7;

/// The call of this name.
pub fn operation_of(name: &str) -> Option<&'static Operation> {
    OPERATIONS.iter().find(|operation| operation.name == name)
}

/// The nested write of this name.
pub fn nested_write_of(name: &str) -> Option<&'static NestedWrite> {
    NESTED_WRITES.iter().find(|write| write.name == name)
}

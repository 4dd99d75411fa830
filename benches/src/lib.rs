//! Private: what the benches read. Everything is generated from a seed, so that no large file is kept.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// A sequence of numbers that is the same on every machine (the generator "splitmix64").
#[derive(Debug, Clone)]
pub struct Seed(pub u64);

impl Seed {
    /// A number below `bound`.
    pub fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % bound.max(1)
    }
}

/// How many tables a generated project has.
pub const TABLES: u64 = 40;

/// The column that all tables have.
pub const COMMON: &str = "name";

/// The column of the first table that few files name.
pub const RARE: &str = "rare_column";

fn columns(table: u64) -> Vec<String> {
    let mut columns = vec![COMMON.to_owned()];
    columns.extend((0..8).map(|column| format!("column_{table}_{column}")));
    if table == 0 {
        columns.push(RARE.to_owned());
    }
    columns
}

/// The schema as `CREATE TABLE` statements.
pub fn sql_schema() -> String {
    let mut text = String::new();
    for table in 0..TABLES {
        let columns: Vec<String> =
            columns(table).iter().map(|column| format!("  {column} text NOT NULL")).collect();
        let _ = write!(
            text,
            "CREATE TABLE table_{table} (\n  id integer PRIMARY KEY,\n{}\n);\n",
            columns.join(",\n")
        );
    }
    text
}

/// The schema as Prisma writes it.
pub fn prisma_schema() -> String {
    let mut text = "datasource db {\n  provider = \"postgresql\"\n  url = env(\"URL\")\n}\n".to_owned();
    for table in 0..TABLES {
        let columns: Vec<String> = columns(table).iter().map(|column| format!("  {column} String")).collect();
        let columns = columns.join("\n");
        let _ =
            write!(text, "model Model{table} {{\n  id Int @id\n{columns}\n  @@map(\"table_{table}\")\n}}\n");
    }
    text
}

/// The models of the schema for SQLAlchemy.
pub fn python_models() -> String {
    let mut text = "from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column\n\n\n\
                    class Base(DeclarativeBase):\n    pass\n"
        .to_owned();
    for table in 0..TABLES {
        let columns: Vec<String> =
            columns(table).iter().map(|column| format!("    {column}: Mapped[str]")).collect();
        let columns = columns.join("\n");
        let _ = write!(
            text,
            "\n\nclass Model{table}(Base):\n    __tablename__ = \"table_{table}\"\n    \
             id: Mapped[int] = mapped_column(primary_key=True)\n{columns}\n"
        );
    }
    text
}

/// One module of Python code: functions that query and read rows, and as much that has nothing to do with them.
pub fn python_module(seed: &mut Seed, functions: u64) -> String {
    let mut text = "from sqlalchemy import select\n\nfrom models import *\n".to_owned();
    for function in 0..functions {
        let table = 1 + seed.below(TABLES - 1);
        let column = format!("column_{table}_{}", seed.below(8));
        let _ = write!(
            text,
            "\n\ndef load_{function}(session, limit: int = {limit}):\n    \
             rows = session.scalars(select(Model{table}).where(Model{table}.{column} == \"x\").limit(limit)).all()\n    \
             found = {{row.id: row.{COMMON} for row in rows if row.{column}}}\n    \
             return [str(value).strip() for value in found.values()]\n",
            limit = seed.below(100),
        );
    }
    text
}

/// One module of TypeScript code, likewise.
pub fn typescript_module(seed: &mut Seed, functions: u64) -> String {
    let mut text = "import { prisma } from './db';\n".to_owned();
    for function in 0..functions {
        let table = 1 + seed.below(TABLES - 1);
        let column = format!("column_{table}_{}", seed.below(8));
        let _ = write!(
            text,
            "\nexport async function load{function}(limit: number = {limit}): Promise<string[]> {{\n  \
             const rows = await prisma.model{table}.findMany({{ where: {{ {column}: 'x' }}, take: limit }});\n  \
             return rows.filter((row) => row.{column}).map((row) => row.{COMMON}.trim());\n}}\n",
            limit = seed.below(100),
        );
    }
    text
}

/// A project of `files` modules in both languages; one of each names the rare column.
///
/// # Errors
/// What the system says when a file cannot be written.
pub fn write_project(folder: &Path, files: u64) -> io::Result<PathBuf> {
    let mut seed = Seed(1);
    fs::create_dir_all(folder.join("src"))?;
    fs::write(folder.join("schema.sql"), sql_schema())?;
    fs::write(folder.join("models.py"), python_models())?;
    let client =
        "import { PrismaClient } from '@prisma/client';\nexport const prisma = new PrismaClient();\n";
    fs::write(folder.join("src/db.ts"), client)?;
    fs::write(folder.join("schema.prisma"), prisma_schema())?;
    for file in 0..files {
        fs::write(folder.join(format!("module_{file}.py")), python_module(&mut seed, 20))?;
        fs::write(folder.join(format!("src/module{file}.ts")), typescript_module(&mut seed, 20))?;
    }
    let rare = format!("from models import Model0\n\n\ndef rare(row: Model0):\n    return row.{RARE}\n");
    fs::write(folder.join("rare.py"), rare)?;
    let rare = format!(
        "import {{ prisma }} from './db';\nexport const rare = () => prisma.model0.findMany({{ select: {{ {RARE}: true }} }});\n"
    );
    fs::write(folder.join("src/rare.ts"), rare)?;
    Ok(folder.to_owned())
}

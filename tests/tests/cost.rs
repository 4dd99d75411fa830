//! What a question may cost: so many files and bytes are parsed for it and no more. Nothing is timed, so that a loaded machine
//! says the same; a question that suddenly parses four times as many files fails here and nowhere else.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use seawall::analyze::usages_and_cost;
use seawall::{ChangeSource, Options, check};

/// A question, and the most that it may parse.
struct Bound {
    target: &'static str,
    files: usize,
    bytes: u64,
    why: &'static str,
}

const fn bound(target: &'static str, files: usize, bytes: u64, why: &'static str) -> Bound {
    Bound { target, files, bytes, why }
}

/// Models that have nothing to do with what is asked.
const MODELS: usize = 30;
/// Files that load and write rows of these models.
const SERVICES: usize = 200;
/// Files that meet no database.
const LIBRARY: usize = 100;
/// Files of another application, which no import joins with the one that has the models.
const TOOLS: usize = 40;

fn hold(root: &Path, bounds: &[Bound]) {
    let mut broken = String::new();
    for Bound { target, files, bytes, why } in bounds {
        let options = Options { root: root.display().to_string(), ..Options::default() };
        let (report, cost) = usages_and_cost(&options, target).expect("a question that has an answer");
        assert!(!report.usages.is_empty(), "{target} has no usages: the question asks nothing");
        if cost.files_parsed > *files || cost.bytes_parsed > *bytes {
            let (parsed, size) = (cost.files_parsed, cost.bytes_parsed);
            let _ = writeln!(
                broken,
                "{target}: {parsed} files with {size} bytes are parsed, at most {files} with {bytes} may be: {why}"
            );
        }
    }
    assert!(broken.is_empty(), "{}:\n{broken}", root.display());
}

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

/// A folder of this test's own, empty.
fn folder(name: &str) -> PathBuf {
    let path = std::env::temp_dir().join(format!("seawall-cost-{name}-{}", std::process::id()));
    let _ = fs::remove_dir_all(&path);
    path
}

fn write(root: &Path, path: &str, text: &str) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// `Depot07` and `depot_07`.
fn model(number: usize) -> (String, String) {
    (format!("Depot{number:02}"), format!("depot_{number:02}"))
}

#[test]
fn what_is_asked_of_the_examples_is_cheap() {
    hold(
        &project("examples/alembic-shop"),
        &[
            bound("products.sku", 12, 14_000, "five revisions, the models, what names them"),
            bound("customers.full_name", 9, 12_000, "the same: the schema and the classes of one file"),
        ],
    );
    hold(
        &project("examples/sql-shop"),
        &[bound(
            "customers.email",
            3,
            2_800,
            "a schema in SQL parses no code; files that say `email` in a statement",
        )],
    );
    hold(
        &project("examples/prisma-shop"),
        &[bound("Customer.phone", 9, 6_500, "files that say `phone`, load customers, or hand them on")],
    );
}

#[test]
fn what_is_asked_of_toolshed_is_cheap() {
    hold(
        &project("tests/projects/toolshed"),
        &[
            bound(
                "Tool.purchasedAt",
                37,
                78_000,
                "what loads tools: a third of a project that is all about tools",
            ),
            bound(
                "Reservation.purpose",
                13,
                32_000,
                "what loads reservations, and what extends an interface that takes one",
            ),
        ],
    );
}

#[test]
fn a_question_of_many_python_files_parses_those_that_can_meet_it() {
    let root = folder("python");
    python_project(&root);
    hold(
        &root,
        &[
            bound(
                "invoices.archival_code",
                9,
                6_500,
                "the revision, three users, the class, its base, what it refers to",
            ),
            bound("Invoice.archival_code", 9, 6_500, "the same, by the names of the code"),
            bound("invoices", 9, 6_500, "a table costs no more than its rarest column"),
            bound(
                "customers.name",
                146,
                33_000,
                "each of 140 files with `name` in it, and the models; no service",
            ),
            bound(
                "depot_07.shelf_mark",
                236,
                90_000,
                "each of 200 services says it of its own model, and so do 30 models",
            ),
        ],
    );
    let options = Options { root: root.display().to_string(), ..Options::default() };
    let change = ChangeSource::Sql("ALTER TABLE invoices DROP COLUMN archival_code".to_owned());
    let parsed = check(&options, &change).expect("a report").stats.files_parsed;
    // All models are compared with the schema; no service is needed, and no file for a `getattr` that names what it reads.
    assert!(parsed <= MODELS + 12, "{parsed} files are parsed");
    let _ = fs::remove_dir_all(root);
}

#[test]
fn a_question_of_many_typescript_files_parses_those_that_can_meet_it() {
    let root = folder("typescript");
    typescript_project(&root);
    hold(
        &root,
        &[
            bound(
                "Invoice.archivalCode",
                4,
                1_000,
                "three users and the client: a hundred files have variables called `invoice`",
            ),
            bound("invoices.archival_code", 4, 1_000, "the same, by the names of the database"),
            bound("Invoice", 4, 1_000, "a model costs no more than its rarest field"),
            bound("Customer.name", 100, 19_000, "each of 100 files with `name` in it; no service"),
            bound("Depot07.shelfMark", 201, 56_000, "each of 200 services says it of its own model"),
        ],
    );
    let _ = fs::remove_dir_all(root);
}

fn python_project(root: &Path) {
    let mut revision = String::from(
        "import sqlalchemy as sa\nfrom alembic import op\n\nrevision = \"0001\"\ndown_revision = None\n\n\ndef upgrade():\n",
    );
    let mut create = |table: &str, columns: &str| {
        let _ = writeln!(
            revision,
            "    op.create_table(\"{table}\", sa.Column(\"id\", sa.Integer(), primary_key=True), {columns})"
        );
    };
    create("invoices", "sa.Column(\"archival_code\", sa.Text()), sa.Column(\"customer_id\", sa.Integer())");
    create("customers", "sa.Column(\"name\", sa.Text())");
    for number in 0..MODELS {
        create(&model(number).1, "sa.Column(\"shelf_mark\", sa.Text())");
    }
    write(root, "migrations/versions/0001_first.py", &revision);
    write(root, "migrations/env.py", "from alembic import context\nfrom app.models import Base\n");
    write(root, "app/__init__.py", "");
    write(
        root,
        "app/models/base.py",
        "from sqlalchemy.orm import DeclarativeBase\n\n\nclass Base(DeclarativeBase):\n    pass\n",
    );
    let mut init = String::from(
        "from .base import Base\nfrom .invoice import Invoice\nfrom .customer import Customer\n",
    );
    let class = |name: &str, table: &str, fields: &str| {
        format!(
            "from sqlalchemy import ForeignKey\nfrom sqlalchemy.orm import Mapped, mapped_column, relationship\n\nfrom .base import Base\n\n\nclass {name}(Base):\n    __tablename__ = \"{table}\"\n\n    id: Mapped[int] = mapped_column(primary_key=True)\n{fields}"
        )
    };
    let invoice = "    archival_code: Mapped[str]\n    customer_id: Mapped[int] = mapped_column(ForeignKey(\"customers.id\"))\n    customer: Mapped[\"Customer\"] = relationship()\n";
    write(root, "app/models/invoice.py", &class("Invoice", "invoices", invoice));
    write(root, "app/models/customer.py", &class("Customer", "customers", "    name: Mapped[str]\n"));
    for number in 0..MODELS {
        let (name, table) = model(number);
        let _ = writeln!(init, "from .{table} import {name}");
        write(
            root,
            &format!("app/models/{table}.py"),
            &class(&name, &table, "    shelf_mark: Mapped[str]\n"),
        );
    }
    write(root, "app/models/__init__.py", &init);
    for number in 0..SERVICES {
        let (name, _) = model(number % MODELS);
        let text = format!(
            "from sqlalchemy import select\nfrom sqlalchemy.orm import Session\n\nfrom app.models import {name}\n\n\ndef load_{number}(session: Session, mark: str):\n    rows = session.scalars(select({name}).where({name}.shelf_mark == mark)).all()\n    for row in rows:\n        session.delete(row)\n    session.add({name}(shelf_mark=mark))\n    session.commit()\n    return [row.id for row in rows]\n"
        );
        write(root, &format!("app/services/service_{number:03}.py"), &text);
    }
    for number in 0..3 {
        let text = "from sqlalchemy import select\n\nfrom app.models import Invoice\n\n\ndef codes(session):\n    return [row.archival_code for row in session.scalars(select(Invoice))]\n";
        write(root, &format!("app/invoicing/part_{number}.py"), text);
    }
    for number in 0..LIBRARY {
        let text = format!(
            "class Thing{number}:\n    def __init__(self, name):\n        self.name = name\n\n\ndef label_{number}(things):\n    seen = set()\n    for thing in things:\n        seen.add(getattr(thing, \"name\", None))\n    return sorted(seen)\n"
        );
        write(root, &format!("app/lib/thing_{number:03}.py"), &text);
    }
    for number in 0..TOOLS {
        let text = format!(
            "import json\n\n\ndef dump_{number}(session, items):\n    session.add(items)\n    session.commit()\n    return json.dumps([item.name for item in items])\n"
        );
        write(root, &format!("tools/cli/tool_{number:03}.py"), &text);
    }
    write(root, "tools/cli/__init__.py", "");
}

fn typescript_project(root: &Path) {
    let mut schema = String::from(
        "datasource db {\n  provider = \"postgresql\"\n}\n\ngenerator client {\n  provider = \"prisma-client-js\"\n}\n\nmodel Invoice {\n  id Int @id\n  archivalCode String @map(\"archival_code\")\n  customerId Int @map(\"customer_id\")\n  customer Customer @relation(fields: [customerId], references: [id])\n\n  @@map(\"invoices\")\n}\n\nmodel Customer {\n  id Int @id\n  name String\n  invoices Invoice[]\n}\n",
    );
    for number in 0..MODELS {
        let _ = writeln!(schema, "\nmodel {} {{\n  id Int @id\n  shelfMark String\n}}", model(number).0);
    }
    write(root, "prisma/schema.prisma", &schema);
    write(root, "package.json", "{ \"dependencies\": { \"@prisma/client\": \"6\" } }\n");
    write(
        root,
        "src/db.ts",
        "import { PrismaClient } from \"@prisma/client\";\n\nexport const prisma = new PrismaClient();\n",
    );
    let mut barrel = String::new();
    for number in 0..SERVICES {
        let name = format!("depot{:02}", number % MODELS);
        let text = format!(
            "import {{ prisma }} from \"../db\";\n\nexport async function load{number}(mark: string) {{\n  const rows = await prisma.{name}.findMany({{ where: {{ shelfMark: mark }} }});\n  await prisma.{name}.create({{ data: {{ id: rows.length, shelfMark: mark }} }});\n  return rows.map((row) => row.id);\n}}\n"
        );
        write(root, &format!("src/services/service{number:03}.ts"), &text);
        let _ = writeln!(barrel, "export * from \"./service{number:03}\";");
    }
    write(root, "src/services/index.ts", &barrel);
    for number in 0..3 {
        let text = format!(
            "import {{ prisma }} from \"../db\";\nimport {{ load{number} }} from \"../services\";\n\nexport async function codes(mark: string) {{\n  const ids = await load{number}(mark);\n  const rows = await prisma.invoice.findMany({{ where: {{ id: {{ in: ids }} }} }});\n  return rows.map((row) => row.archivalCode);\n}}\n"
        );
        write(root, &format!("src/invoicing/part{number}.ts"), &text);
    }
    for number in 0..LIBRARY {
        let text = format!(
            "export interface Thing{number} {{\n  name: string;\n}}\n\nexport function label{number}(things: Thing{number}[], invoice: string): string[] {{\n  return things.map((thing) => thing.name + invoice).sort();\n}}\n"
        );
        write(root, &format!("src/lib/thing{number:03}.ts"), &text);
    }
}

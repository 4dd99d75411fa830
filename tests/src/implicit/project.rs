//! A project made of rows.

use std::path::PathBuf;

use seawall::Options;
use seawall::report::wire::Location;

use super::Row;

/// The column that a row is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target {
    /// The table's database name.
    pub table: String,
    /// The column's.
    pub column: String,
}

/// The column that a row is about: its id says which of the models is meant.
pub fn target(row: &Row) -> Target {
    let of = |table: &str, column: &str| Target { table: table.to_owned(), column: column.to_owned() };
    let mut parts = row.id.split('.');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let says = |word: &str| row.call.contains(word);
    match (row.orm.as_str(), first) {
        ("Prisma", "kind") => of(&upper_first(second), "legacy"),
        ("Prisma", "ignored") => of("KIgn", "legacy"),
        ("Prisma", "view") => of("UserView", "legacy"),
        ("Prisma", _) if says(".owner") || says(".child") => of("Child", "legacyFk"),
        ("Prisma", _) => of("User", "legacy"),
        ("SQLAlchemy", "kind") => of(&second.to_lowercase(), "legacy"),
        ("SQLAlchemy", _) => match () {
            () if says("Owner") || says("Child") => of("children", "legacy_fk"),
            () if says("Box") => of("items", "legacy"),
            () if says("KSrvNoEager") => of("ksrvnoeager", "legacy"),
            () if says("KCP") => of("kcp", "legacy"),
            () if says("KExcl") => of("kexcl", "legacy"),
            () if says("KVer") => of("kver", "legacy"),
            () if says("Eng2") => of("emps2", "legacy"),
            () if says("Emp") || says("Eng") || says("Mgr") => of("engs", "legacy"),
            () if says("Animal") || says("Dog") || says("Cat") => of("animals", "legacy"),
            () => of("users", "legacy"),
        },
        _ if says("KDef") => of("kdef", "legacy"),
        _ if says("KFac") => of("kfac", "legacy"),
        _ if says("KSrv") => of("ksrv", "legacy"),
        _ => of("users", "legacy"),
    }
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// A project on disk, removed with the value.
pub struct Project {
    root: PathBuf,
    /// The first judged line of each row's file, from 1.
    judged: Vec<u32>,
}

impl Drop for Project {
    fn drop(&mut self) {
        if std::env::var_os("SEAWALL_KEEP").is_none() {
            let _ = std::fs::remove_dir_all(&self.root);
        }
    }
}

impl Project {
    /// Writes the project of these rows for a version of their ORM.
    ///
    /// # Errors
    /// A file cannot be written.
    pub fn write(orm: &str, version: &str, rows: &[Row]) -> std::io::Result<Self> {
        let name: String = format!("{orm}-{version}").chars().filter(|c| c.is_ascii_alphanumeric()).collect();
        let root = std::env::temp_dir().join(format!("seawall-implicit-{}-{name}", std::process::id()));
        let mut project = Self { root, judged: Vec::new() };
        match orm {
            "Prisma" => project.write_prisma(version)?,
            _ => project.write_python(orm, version)?,
        }
        for (index, row) in rows.iter().enumerate() {
            let (path, text) = if orm == "Prisma" { typescript(index, row) } else { python(index, row) };
            let judged = text.lines().position(|line| line.contains("judged")).unwrap_or(0);
            project.judged.push(u32::try_from(judged).unwrap_or(0) + 1);
            project.file(&path, &text)?;
        }
        Ok(project)
    }

    /// What every question is asked with.
    pub fn options(&self) -> Options {
        Options { root: self.root.display().to_string(), ..Options::default() }
    }

    /// The row that a place belongs to, if it stands in the judged lines.
    pub fn row_at(&self, location: &Location) -> Option<usize> {
        let name = location.path.rsplit('/').next()?.strip_prefix("row")?;
        let index: usize = name.split('.').next()?.parse().ok()?;
        self.judged.get(index).is_some_and(|line| location.line > *line).then_some(index)
    }

    /// The text at a place.
    pub fn slice(&self, location: &Location) -> String {
        let text = std::fs::read_to_string(self.root.join(&location.path)).unwrap_or_default();
        text.get(location.byte_start as usize..location.byte_end as usize).unwrap_or_default().to_owned()
    }

    fn file(&self, path: &str, text: &str) -> std::io::Result<()> {
        let path = self.root.join(path);
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        std::fs::write(path, text)
    }

    fn write_prisma(&self, version: &str) -> std::io::Result<()> {
        let number = version.split([' ', '-']).next().unwrap_or_default();
        let schema = data("schema.prisma");
        let schema = match version.contains("relationMode") {
            true => schema.replacen("\n}\nmodel", "\n  relationMode = \"prisma\"\n}\nmodel", 1),
            false => schema,
        };
        let schema = match number.starts_with('6') && !version.contains("ust") {
            true => schema.replacen("\n  output", "\n  engineType = \"client\"\n  output", 1),
            false => schema,
        };
        self.file("prisma/schema.prisma", &schema)?;
        self.file("package.json", &format!("{{\"dependencies\": {{\"@prisma/client\": \"{number}\"}}}}\n"))?;
        self.file("src/db.ts", DB_TS)
    }

    fn write_python(&self, orm: &str, version: &str) -> std::io::Result<()> {
        let (models, sql) = match orm {
            "SQLModel" => ("sqlmodel_models.py", "sqlmodel_models.sql"),
            "Flask-SQLAlchemy" => ("flask_models.py", "sqlmodel_models.sql"),
            _ => ("models.py", "models.sql"),
        };
        // `3.1.1 (SQLAlchemy 2.0.58)`: the version in brackets is the one that counts.
        let inner = version.split("SQLAlchemy ").nth(1).map(|rest| rest.trim_end_matches(')'));
        let number = inner.unwrap_or(version);
        self.file("models.py", &data(models))?;
        self.file("schema.sql", &data(sql))?;
        self.file("requirements.txt", &format!("sqlalchemy=={number}\n"))
    }
}

/// A file of the table's data.
pub fn data(name: &str) -> String {
    let path = crate::outcome::workspace().join("tests/data/implicit").join(name);
    std::fs::read_to_string(path).unwrap_or_default()
}

const DB_TS: &str = r#"import { PrismaClient, Prisma } from "../prisma/generated/client"

export const p = new PrismaClient()
export const pOmit = new PrismaClient({ omit: { user: { legacy: true } } })
export const pExt = p.$extends({
  result: {
    user: {
      shout: {
        needs: { legacy: true },
        compute(user) {
          return user.legacy + "!"
        },
      },
    },
  },
})
export const pQ = p.$extends({
  query: {
    $allModels: {
      async $allOperations({ args, query }) {
        return query(args)
      },
    },
  },
  model: {
    user: {
      async exists(where: Prisma.UserWhereInput) {
        return (await p.user.count({ where })) > 0
      },
    },
  },
})
"#;

fn typescript(index: usize, row: &Row) -> (String, String) {
    let text = format!(
        "import {{ p, pOmit, pExt, pQ }} from \"../db\"\n\nexport async function run() {{\n  // judged\n  const r = await {}\n  return r\n}}\n",
        row.call
    );
    (format!("src/rows/row{index}.ts"), text)
}

fn python(index: usize, row: &Row) -> (String, String) {
    let (before, judged) = match row.call.split_once("/* then */").or_else(|| row.call.split_once("  ## ")) {
        Some((before, judged)) => (before, judged),
        None => ("", row.call.as_str()),
    };
    let mut text = String::from(match row.orm.as_str() {
        "SQLModel" => {
            "from models import *\nfrom sqlmodel import Session, delete, func, insert, select\nfrom sqlalchemy.orm import make_transient_to_detached\n\n\ndef run_row(s: Session):\n"
        }
        "Flask-SQLAlchemy" => {
            "from models import Post, User, db\nfrom sqlalchemy.orm import load_only\n\n\ndef run_row():\n"
        }
        _ if row.call.contains("run(") => {
            "from models import *\nfrom sqlalchemy import *\nfrom sqlalchemy.orm import *\nfrom sqlalchemy.ext.asyncio import AsyncSession\n\n\nasync def run_row(s: AsyncSession):\n"
        }
        _ => {
            "from models import *\nfrom sqlalchemy import *\nfrom sqlalchemy.orm import *\nfrom sqlalchemy.dialects.postgresql import insert as dinsert\n\n\ndef run_row(s: Session):\n"
        }
    });
    for statement in statements(before) {
        text.push_str(&format!("    {statement}\n"));
    }
    text.push_str("    # judged\n");
    for statement in statements(judged) {
        let statement = match row.call.contains("run(") && statement.starts_with("run(") {
            true => format!(
                "await {}",
                statement.trim_start_matches("run(").strip_suffix(')').unwrap_or(&statement)
            ),
            false => statement,
        };
        text.push_str(&format!("    {statement}\n"));
    }
    (format!("rows/row{index}.py"), text)
}

/// `a; b` as two statements.
fn statements(text: &str) -> Vec<String> {
    text.split("; ").map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

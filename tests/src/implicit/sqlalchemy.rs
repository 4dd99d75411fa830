//! Rows of SQLAlchemy, SQLModel and Flask-SQLAlchemy as Python.

use super::Row;
use super::project::{Target, data};

/// The column that a row is about.
pub fn target(row: &Row) -> Target {
    let of = |table: &str, column: &str| Target { table: table.to_owned(), column: column.to_owned() };
    let mut parts = row.id.split('.');
    let (first, second) = (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    let says = |word: &str| row.call.contains(word);
    match (row.orm.as_str(), first) {
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

/// The files of a project that uses this version: models, the database, the requirements.
pub fn files(orm: &str, version: &str, scenario: bool) -> Vec<(&'static str, String)> {
    let (models, sql) = match orm {
        "SQLModel" => ("sqlmodel_models.py", "sqlmodel_models.sql"),
        "Flask-SQLAlchemy" => ("flask_models.py", "sqlmodel_models.sql"),
        _ if scenario => ("scenario_models.py", "scenario_models.sql"),
        _ => ("models.py", "models.sql"),
    };
    // `3.1.1 (SQLAlchemy 2.0.58)`: the version in brackets is the one that counts.
    let inner = version.split("SQLAlchemy ").nth(1).map(|rest| rest.trim_end_matches(')'));
    let number = inner.unwrap_or(version);
    vec![
        ("models.py", data(models)),
        ("schema.sql", data(sql)),
        ("requirements.txt", format!("sqlalchemy=={number}\n")),
    ]
}

/// The file of a row: what stands after `judged` is judged.
pub fn source(index: usize, row: &Row) -> (String, String) {
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

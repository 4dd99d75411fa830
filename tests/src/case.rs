//! Cases: Markdown files with whole little projects in them.
//!
//! A section that holds files is a case. How a case is written is said in `tests/README.md`.

use std::path::{Path, PathBuf};

use seawall::rules::DeployOrder;

use crate::carets::{Mark, take_out};

/// A little project and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The Markdown file.
    pub page: PathBuf,
    /// The heading above it.
    pub name: String,
    /// The heading's line, from 1.
    pub page_line: usize,
    /// What is asked.
    pub question: Question,
    /// In which order migration and code go out, where the section says it.
    pub order: Option<DeployOrder>,
    /// The files.
    pub files: Vec<CaseFile>,
}

/// What is asked of a case's project.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Question {
    /// `check`, the change being the one from the files in `before/` to those in `after/`; the newest revision where
    /// there are none.
    Check,
    /// `check`, the change being this SQL.
    Sql(String),
    /// `usages` of this table or column.
    Usages(String),
}

/// A file of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseFile {
    /// What it belongs to.
    pub side: Side,
    /// The path below the side's folder.
    pub path: String,
    /// The text, without caret lines.
    pub text: String,
    /// What is expected in it.
    pub marks: Vec<Mark>,
}

/// What a file of a case belongs to, by its first folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Both schemas.
    Both,
    /// The schema before.
    Before,
    /// The schema after.
    After,
    /// The application.
    Code,
}

/// All Markdown files below a folder, sorted.
///
/// # Errors
/// The folder cannot be read.
pub fn pages(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut found = vec![];
    let mut open = vec![folder.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The cases of a Markdown file.
///
/// # Errors
/// What is wrong with the way a case is written, with its line.
pub fn read(page: &Path, markdown: &str) -> Result<Vec<Case>, String> {
    let mut reader = Reader { page: page.to_owned(), cases: vec![], path: None };
    let mut lines = (1..).zip(markdown.split_inclusive('\n'));
    while let Some((number, line)) = lines.next() {
        let Some(fence) = fence(line) else {
            reader.prose(number, line.trim())?;
            continue;
        };
        let mut block = String::new();
        let closed = lines.by_ref().any(|(_, line)| {
            let closes = line.trim_end() == fence;
            if !closes {
                block.push_str(line);
            }
            closes
        });
        if !closed {
            return Err(format!("{}:{number}: the block is not closed", page.display()));
        }
        reader.block(number, &block)?;
    }
    reader.cases.retain(|case| !case.files.is_empty());
    Ok(reader.cases)
}

/// The backticks that open a block.
fn fence(line: &str) -> Option<&str> {
    let ticks = line.len() - line.trim_start_matches('`').len();
    (ticks >= 3).then(|| line.get(..ticks)).flatten()
}

struct Reader {
    page: PathBuf,
    cases: Vec<Case>,
    /// The path above the next block, with its line.
    path: Option<(usize, String)>,
}

impl Reader {
    fn prose(&mut self, number: usize, line: &str) -> Result<(), String> {
        if line.is_empty() {
            return Ok(());
        }
        if let Some((written, path)) = self.path.take() {
            return Err(format!("{}:{written}: no block follows `{path}`", self.page.display()));
        }
        if line.starts_with('#') {
            self.cases.push(Case {
                page: self.page.clone(),
                name: line.trim_start_matches('#').trim().to_owned(),
                page_line: number,
                question: Question::Check,
                order: None,
                files: vec![],
            });
        }
        let quoted =
            |prefix| line.strip_prefix(prefix).map(|rest: &str| rest.trim().trim_matches('`').to_owned());
        if let (Some(target), Some(case)) = (quoted("usages:"), self.cases.last_mut()) {
            case.question = Question::Usages(target);
        }
        if let (Some(sql), Some(case)) = (quoted("sql:"), self.cases.last_mut()) {
            case.question = Question::Sql(sql);
        }
        if let (Some(order), Some(case)) = (quoted("deploy order:"), self.cases.last_mut()) {
            let order = serde_json::from_value(serde_json::Value::String(order));
            case.order = Some(order.map_err(|error| format!("{}:{number}: {error}", self.page.display()))?);
        }
        let path = line.strip_prefix('`').and_then(|rest| rest.strip_suffix("`:"));
        self.path = path.map(|path| (number, path.to_owned()));
        Ok(())
    }

    fn block(&mut self, number: usize, block: &str) -> Result<(), String> {
        // A block without a path is an illustration.
        let Some((written, path)) = self.path.take() else { return Ok(()) };
        let error = |what: &str| format!("{}:{written}: {what}", self.page.display());
        let (side, path) = match path.split_once('/') {
            Some(("both", path)) => (Side::Both, path),
            Some(("before", path)) => (Side::Before, path),
            Some(("after", path)) => (Side::After, path),
            Some(("code", path)) => (Side::Code, path),
            _ => return Err(error("a path begins with `both/`, `before/`, `after/` or `code/`")),
        };
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(error("a path has no empty parts and no dots"));
        }
        let case = self.cases.last_mut().ok_or_else(|| error("no heading above this file"))?;
        let (text, marks) = take_out(block, number + 1);
        case.files.push(CaseFile { side, path: path.to_owned(), text, marks });
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sections_with_files_are_cases() {
        let page = "# Page\n\ntext\n\n```sql\nillustration\n```\n\n## One\n\nusages: `users.email`\n\n\
            `both/schema.sql`:\n\n```sql\nx\n```\n\n## Two\n\n`code/a.py`:\n\n```python\nu.email\n# ^^^^^ query read\n```\n";
        let cases = read(Path::new("p.md"), page).expect("cases");
        let names: Vec<_> = cases.iter().map(|case| (&*case.name, case.files.len())).collect();
        assert_eq!(names, [("One", 1), ("Two", 1)]);
        assert_eq!(cases[0].question, Question::Usages("users.email".to_owned()));
        assert_eq!(cases[1].files[0].marks[0].page_line, 25);
    }

    #[test]
    fn mistakes_in_cases_are_told() {
        for (page, expected) in [
            ("# A\n`code/a.py`:\n\ntext\n", "p.md:2: no block follows `code/a.py`"),
            (
                "# A\n`a.py`:\n```\n```\n",
                "p.md:2: a path begins with `both/`, `before/`, `after/` or `code/`",
            ),
            ("# A\n`code/../a.py`:\n```\n```\n", "p.md:2: a path has no empty parts and no dots"),
            ("# A\n```\n", "p.md:2: the block is not closed"),
        ] {
            assert_eq!(read(Path::new("p.md"), page), Err(expected.to_owned()));
        }
    }
}

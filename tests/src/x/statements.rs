//! `cargo x statements`: which share of the SQL statements below some folders is understood.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use seawall::migration::OperationKind;
use seawall::schema::Dialect;

use super::Outcome;

/// Places that are shown of each class.
const SHOWN: usize = 3;

/// What is counted.
#[derive(Default)]
struct Count {
    files: usize,
    whole_files: usize,
    statements: usize,
    irrelevant: usize,
    opaque: usize,
    /// Statements that are not understood, by reason and first words, with some of their places.
    classes: BTreeMap<String, Vec<String>>,
}

/// Reads the `.sql` files below the folders and prints what is not understood.
pub fn run(args: &[String]) -> Outcome {
    let usage = "cargo x statements postgres|mysql|sqlite FOLDER...";
    let (dialect, folders) = args.split_first().ok_or(usage)?;
    let dialect = Dialect::parse(dialect).ok_or(usage)?;
    let mut count = Count::default();
    for folder in folders {
        let mut files = Vec::new();
        sql_files(Path::new(folder), &mut files).map_err(|error| format!("{folder}: {error}"))?;
        files.sort();
        for file in files {
            let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
            add_file(&mut count, dialect, &file, &String::from_utf8_lossy(&bytes));
        }
    }
    print(&count);
    Ok(())
}

pub fn sql_files(folder: &Path, found: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            sql_files(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "sql") {
            found.push(path);
        }
    }
    Ok(())
}

fn add_file(count: &mut Count, dialect: Dialect, file: &Path, text: &str) {
    let operations = seawall::read_sql(text, dialect);
    count.files += 1;
    let mut before = None;
    let mut opaque_before = None;
    for operation in &operations {
        let range = operation.span.range.as_usize();
        match &operation.kind {
            OperationKind::Opaque { reason, .. } => {
                if opaque_before.as_ref() != Some(&range) {
                    count.opaque += 1;
                    let words = text.get(range.clone()).unwrap_or_default();
                    let line = text.get(..range.start).unwrap_or_default().lines().count();
                    let place = format!("{}:{}: {}", file.display(), line, one_line(words, 150));
                    count.classes.entry(class(reason, words)).or_default().push(place);
                }
                opaque_before = Some(range);
            }
            _ => {
                count.statements += usize::from(before.as_ref() != Some(&range));
                count.irrelevant += usize::from(operation.kind == OperationKind::Irrelevant);
                before = Some(range);
            }
        }
    }
    count.whole_files += usize::from(opaque_before.is_none());
}

/// The reason, and the words that a statement or a part of one begins with.
fn class(reason: &str, words: &str) -> String {
    let first: Vec<&str> = words
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|word| !word.is_empty())
        .take(2)
        .collect();
    format!("{reason}: {}", first.join(" ").to_uppercase())
}

fn one_line(text: &str, longest: usize) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(longest).collect()
}

fn print(count: &Count) {
    let mut classes: Vec<_> = count.classes.iter().collect();
    classes.sort_by_key(|(_, places)| std::cmp::Reverse(places.len()));
    for (class, places) in classes {
        println!("{:>6}  {class}", places.len());
        for place in places.iter().take(SHOWN) {
            println!("        {place}");
        }
    }
    let all = count.statements + count.opaque;
    let share = 100.0 * count.statements as f64 / all.max(1) as f64;
    println!(
        "{} files ({} read whole), {all} statements and actions: {share:.2} % understood, {} of them irrelevant; {} not understood",
        count.files, count.whole_files, count.irrelevant, count.opaque
    );
}

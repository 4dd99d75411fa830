//! squawk's parser as the judge of what is valid PostgreSQL: nothing that it knows as data definition may be lost in
//! silence. Every statement, column, constraint and action in its syntax tree must be an operation of the model, or one that
//! is known to be irrelevant, or be reported as not understood.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use seawall::migration::{Operation, OperationKind};
use seawall::schema::{ColumnSource, Dialect};

use super::{Outcome, tool};

/// The judge from npm, at the version that was used.
const PACKAGE: &str = "squawk-cli@2.66.0";

/// Places that are shown of each class.
const SHOWN: usize = 4;

/// Statements that make, change or drop what the model holds.
const DEFINITIONS: &[&str] = &[
    "CREATE_TABLE",
    "CREATE_TABLE_AS",
    "CREATE_FOREIGN_TABLE",
    "CREATE_VIEW",
    "CREATE_MATERIALIZED_VIEW",
    "CREATE_INDEX",
    "DROP_TABLE",
    "DROP_FOREIGN_TABLE",
    "DROP_VIEW",
    "DROP_MATERIALIZED_VIEW",
    "DROP_INDEX",
    "DROP_TYPE",
    "DROP_DOMAIN",
    "DROP_SCHEMA",
    "SELECT_INTO",
];

/// Statements whose actions are looked at: some of them change how a thing is stored and nothing that the model holds.
const ALTERED: &[&str] = &["ALTER_TABLE", "ALTER_FOREIGN_TABLE", "ALTER_VIEW", "ALTER_MATERIALIZED_VIEW"];

/// Actions on a table, and parts of one, that change what the model holds.
const PARTS: &[&str] = &[
    "COLUMN",
    "ADD_COLUMN",
    "DROP_COLUMN",
    "RENAME_COLUMN",
    "SET_TYPE",
    "SET_NOT_NULL",
    "DROP_NOT_NULL",
    "SET_DEFAULT",
    "DROP_DEFAULT",
    "ADD_GENERATED",
    "DROP_EXPRESSION",
    "ADD_CONSTRAINT",
    "DROP_CONSTRAINT",
    "RENAME_CONSTRAINT",
    "TABLE_RENAME_TO",
    "SET_SCHEMA",
    "ATTACH_PARTITION",
    "DETACH_PARTITION",
    "INHERIT_TABLE",
    "NO_INHERIT_TABLE",
    "PRIMARY_KEY_CONSTRAINT",
    "UNIQUE_CONSTRAINT",
    "FOREIGN_KEY_CONSTRAINT",
    "CHECK_CONSTRAINT",
    "EXCLUDE_CONSTRAINT",
];

/// A node of squawk's tree.
#[derive(Debug)]
struct Node {
    kind: String,
    range: Range<usize>,
    depth: usize,
}

#[derive(Default)]
struct Count {
    files: usize,
    statements: usize,
    parts: usize,
    invalid: usize,
    /// Statements that are reported as not understood, wholly or in part.
    reported: usize,
    /// Those of them that are no program: squawk's tree would say what they do.
    plain: Vec<String>,
    /// What is lost, by kind, with places.
    lost: BTreeMap<String, Vec<String>>,
}

/// The step `squawk`: our own histories.
pub fn run() -> Outcome {
    let count = judge(&[tool::workspace().join("tests/servers/postgres")])?;
    match count.lost.is_empty() {
        true => Ok(()),
        false => Err("definitions are lost in silence".to_owned()),
    }
}

/// `cargo x squawk FOLDER...`.
pub fn of_folders(args: &[String]) -> Outcome {
    if args.is_empty() {
        return Err("cargo x squawk FOLDER...".to_owned());
    }
    let folders: Vec<PathBuf> = args.iter().map(PathBuf::from).collect();
    judge(&folders).map(|_| ())
}

fn judge(folders: &[PathBuf]) -> Outcome<Count> {
    let program = install()?;
    let mut files = Vec::new();
    for folder in folders {
        super::statements::sql_files(folder, &mut files)
            .map_err(|error| format!("{}: {error}", folder.display()))?;
    }
    files.sort();
    let mut count = Count::default();
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        let mut parse = tool::command(&program);
        // It ends with an error where there is one in the file.
        let (tree, _) = tool::both_of_input(parse.args(["--debug", "parse"]).arg(&file), "")?;
        judge_file(&mut count, &file, &text, &nodes(&tree));
    }
    print(&count);
    Ok(count)
}

fn install() -> Outcome<PathBuf> {
    let stage = tool::work_folder("squawk")?;
    std::fs::write(stage.join("package.json"), "{\"private\": true}").map_err(|error| error.to_string())?;
    tool::npm(&stage, "install", &[PACKAGE])?;
    // The program itself where its package is there: the wrapper starts node for each file.
    let platforms = std::fs::read_dir(stage.join("node_modules/@squawk-cli")).into_iter().flatten();
    let mut programs = platforms.filter_map(|platform| Some(platform.ok()?.path().join("bin/squawk")));
    Ok(programs.find(|program| program.is_file()).unwrap_or_else(|| stage.join("node_modules/.bin/squawk")))
}

/// The nodes of a printed tree, one a line: `    COLUMN@16..21`.
fn nodes(tree: &str) -> Vec<Node> {
    let node = |line: &str| {
        let name = line.trim_start();
        let (kind, rest) = name.split_once('@')?;
        let (start, end) = rest.split(' ').next()?.split_once("..")?;
        let range = start.parse().ok()?..end.parse().ok()?;
        Some(Node { kind: kind.to_owned(), range, depth: (line.len() - name.len()) / 2 })
    };
    tree.lines().take_while(|line| *line != "---").filter_map(node).collect()
}

fn judge_file(count: &mut Count, file: &Path, text: &str, nodes: &[Node]) {
    count.files += 1;
    let operations = seawall::read_sql(text, Dialect::Postgres);
    let errors: Vec<usize> =
        nodes.iter().filter(|node| node.kind == "ERROR").map(|node| node.range.start).collect();
    let tops: Vec<usize> = (0..nodes.len()).filter(|at| nodes[*at].depth == 1).collect();
    let taken_back = taken_back(nodes);
    let temporary = temporary_names(text, nodes);
    for (place, at) in tops.iter().enumerate() {
        let node = &nodes[*at];
        if matches!(node.kind.as_str(), "WHITESPACE" | "COMMENT" | "SEMICOLON" | "EMPTY_STMT" | "ERROR") {
            continue;
        }
        // What is wrong with a statement stands in it or behind it.
        let end = tops[place + 1..]
            .iter()
            .map(|next| &nodes[*next])
            .find(|next| !matches!(next.kind.as_str(), "WHITESPACE" | "COMMENT" | "ERROR"))
            .map_or(text.len(), |next| next.range.start);
        // psql's commands are no statements: `\\set x 1`.
        let is_command = text.get(..node.range.start).is_some_and(|before| before.ends_with('\\'));
        if is_command || errors.iter().any(|error| (node.range.start..=end).contains(error)) {
            count.invalid += 1;
            continue;
        }
        count.statements += 1;
        let inside = nodes[at + 1..].iter().take_while(|inner| inner.depth > 1);
        let excused = taken_back.iter().any(|range| overlaps(range, &node.range))
            || words(text, &node.range).any(|word| temporary.contains(&word) || is_temporary(&word));
        judge_statement(count, file, text, node, inside, &operations, excused);
    }
}

fn judge_statement<'n>(
    count: &mut Count,
    file: &Path,
    text: &str,
    statement: &Node,
    inside: impl Iterator<Item = &'n Node>,
    operations: &[Operation],
    excused: bool,
) {
    let own: Vec<&Operation> = operations
        .iter()
        .filter(|operation| overlaps(&operation.span.range.as_usize(), &statement.range))
        .collect();
    let irrelevant = own.iter().all(|operation| operation.kind == OperationKind::Irrelevant);
    if own.iter().any(|operation| matches!(operation.kind, OperationKind::Opaque { .. })) {
        count.reported += 1;
        if !matches!(statement.kind.as_str(), "DO" | "SELECT" | "CALL") {
            count.plain.push(place(file, text, statement));
        }
    }
    // A routine that is called is read where it stands.
    if own.is_empty() && matches!(statement.kind.as_str(), "CALL" | "SELECT") {
        return;
    }
    let parts: Vec<&Node> = inside.filter(|node| PARTS.contains(&node.kind.as_str())).collect();
    let is_definition = DEFINITIONS.contains(&statement.kind.as_str())
        || (ALTERED.contains(&statement.kind.as_str()) && !parts.is_empty());
    if own.is_empty() || (is_definition && irrelevant && !excused) {
        lose(count, file, text, statement);
        return;
    }
    if irrelevant {
        return;
    }
    for part in parts {
        count.parts += 1;
        if !own.iter().any(|operation| holds(operation, part)) {
            lose(count, file, text, part);
        }
    }
}

/// Whether an operation is about a part of its statement: by its own range, or by that of a column or constraint.
fn holds(operation: &Operation, part: &Node) -> bool {
    let within = |span: seawall::text::Span| {
        let range = span.range.as_usize();
        part.range.start <= range.start && range.end <= part.range.end
    };
    let range = operation.span.range.as_usize();
    match &operation.kind {
        // Columns of a query's result that the statement gives names to.
        OperationKind::CreateTableFrom { names, .. } if !names.is_empty() => true,
        OperationKind::CreateTableFrom { sources, .. }
            if sources
                .iter()
                .any(|source| matches!(source, ColumnSource::Own(column) if within(column.span))) =>
        {
            true
        }
        OperationKind::CreateTable { table, .. } | OperationKind::CreateTableFrom { table, .. } => {
            table.columns.iter().any(|column| within(column.span))
                || table.primary_key.iter().any(|key| within(key.span))
                || table.uniques.iter().any(|key| within(key.span))
                || table.foreign_keys.iter().any(|key| within(key.span))
                || table.checks.iter().any(|check| within(check.span))
                || table.indexes.iter().any(|index| within(index.span))
        }
        OperationKind::CreateComposite { item } => item.columns.iter().any(|column| within(column.span)),
        _ => overlaps(&range, &part.range),
    }
}

/// What `ROLLBACK` takes back: the model leaves it out.
fn taken_back(nodes: &[Node]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut begun = None;
    for node in nodes.iter().filter(|node| node.depth == 1) {
        match node.kind.as_str() {
            "BEGIN" | "SAVEPOINT_CREATE" => begun = Some(node.range.start),
            "COMMIT_TRANSACTION" => begun = None,
            "ROLLBACK_TRANSACTION" | "ROLLBACK_TO_SAVEPOINT" => {
                found.extend(begun.map(|start| start..node.range.end))
            }
            _ => {}
        }
    }
    found
}

fn is_temporary(word: &str) -> bool {
    matches!(word, "temp" | "temporary" | "pg_temp")
}

/// The words of the names that temporary tables have: what happens to those is no matter of the model.
fn temporary_names(text: &str, nodes: &[Node]) -> Vec<String> {
    let made = nodes.iter().filter(|node| node.depth == 1 && node.kind.starts_with("CREATE_"));
    let named = made.filter_map(|node| {
        let mut words = words(text, &node.range).skip_while(|word| word == "create" || word == "local");
        is_temporary(&words.next()?).then_some(())?;
        words.find(|word| !matches!(word.as_str(), "" | "table" | "view" | "if" | "not" | "exists"))
    });
    named.collect()
}

fn words<'t>(text: &'t str, range: &Range<usize>) -> impl Iterator<Item = String> + use<'t> {
    let text = text.get(range.clone()).unwrap_or_default();
    text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_ascii_lowercase)
}

fn overlaps(left: &Range<usize>, right: &Range<usize>) -> bool {
    left.start < right.end && right.start < left.end
}

fn lose(count: &mut Count, file: &Path, text: &str, node: &Node) {
    count.lost.entry(node.kind.clone()).or_default().push(place(file, text, node));
}

fn place(file: &Path, text: &str, node: &Node) -> String {
    let line = text.get(..node.range.start).unwrap_or_default().lines().count();
    let words = text.get(node.range.clone()).unwrap_or_default();
    let words: String = words.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(120).collect();
    format!("{}:{line}: {words}", file.display())
}

fn print(count: &Count) {
    for (kind, places) in &count.lost {
        println!("{:>6}  {kind}", places.len());
        places.iter().take(SHOWN).for_each(|place| println!("        {place}"));
    }
    println!("  {} statements are reported as not understood; no programs of them:", count.reported);
    count.plain.iter().take(10 * SHOWN).for_each(|place| println!("        {place}"));
    let lost: usize = count.lost.values().map(Vec::len).sum();
    println!(
        "  {} files, {} statements that squawk takes ({} that it refuses), {} parts of tables: {lost} lost in silence",
        count.files, count.statements, count.invalid, count.parts
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lost(text: &str, tree: &str) -> usize {
        let mut count = Count::default();
        judge_file(&mut count, Path::new("f.sql"), text, &nodes(tree));
        count.lost.values().map(Vec::len).sum()
    }

    #[test]
    fn what_no_operation_covers_is_lost() {
        let text = "CREATE TABLE a (x int);";
        let tree = "SOURCE_FILE@0..23\n  CREATE_TABLE@0..22\n    COLUMN@16..21\n  SEMICOLON@22..23 \";\"\n";
        assert_eq!(lost(text, tree), 0);
        // A column where we read none, and a definition that we take for a comment.
        assert_eq!(lost(text, &tree.replace("16..21", "0..6")), 1);
        assert_eq!(lost("COMMENT ON TABLE a IS '';", "SOURCE_FILE@0..25\n  CREATE_INDEX@0..24\n"), 1);
        // What squawk refuses is not asked.
        assert_eq!(
            lost("COMMENT ON TABLE a IS '';", "SOURCE_FILE@0..25\n  DROP_TABLE@0..24\n  ERROR@24..25\n"),
            0
        );
    }
}

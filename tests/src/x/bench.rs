//! `cargo x bench FOLDER`: what a question costs beside other tools, all measured in one run on one folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use seawall::text::{DiskFiles, Files};
use serde_json::Value;

use super::{Outcome, tool};

const ROUNDS: usize = 3;
/// Instead of a schema: Seawall looks for it.
const DETECT: &str = "detect";
const SCRIPTS: [&str; 8] = ["ts", "mts", "cts", "tsx", "js", "jsx", "mjs", "cjs"];

/// What `cargo x bench` was asked.
struct Bench {
    folder: PathBuf,
    rare: Target,
    common: Target,
    schema: Option<PathBuf>,
    /// The profile of the build that is measured; `fast` takes a fraction of the time of `release`.
    profile: String,
    /// A program that is built already.
    program: Option<PathBuf>,
    rounds: usize,
}

struct Target {
    table: String,
    column: String,
}

/// One line of the table.
struct Row {
    name: String,
    cpu_seconds: f64,
    peak_bytes: f64,
}

/// Measures and prints the table.
pub fn run(args: &[String]) -> Outcome {
    let bench = parse(args)?;
    let rg =
        tool::require("rg", "install ripgrep (Debian: apt-get install ripgrep; or cargo install ripgrep)")?;
    let ast_grep = ast_grep()?;
    let seawall = program(&bench)?;
    let parse_all = parse_all(&bench)?;
    let schema = schema(&bench)?;
    let (python, typescript) = count_languages(&bench.folder);
    println!(
        "  {}, {python} Python files, {typescript} TypeScript and JavaScript files",
        bench.folder.display()
    );
    println!("  {}, {}", rg.lines().next().unwrap_or_default(), version(&ast_grep));
    println!("  commit {}, profile {}, load {}", commit(), bench.profile, load());
    println!("\n| what | CPU s | x ripgrep | peak MB |\n|---|---:|---:|---:|");
    let mut reference = f64::NAN;
    // A row is printed when it is there: slow tools come last, and what was measured is not lost with them.
    let mut add = |name: String, command: Command| -> Outcome {
        let is_reference = name.starts_with("ripgrep");
        let row = measure(name, command, bench.rounds)?;
        if is_reference {
            reference = row.cpu_seconds;
        }
        print(&row, reference);
        Ok(())
    };
    let languages: &[&str] = if python >= typescript { &["python"] } else { &["typescript", "tsx"] };
    for (word, target) in [("rare", &bench.rare), ("common", &bench.common)] {
        let Target { table, column } = target;
        let name = |tool: &str| format!("{tool}, {word} ({table}.{column})");
        add(name("ripgrep"), ripgrep(&bench.folder, column))?;
        let mut usages = Command::new(&seawall);
        usages
            .args(["usages", "--format=json", "--quiet"])
            .arg(format!("{table}.{column}"))
            .arg(&bench.folder);
        if schema != Path::new(DETECT) {
            usages.arg("--schema").arg(&schema);
        }
        add(name("seawall usages"), usages)?;
        add(name("ast-grep"), search_by_pattern(&ast_grep, &bench.folder, column, languages))?;
    }
    add("full parse into trees, no more".to_owned(), parse_all)
}

/// The program of the grammars that parses the files of a list and does nothing with them: the least that an index of
/// everything would cost. A process of its own, so that it is measured like the other tools.
fn parse_all(bench: &Bench) -> Outcome<Command> {
    tool::run(tool::cargo().args([
        "build",
        "--quiet",
        "--profile",
        &bench.profile,
        "--package",
        "seawall-grammars",
        "--example",
        "parse_all",
    ]))?;
    let files = DiskFiles::new(&bench.folder, globset::GlobSet::empty()).list();
    let is_code = |path: &str| extension(path) == "py" || SCRIPTS.contains(&extension(path));
    let paths = files.iter().filter(|file| is_code(&file.path)).map(|file| bench.folder.join(&file.path));
    let list: String = paths.map(|path| format!("{}\n", path.display())).collect();
    let path = tool::work_folder("bench")?.join("files.txt");
    fs::write(&path, list).map_err(|error| format!("{}: {error}", path.display()))?;
    let mut command = Command::new(tool::target().join(&bench.profile).join("examples/parse_all"));
    command.arg(path);
    Ok(command)
}

/// The program that is measured: one that was named, else the one of this tree, built as it is asked for.
fn program(bench: &Bench) -> Outcome<PathBuf> {
    if let Some(program) = &bench.program {
        return Ok(program.clone());
    }
    println!(
        "  building seawall with the profile {} (a build that is there is measured with --program)",
        bench.profile
    );
    tool::run(tool::cargo().args(["build", "--quiet", "--profile", &bench.profile, "--package", "seawall"]))?;
    Ok(tool::target().join(&bench.profile).join("seawall"))
}

fn parse(args: &[String]) -> Outcome<Bench> {
    const USAGE: &str = "cargo x bench FOLDER --rare TABLE.COLUMN --common TABLE.COLUMN [--schema PATH|detect] [--profile NAME] [--program PATH] [--rounds N]";
    let (mut folder, mut rare, mut common, mut schema, mut program) = (None, None, None, None, None);
    let mut rounds = ROUNDS;
    let mut profile = "release".to_owned();
    let mut args = args.iter();
    while let Some(arg) = args.next() {
        let mut value = || args.next().ok_or_else(|| format!("{arg} needs a value: {USAGE}"));
        match arg.as_str() {
            "--rare" => rare = Some(target(value()?)?),
            "--common" => common = Some(target(value()?)?),
            "--schema" => {
                let given = value()?;
                schema = Some(if given == DETECT { PathBuf::from(DETECT) } else { absolute(given)? });
            }
            "--profile" => profile.clone_from(value()?),
            "--program" => program = Some(absolute(value()?)?),
            "--rounds" => {
                rounds = value()?
                    .parse()
                    .ok()
                    .filter(|rounds| *rounds > 0)
                    .ok_or("--rounds takes a number above 0")?;
            }
            other if other.starts_with('-') || folder.is_some() => {
                return Err(format!("{other} was not expected: {USAGE}"));
            }
            path => folder = Some(absolute(path)?),
        }
    }
    match (folder, rare, common) {
        (Some(folder), Some(rare), Some(common)) => {
            Ok(Bench { folder, rare, common, schema, profile, program, rounds })
        }
        _ => Err(USAGE.to_owned()),
    }
}

fn version(program: &Path) -> String {
    tool::output(tool::command(program).arg("--version")).unwrap_or_default().trim().to_owned()
}

fn commit() -> String {
    let named = tool::output(tool::command("git").args(["describe", "--always", "--dirty"]));
    named.map_or_else(|_| "unknown".to_owned(), |name| name.trim().to_owned())
}

/// What else the machine had to do: its load over the last minute, where it tells.
fn load() -> String {
    let loads = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    loads.split(' ').next().filter(|load| !load.is_empty()).unwrap_or("unknown").to_owned()
}

fn target(text: &str) -> Outcome<Target> {
    let (table, column) = text.split_once('.').ok_or_else(|| format!("{text} is not TABLE.COLUMN"))?;
    Ok(Target { table: table.to_owned(), column: column.to_owned() })
}

fn absolute(path: &str) -> Outcome<PathBuf> {
    fs::canonicalize(path).map_err(|error| format!("{path}: {error}"))
}

/// The schema that was named; else one that holds the two columns and no more, for code that comes without one.
fn schema(bench: &Bench) -> Outcome<PathBuf> {
    if let Some(schema) = &bench.schema {
        return Ok(schema.clone());
    }
    let Bench { rare, common, .. } = bench;
    let table =
        |name: &str, columns: &[&str]| format!("CREATE TABLE {name} ({} text);\n", columns.join(" text, "));
    let text = match rare.table == common.table {
        true => table(&rare.table, &[&rare.column, &common.column]),
        false => table(&rare.table, &[&rare.column]) + &table(&common.table, &[&common.column]),
    };
    let path = tool::work_folder("bench")?.join("schema.sql");
    fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(path)
}

fn count_languages(folder: &Path) -> (usize, usize) {
    let files = DiskFiles::new(folder, globset::GlobSet::empty()).list();
    let count = |ends: &[&str]| files.iter().filter(|file| ends.contains(&extension(&file.path))).count();
    (count(&["py"]), count(&SCRIPTS))
}

fn extension(path: &str) -> &str {
    Path::new(path).extension().and_then(|end| end.to_str()).unwrap_or_default()
}

fn ripgrep(folder: &Path, column: &str) -> Command {
    let mut command = Command::new("rg");
    command.args([
        "--word-regexp",
        "--no-config",
        "--type=py",
        "--type=ts",
        "--type=js",
        "--type=sql",
        "--",
        column,
    ]);
    command.arg(folder);
    command
}

fn search_by_pattern(ast_grep: &Path, folder: &Path, column: &str, languages: &[&str]) -> Command {
    let one = |language: &&str| {
        format!("\"$1\" run --pattern '$A.{column}' --lang {language} --json=compact \"$2\"")
    };
    let script = languages.iter().map(one).collect::<Vec<_>>().join("; ") + "; true";
    let mut command = Command::new("sh");
    command.args(["-c", &script, "sh"]).arg(ast_grep).arg(folder);
    command
}

/// ast-grep from PyPI, in an environment that is kept.
fn ast_grep() -> Outcome<PathBuf> {
    let folder = tool::work_folder("bench-tools")?;
    let program = folder.join("bin/ast-grep");
    if tool::output(tool::command(&program).arg("--version")).is_err() {
        tool::run(tool::command("python3").args(["-m", "venv", "--clear"]).arg(&folder))?;
        tool::run(tool::command(folder.join("bin/pip")).args(["install", "--quiet", "ast-grep-cli"]))?;
    }
    Ok(program)
}

/// The least CPU time and the highest peak of some rounds.
fn measure(name: String, command: Command, rounds: usize) -> Outcome<Row> {
    let script = tool::workspace().join("tests/bench/measure.py");
    let (mut cpu_seconds, mut peak_bytes) = (f64::INFINITY, 0.0_f64);
    for _ in 0..rounds {
        let mut measured = tool::command("python3");
        measured.arg(&script).arg(command.get_program()).args(command.get_args());
        let cost: Value =
            serde_json::from_str(&tool::output(&mut measured)?).map_err(|error| error.to_string())?;
        // 1 is "nothing found" for search tools and "findings" for ours.
        if !matches!(cost["exit_code"].as_i64(), Some(0 | 1)) {
            return Err(format!("{name} failed: {}", cost["stderr"].as_str().unwrap_or_default()));
        }
        cpu_seconds = cpu_seconds.min(cost["cpu_seconds"].as_f64().unwrap_or(f64::INFINITY));
        peak_bytes = peak_bytes.max(cost["peak_bytes"].as_f64().unwrap_or_default());
    }
    Ok(Row { name, cpu_seconds, peak_bytes })
}

/// Ratios are to ripgrep on the same word, or on the last one where none was measured for the row.
fn print(row: &Row, reference: f64) {
    let (cpu, ratio, peak) = (row.cpu_seconds, row.cpu_seconds / reference, row.peak_bytes / 1e6);
    println!("| {} | {cpu:.3} | {ratio:.1} | {peak:.0} |", row.name);
}

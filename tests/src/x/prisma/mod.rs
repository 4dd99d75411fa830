//! Prisma's own engines as judges of the Prisma reader and of `diff`: `tests/prisma/judge.mjs` asks them.

mod datamodel;
mod mutate;
mod pairs;
mod tables;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use serde_json::Value;

use seawall::Options;
use seawall::analyze::{LoadedModel, load_models};

use super::{Outcome, tool};

/// Own schemas: one file or one folder each.
const SCHEMAS: &str = "tests/prisma/schemas";

/// A schema as its files: path and text.
type Files = Vec<(String, String)>;

#[derive(Serialize)]
struct Case {
    id: String,
    provider: String,
    files: Files,
}

#[derive(Serialize)]
struct Request {
    cases: Vec<Case>,
    pairs: Vec<pairs::Asked>,
}

#[derive(Deserialize)]
struct Answers {
    cases: BTreeMap<String, Answer>,
    pairs: BTreeMap<String, pairs::Answer>,
}

#[derive(Deserialize)]
struct Answer {
    /// The data model, by version of the rules.
    rules: BTreeMap<String, Value>,
    /// Why a version refuses the schema.
    refused: BTreeMap<String, String>,
    /// What makes the schema from nothing; PostgreSQL and SQLite alone.
    sql: Option<String>,
    sql_error: Option<String>,
}

/// The step `truth-prisma`: the own schemas.
pub fn truth() -> Outcome {
    judge(&tool::workspace().join(SCHEMAS), true)
}

/// `cargo x prisma FOLDER`: the schemas below a folder, of which the engines may refuse some.
pub fn of_folder(args: &[String]) -> Outcome {
    match args {
        [folder] => judge(Path::new(folder), false),
        _ => Err("name the folder whose files and folders are Prisma schemas".to_owned()),
    }
}

fn judge(folder: &Path, own: bool) -> Outcome {
    let stage = install()?;
    let cases = cases(folder)?;
    let pairs = if own { pairs::all(&cases) } else { Vec::new() };
    let request = Request { cases, pairs };
    let path = stage.join("request.json");
    let text = serde_json::to_string(&request).map_err(|error| error.to_string())?;
    write(&path, &text)?;
    let answers = tool::output(tool::command("node").current_dir(&stage).arg("judge.mjs").arg(&path))?;
    let answers: Answers = serde_json::from_str(&answers).map_err(|error| format!("the judge: {error}"))?;
    let mut verdict = Verdict::default();
    for case in &request.cases {
        if let Some(answer) = answers.cases.get(&case.id) {
            verdict.case(case, answer, own)?;
        }
    }
    for pair in &request.pairs {
        if let Some(answer) = answers.pairs.get(&pair.id)
            && let Some(differences) = pairs::compare(pair, answer, &stage)?
        {
            verdict.pairs += 1;
            verdict.note(&pair.id, differences);
        }
    }
    verdict.close()
}

/// Installs the engines, which the lock file pins.
fn install() -> Outcome<PathBuf> {
    let stage = tool::work_folder("prisma")?;
    for name in ["judge.mjs", "package.json", "package-lock.json"] {
        let source = tool::workspace().join("tests/prisma").join(name);
        fs::copy(&source, stage.join(name)).map_err(|error| format!("{}: {error}", source.display()))?;
    }
    tool::npm(&stage, "ci", &[])?;
    Ok(stage)
}

fn cases(folder: &Path) -> Outcome<Vec<Case>> {
    let mut cases = Vec::new();
    for path in entries(folder)? {
        let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let mut files = Files::new();
        collect(&path, &mut files)?;
        if !files.is_empty() {
            let provider = provider(&files);
            cases.push(Case { id, provider, files });
        }
    }
    Ok(cases)
}

fn entries(folder: &Path) -> Outcome<Vec<PathBuf>> {
    let listed = fs::read_dir(folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let mut paths: Vec<PathBuf> = listed.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.sort();
    Ok(paths)
}

fn collect(path: &Path, files: &mut Files) -> Outcome {
    if path.is_dir() {
        entries(path)?.iter().try_for_each(|path| collect(path, files))
    } else if path.extension().is_some_and(|extension| extension == "prisma") {
        let bytes = fs::read(path).map_err(|error| format!("{}: {error}", path.display()))?;
        files.push((path.to_string_lossy().into_owned(), String::from_utf8_lossy(&bytes).into_owned()));
        Ok(())
    } else {
        Ok(())
    }
}

/// The provider of the datasource, as the judge must know it.
fn provider(files: &Files) -> String {
    let of_text = |text: &String| {
        let (_, rest) = text.split_once("\ndatasource ").or_else(|| text.split_once("datasource "))?;
        let (_, rest) = rest.split_once("provider")?;
        Some(rest.split('"').nth(1)?.to_owned())
    };
    files.iter().find_map(|(_, text)| of_text(text)).unwrap_or_default()
}

/// Our reading of one schema source.
fn load(path: &Path, dialect: Option<seawall::schema::Dialect>) -> Outcome<LoadedModel> {
    let root = path.parent().unwrap_or(path);
    let options = Options {
        root: root.to_string_lossy().into_owned(),
        schema: vec![path.to_string_lossy().into_owned()],
        dialect,
        ..Options::default()
    };
    let mut models = load_models(&options).map_err(|error| format!("{}: {error}", path.display()))?;
    models.pop().ok_or_else(|| format!("{} holds no schema", path.display()))
}

fn write(path: &Path, text: &str) -> Outcome {
    let made = path.parent().map_or(Ok(()), fs::create_dir_all);
    made.and_then(|()| fs::write(path, text)).map_err(|error| format!("{}: {error}", path.display()))
}

/// What was compared, and where we differ.
#[derive(Default)]
struct Verdict {
    schemas: usize,
    refused: usize,
    data_models: usize,
    scripts: usize,
    pairs: usize,
    facts: usize,
    differences: Vec<String>,
}

impl Verdict {
    fn case(&mut self, case: &Case, answer: &Answer, own: bool) -> Outcome {
        self.schemas += 1;
        if answer.rules.is_empty() {
            self.refused += 1;
            let why: Vec<&String> = answer.refused.values().collect();
            if own {
                self.note(&case.id, vec![format!("no rules take it: {why:?}")]);
            }
            return Ok(());
        }
        // The files of one schema lie in one folder, or the schema is one file.
        let path = match case.files.as_slice() {
            [(path, _)] => PathBuf::from(path),
            files => common_folder(files),
        };
        let model = load(&path, None)?;
        // A database that is not spoken to in SQL is said to be none that is known.
        if own && case.provider != "mongodb" && !model.unanalyzed.is_empty() {
            self.note(&case.id, vec![format!("not understood: {:?}", model.unanalyzed)]);
        }
        for (version, data_model) in &answer.rules {
            self.data_models += 1;
            let (facts, differences) = datamodel::compare(&model.mapping, data_model);
            self.facts += facts;
            self.note(&format!("{} (rules {version})", case.id), differences);
        }
        if let Some(sql) = &answer.sql {
            self.scripts += 1;
            let script = tool::work_folder("prisma")?.join("scripts").join(format!("{}.sql", case.id));
            write(&script, sql)?;
            let made = load(&script, Some(model.schema.dialect))?;
            let (facts, differences) = tables::compare(&model.schema, &made.schema);
            self.facts += facts;
            self.note(&format!("{} (sql)", case.id), differences);
        } else if let Some(error) = answer.sql_error.as_ref().filter(|_| own) {
            self.note(&case.id, vec![format!("the engine gives no SQL: {error}")]);
        }
        Ok(())
    }

    fn note(&mut self, id: &str, differences: Vec<String>) {
        self.differences.extend(differences.into_iter().map(|difference| format!("{id}: {difference}")));
    }

    fn close(self) -> Outcome {
        println!(
            "  {} schemas ({} refused by Prisma), {} data models, {} scripts, {} pairs: {} facts, {} differences",
            self.schemas,
            self.refused,
            self.data_models,
            self.scripts,
            self.pairs,
            self.facts,
            self.differences.len()
        );
        if self.differences.is_empty() { Ok(()) } else { Err(self.differences.join("\n")) }
    }
}

/// The folder that all files lie in.
fn common_folder(files: &[(String, String)]) -> PathBuf {
    let first = files.first().map(|(path, _)| PathBuf::from(path)).unwrap_or_default();
    let holds_all = |folder: &&Path| files.iter().all(|(path, _)| Path::new(path).starts_with(folder));
    first.ancestors().skip(1).find(holds_all).unwrap_or(&first).to_path_buf()
}

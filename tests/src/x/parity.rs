//! The same question to the binary, the crate, the wheel and the npm package: the same bytes must come back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use seawall::json::{Verb, envelope};
use seawall_tests::case::{self, Case, Question};
use seawall_tests::outcome::{places, source};
use serde_json::{Value, json};

use seawall_tests::histories::{Repository, all};

use super::{Outcome, node, python, tool};

/// One question.
struct Request {
    verb: Verb,
    options: Value,
}

/// Asks everything of everyone.
pub fn run() -> Outcome {
    let requests = requests()?;
    let folder = tool::work_folder("parity")?;
    let asked = folder.join("requests.json");
    let lines: Vec<Value> =
        requests.iter().map(|request| json!([request.verb.name(), request.options])).collect();
    fs::write(&asked, Value::Array(lines).to_string())
        .map_err(|error| format!("{}: {error}", asked.display()))?;
    let drivers = tool::workspace().join("tests/parity");
    let from_python = answers(tool::command(python::interpreter()).arg(drivers.join("ask.py")).arg(&asked))?;
    let driver = node::folder().join("ask.mjs");
    fs::copy(drivers.join("ask.mjs"), &driver).map_err(|error| format!("{}: {error}", driver.display()))?;
    let from_node = answers(tool::command("node").arg(driver).arg(&asked))?;
    let binary = build_binary()?;
    let mut differences = Vec::new();
    for (place, request) in requests.iter().enumerate() {
        let expected = normalised(&envelope(request.verb, &request.options.to_string()))?;
        let mut compare = |who: &str, answer: Option<String>| {
            if answer.as_ref() != Some(&expected) {
                differences.push(difference(
                    request,
                    who,
                    &expected,
                    answer.as_deref().unwrap_or("no answer"),
                ));
            }
        };
        compare("Python", from_python.get(place).cloned());
        compare("Node", from_node.get(place).cloned());
        compare("the binary", Some(ask_binary(&binary, request, &expected)?));
    }
    println!("  {} questions, asked of the crate, Python, Node and the binary", requests.len());
    match differences.is_empty() {
        true => Ok(()),
        false => Err(differences.join("\n")),
    }
}

/// Builds the command line and gives its path.
pub fn build_binary() -> Outcome<PathBuf> {
    tool::run(tool::cargo().args(["build", "--quiet", "--package", "seawall", "--bin", "seawall"]))?;
    Ok(tool::target().join("debug").join(format!("seawall{}", std::env::consts::EXE_SUFFIX)))
}

/// Some git histories, in each order of deployment.
fn releases() -> Outcome<Vec<Request>> {
    let folder = tool::fresh_folder("parity-histories")?;
    let mut requests = Vec::new();
    for history in all().iter().step_by(12) {
        let root = Repository::make_in(&folder, history).keep();
        for order in ["migrate-first", "code-first", "stop-the-world"] {
            let options = json!({ "root": root, "base": history.base(), "deploy_order": order });
            requests.push(Request { verb: Verb::Check, options });
        }
        requests
            .push(Request { verb: Verb::Compat, options: json!({ "root": root, "revisions": ["main"] }) });
        requests.push(Request { verb: Verb::Compat, options: json!({ "root": root }) });
    }
    Ok(requests)
}

/// The options of every `check` that cases, examples and some git histories ask.
pub fn checks() -> Outcome<Vec<Value>> {
    let mut requests = cases()?;
    requests.extend(releases()?);
    let checks = requests.into_iter().filter(|request| request.verb == Verb::Check);
    let of_examples = examples().into_iter().map(|project| json!({ "root": project.display().to_string() }));
    Ok(checks.map(|request| request.options).chain(of_examples).collect())
}

/// The proof of the first finding of each check; a fingerprint that nothing has where there is none.
fn witnesses(checks: &[Request]) -> Vec<Request> {
    let checks = checks.iter().filter(|request| request.verb == Verb::Check);
    let witness = |request: &Request| {
        let answer = envelope(Verb::Check, &request.options.to_string());
        let report: Value = serde_json::from_str(&answer).unwrap_or_default();
        let mut options = request.options.clone();
        options["finding"] = report["report"]["findings"][0]["fingerprint"].as_str().unwrap_or("none").into();
        Request { verb: Verb::Witness, options }
    };
    checks.map(witness).collect()
}

fn requests() -> Outcome<Vec<Request>> {
    let projects = examples();
    let mut requests = cases()?;
    requests.extend(releases()?);
    requests.extend(witnesses(&requests));
    let mut sources: Vec<String> = Vec::new();
    for project in &projects {
        let root = project.display().to_string();
        let with_root = json!({ "root": root });
        requests.push(Request { verb: Verb::Check, options: with_root.clone() });
        requests.push(Request { verb: Verb::LoadSchema, options: with_root.clone() });
        let schema: Value = serde_json::from_str(&envelope(Verb::LoadSchema, &with_root.to_string()))
            .map_err(|error| format!("{root}: the schema is not JSON: {error}"))?;
        for target in targets(&schema["report"]) {
            requests.push(Request { verb: Verb::Usages, options: json!({ "target": target, "root": root }) });
        }
        let of_project = schema["report"]["schema_sources"].as_array().into_iter().flatten();
        sources.extend(
            of_project
                .filter_map(|source| Some(project.join(source["path"].as_str()?).display().to_string())),
        );
    }
    for pair in sources.windows(2) {
        if let [before, after] = pair {
            requests.push(Request { verb: Verb::Diff, options: json!({ "before": before, "after": after }) });
        }
    }
    requests.extend(rules());
    requests.extend(refused(&projects));
    Ok(requests)
}

/// Every table, and every column of it.
fn targets(schema: &Value) -> Vec<String> {
    let mut targets = Vec::new();
    for table in schema["tables"].as_array().into_iter().flatten() {
        let Some(name) = table["name"].as_str() else { continue };
        targets.push(name.to_owned());
        let columns =
            table["columns"].as_array().into_iter().flatten().filter_map(|column| column["name"].as_str());
        targets.extend(columns.map(|column| format!("{name}.{column}")));
    }
    targets
}

fn rules() -> Vec<Request> {
    let mut requests = vec![Request { verb: Verb::Rules, options: json!({}) }];
    for rule in seawall::rules().rules {
        requests.push(Request { verb: Verb::Explain, options: json!({ "rule": rule.name }) });
    }
    requests.push(Request { verb: Verb::Explain, options: json!({ "rule": "droped-column-in-use" }) });
    requests
}

/// What is wrong must be refused alike.
fn refused(projects: &[PathBuf]) -> Vec<Request> {
    let root = projects.first().map(|project| project.display().to_string()).unwrap_or_default();
    let check = |options: Value| Request { verb: Verb::Check, options };
    vec![
        check(json!({ "root": "/no/such/folder" })),
        check(json!({ "root": root, "schema": ["no/such/schema.sql"] })),
        check(json!({ "root": root, "sql": "ALTER TABLE a DROP COLUMN b", "since": "x" })),
        check(json!({ "root": root, "before": "only.sql" })),
        check(json!({ "root": root, "base": "no-such-git-revision" })),
        check(json!({ "root": root, "since": "no-such-revision" })),
        check(json!({ "root": root, "config": "no-such-file.toml" })),
        Request {
            verb: Verb::Usages,
            options: json!({ "target": "no_such_table.no_such_column", "root": root }),
        },
        Request { verb: Verb::Usages, options: json!({ "target": "", "root": root }) },
        Request { verb: Verb::Diff, options: json!({ "before": "no-such.sql", "after": "no-such.prisma" }) },
    ]
}

/// The question of every case, and the schema of its project.
fn cases() -> Outcome<Vec<Request>> {
    let folder = tool::fresh_folder("parity/cases")?;
    let mut requests = Vec::new();
    for home in ["tests/cases", "core/src/rules"] {
        let home = tool::workspace().join(home);
        let pages = case::pages(&home).map_err(|error| format!("{}: {error}", home.display()))?;
        for page in pages {
            let text = fs::read_to_string(&page).map_err(|error| format!("{}: {error}", page.display()))?;
            for case in case::read(&page, &text)? {
                let root = folder.join(requests.len().to_string());
                write_project(&case, &root).map_err(|error| format!("{}: {error}", root.display()))?;
                requests.extend(ask_case(&case, &root));
            }
        }
    }
    Ok(requests)
}

fn write_project(case: &Case, root: &Path) -> std::io::Result<()> {
    fs::create_dir_all(root)?;
    for file in &case.files {
        for place in places(file) {
            let path = root.join(place);
            path.parent().map_or(Ok(()), fs::create_dir_all)?;
            fs::write(path, &file.text)?;
        }
    }
    Ok(())
}

fn ask_case(case: &Case, root: &Path) -> Vec<Request> {
    let root = root.display().to_string();
    let (before, after) = (source(&case.files, "before"), source(&case.files, "after"));
    let listed = |source: &Option<String>| source.iter().cloned().collect::<Vec<_>>();
    let schema =
        Request { verb: Verb::LoadSchema, options: json!({ "root": root, "schema": listed(&before) }) };
    let (verb, options) = match (&case.question, before, after) {
        (Question::Usages(target), _, after) => {
            (Verb::Usages, json!({ "target": target, "root": root, "schema": listed(&after) }))
        }
        (Question::Sql(sql), before, _) => {
            (Verb::Check, json!({ "root": root, "schema": listed(&before), "sql": sql }))
        }
        (Question::Check, Some(before), Some(after)) => {
            (Verb::Check, json!({ "root": root, "before": before, "after": after }))
        }
        (Question::Check, _, _) => (Verb::Check, json!({ "root": root })),
    };
    vec![Request { verb, options }, schema]
}

/// The example projects.
fn examples() -> Vec<PathBuf> {
    let folder = tool::workspace().join("examples");
    let mut projects: Vec<PathBuf> = match fs::read_dir(&folder) {
        Ok(entries) => entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()).collect(),
        Err(_) => Vec::new(),
    };
    projects.sort();
    projects
}

fn answers(command: &mut Command) -> Outcome<Vec<String>> {
    tool::output(command)?.lines().map(normalised).collect()
}

/// Compact JSON, as it came but for the one field that differs from run to run.
fn normalised(text: &str) -> Outcome<String> {
    let mut value: Value =
        serde_json::from_str(text).map_err(|error| format!("not JSON: {error}: {text}"))?;
    if let Some(elapsed) = value.pointer_mut("/report/stats/elapsed_ms") {
        *elapsed = Value::from(0);
    }
    Ok(value.to_string())
}

/// The binary gives no envelope: exit codes 0 and 1 come with a report, 2 with a message on standard error.
fn ask_binary(binary: &Path, request: &Request, expected: &str) -> Outcome<String> {
    let output = tool::command(binary)
        .args(arguments(request))
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{}: {error}", binary.display()))?;
    match output.status.code() {
        Some(0 | 1) => {
            let report = String::from_utf8_lossy(&output.stdout);
            normalised(&format!("{{\"report\":{report}}}"))
        }
        Some(2) => {
            let stderr = String::from_utf8_lossy(&output.stderr);
            let error: Value = serde_json::from_str(expected).map_err(|error| error.to_string())?;
            // The command line says it for a terminal, around the same message; options that it can refuse by itself
            // it refuses in its own words.
            let by_itself = error["error"]["code"] == "SEAWALL_OPTION" && stderr.contains("Usage:");
            let said = by_itself
                || error["error"]["message"].as_str().is_some_and(|message| stderr.contains(message));
            Ok(if said { expected.to_owned() } else { format!("exit code 2 and: {stderr}") })
        }
        other => Ok(format!("exit code {other:?}: {}", String::from_utf8_lossy(&output.stderr))),
    }
}

/// The command line of a question: what must be given and the root are positional, all else are options.
fn arguments(request: &Request) -> Vec<String> {
    let (command, positional): (&str, &[&str]) = match request.verb {
        Verb::Check => ("check", &["root"]),
        Verb::Compat => ("compat", &["root"]),
        Verb::Usages => ("usages", &["target", "root"]),
        Verb::LoadSchema => ("schema", &["root"]),
        Verb::Diff => ("diff", &["before", "after"]),
        Verb::Witness => ("witness", &["finding", "root"]),
        Verb::Rules => ("rules", &[]),
        Verb::Explain => ("explain", &["rule"]),
    };
    let mut arguments = vec![command.to_owned(), "--format=json".to_owned()];
    for (name, value) in request.options.as_object().into_iter().flatten() {
        let one = std::slice::from_ref(value);
        let values = value.as_array().map_or(one, Vec::as_slice).iter().filter_map(Value::as_str);
        if !positional.contains(&name.as_str()) {
            arguments.extend(values.map(|value| format!("--{}={value}", name.replace('_', "-"))));
        }
    }
    arguments.push("--".to_owned());
    arguments.extend(positional.iter().filter_map(|name| Some(request.options[*name].as_str()?.to_owned())));
    arguments
}

fn difference(request: &Request, who: &str, expected: &str, answer: &str) -> String {
    let same = expected.bytes().zip(answer.bytes()).take_while(|(left, right)| left == right).count();
    let around = |text: &str| {
        let bytes = text.as_bytes();
        let window = bytes.get(same.saturating_sub(60)..bytes.len().min(same + 120)).unwrap_or_default();
        String::from_utf8_lossy(window).into_owned()
    };
    format!(
        "{} {}: {who} differs at byte {same}\n  the crate: ...{}...\n  {who}: ...{}...",
        request.verb.name(),
        request.options,
        around(expected),
        around(answer)
    )
}

//! `cargo x codegen`: the JSON Schemas, the Python types and functions, the TypeScript declarations and functions, all
//! from the core's own types. A test fails when a committed file differs.

mod model;
mod python;
mod typescript;

use seawall::json::Verb;
use serde_json::Value;

use super::{Outcome, tool};
use model::Model;

/// A generated file: its path in the workspace and its text.
struct Generated {
    path: String,
    text: String,
}

/// Writes the generated files, or with `--check` says which ones differ.
pub fn run(args: &[String]) -> Outcome {
    match args {
        [] => write(),
        [only] if only == "--check" => check(),
        _ => Err("`cargo x codegen` takes nothing but --check".to_owned()),
    }
}

fn write() -> Outcome {
    for file in generate()? {
        let path = tool::workspace().join(&file.path);
        if std::fs::read_to_string(&path).is_ok_and(|text| text == file.text) {
            continue;
        }
        let folder = path.parent().unwrap_or(&path);
        std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write(&path, &file.text))
            .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        println!("wrote {}", file.path);
    }
    Ok(())
}

fn check() -> Outcome {
    let differing: Vec<String> = generate()?
        .into_iter()
        .filter(|file| {
            !std::fs::read_to_string(tool::workspace().join(&file.path)).is_ok_and(|text| text == file.text)
        })
        .map(|file| file.path)
        .collect();
    match differing.is_empty() {
        true => Ok(()),
        false => Err(format!(
            "not what `cargo x codegen` writes: {}\n  what to do: cargo x codegen",
            differing.join(", ")
        )),
    }
}

fn generate() -> Outcome<Vec<Generated>> {
    let model = Model::read()?;
    let mut files: Vec<Generated> = Verb::ALL
        .into_iter()
        .map(|verb| Generated {
            path: format!("docs/schemas/{}-report.schema.json", verb.name().replace('_', "-")),
            text: pretty(&verb.report_schema()),
        })
        .collect();
    files.push(Generated { path: "docs/rules.md".to_owned(), text: seawall_tests::mirror::render() });
    files.extend(python::generate(&model));
    files.extend(typescript::generate(&model));
    Ok(files)
}

fn pretty(schema: &Value) -> String {
    format!("{schema:#}\n")
}

#[cfg(test)]
mod tests {
    #[test]
    fn committed_files_are_what_codegen_writes() {
        super::check().unwrap();
    }
}

//! The configuration of a project: `seawall.toml`, `[tool.seawall]` in `pyproject.toml`, or `"seawall"` in
//! `package.json`; the nearest one from the root upward, nothing merged.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use globset::{Glob, GlobSet, GlobSetBuilder};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::near::did_you_mean;
use crate::report::Format;
use crate::rules::{self, DeployOrder, Severity};
use crate::schema::Dialect;
use crate::{Error, ErrorKind, Result};

/// The configuration of a project.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
#[schemars(title = "Configuration of Seawall")]
pub struct Config {
    /// Schema sources: Prisma files or folders, Alembic versions folders or `alembic.ini`, knexfiles or folders of Knex
    /// migrations, data sources or folders of TypeORM migrations, SQL files or folders of migrations. Paths are relative to the configuration file. Without it, sources are detected.
    pub schema: Vec<String>,
    /// The database, where the sources do not say it.
    pub dialect: Option<Dialect>,
    /// What was there before the first revision: a schema source or Python files with models (the path is relative to the
    /// configuration file), `models` (the project's own, taken back over the revisions) or `none`.
    pub baseline: Option<String>,
    /// Globs of files to leave out, relative to the root.
    pub exclude: Vec<String>,
    /// In which order a migration and the code that belongs to it go out; `migrate-first` where nothing is said.
    pub deploy_order: Option<DeployOrder>,
    /// The least severity that makes `check` fail (exit code 1).
    pub fail_on: Option<FailOn>,
    /// Whether a change whose verdict is `unknown` makes `check` fail too.
    pub fail_on_unknown: bool,
    /// The output format of `check`.
    pub format: Option<Format>,
    /// Severity by rule, in place of the rule's own.
    pub rules: BTreeMap<String, RuleLevel>,
    /// Places that cannot be resolved and are known to be harmless: they do not make a verdict `unknown`.
    pub assume: Vec<Assumption>,
    /// Rules to ignore in files: a glob relative to the root, and the rules (`"*"` for all).
    pub ignore: BTreeMap<String, Vec<String>>,
    /// The file that it was read from.
    #[serde(skip)]
    pub file: Option<String>,
}

/// What is known of places that cannot be resolved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Assumption {
    /// A glob of the files, relative to the root.
    pub path: String,
    /// A part of the line's text; any line where it is not given.
    #[serde(default)]
    pub code: Option<String>,
    /// The table that the places do not meet, by its database name; any table where it is not given.
    #[serde(default)]
    pub table: Option<String>,
    /// Why it is so.
    pub reason: String,
}

impl Assumption {
    /// Whether it speaks of a place: a path, the text of its line, and the table that is asked about.
    pub fn covers(&self, path: &str, line: &str, table: &str) -> bool {
        self.code.as_ref().is_none_or(|code| line.contains(code.as_str()))
            && self.table.as_ref().is_none_or(|known| known.eq_ignore_ascii_case(table))
            && Glob::new(&self.path).is_ok_and(|glob| glob.compile_matcher().is_match(path))
    }
}

/// The least severity that makes `check` fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum FailOn {
    /// Errors.
    #[default]
    Error,
    /// Warnings and errors.
    Warning,
    /// Any finding.
    Note,
    /// Nothing: the exit code is 0 whatever is found.
    Never,
}

impl FailOn {
    /// Whether a finding of this severity makes the check fail.
    pub fn fails(self, severity: Severity) -> bool {
        match self {
            Self::Error => severity >= Severity::Error,
            Self::Warning => severity >= Severity::Warning,
            Self::Note => true,
            Self::Never => false,
        }
    }
}

/// The severity that a configuration gives to a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleLevel {
    /// Breaks.
    Error,
    /// May break.
    Warning,
    /// Worth knowing.
    Note,
    /// The rule does not run.
    Off,
}

impl RuleLevel {
    /// The severity; `None` for `off`.
    pub fn severity(self) -> Option<Severity> {
        match self {
            Self::Error => Some(Severity::Error),
            Self::Warning => Some(Severity::Warning),
            Self::Note => Some(Severity::Note),
            Self::Off => None,
        }
    }
}

/// A file that may hold a configuration, and how to take it out.
struct Place {
    file: &'static str,
    read: fn(&str) -> std::result::Result<Option<Value>, String>,
}

/// In the order in which they are looked for in a folder.
const PLACES: &[Place] = &[
    Place { file: "seawall.toml", read: |text| toml_value(text).map(Some) },
    Place { file: "pyproject.toml", read: |text| Ok(member(toml_value(text)?, &["tool", "seawall"])) },
    Place { file: "package.json", read: |text| Ok(member(json_value(text)?, &["seawall"])) },
];

impl Config {
    /// Reads the file that an option names (any of the three kinds; another name is read as `seawall.toml`), else the
    /// nearest configuration from `root` upward, else gives the empty one.
    ///
    /// # Errors
    /// A file that cannot be read, is not valid, or has a key or rule that does not exist.
    pub fn load(root: &Path, named: Option<&str>) -> Result<Self> {
        match named {
            Some(path) => Self::load_named(Path::new(path)),
            None => Self::load_nearest(root),
        }
    }

    fn load_named(path: &Path) -> Result<Self> {
        let text = std::fs::read_to_string(path).map_err(|error| {
            Error::new(
                ErrorKind::Config,
                format!("{}: the configuration cannot be read: {error}", path.display()),
            )
        })?;
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        let place = PLACES.iter().find(|place| place.file == name).or(PLACES.first());
        let value = match place {
            Some(place) => (place.read)(&text).map_err(|error| invalid(path, &error))?,
            None => None,
        };
        match value {
            Some(value) => Self::from_value(value, path),
            None => Err(invalid(path, "the file has no configuration of Seawall")),
        }
    }

    fn load_nearest(root: &Path) -> Result<Self> {
        let start = std::path::absolute(root).unwrap_or_else(|_| root.to_path_buf());
        for folder in start.ancestors() {
            for place in PLACES {
                let path = folder.join(place.file);
                let Ok(text) = std::fs::read_to_string(&path) else { continue };
                // Another tool's file that is not valid is that tool's business, unless it means us.
                let value = match (place.read)(&text) {
                    Ok(value) => value,
                    Err(error) if text.contains("seawall") => return Err(invalid(&path, &error)),
                    Err(_) => None,
                };
                if let Some(value) = value {
                    return Self::from_value(value, &path);
                }
            }
        }
        Ok(Self::default())
    }

    fn from_value(value: Value, path: &Path) -> Result<Self> {
        check_keys(&value, path)?;
        let mut config: Self =
            serde_json::from_value(value).map_err(|error| invalid(path, &error.to_string()))?;
        config.check_rules(path)?;
        glob_set(&config.exclude).map_err(|error| invalid(path, &error))?;
        glob_set(config.assume.iter().map(|assumption| &assumption.path))
            .map_err(|error| invalid(path, &error))?;
        if config.assume.iter().any(|assumption| assumption.reason.trim().is_empty()) {
            return Err(invalid(path, "an assumption needs a reason"));
        }
        glob_set(config.ignore.keys()).map_err(|error| invalid(path, &error))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        config.file = path.to_str().map(str::to_owned);
        config.schema = config.schema.iter().map(|source| resolve(folder, source)).collect();
        let word = |name: &String| matches!(name.as_str(), "none" | "models");
        config.baseline = config.baseline.map(|name| if word(&name) { name } else { resolve(folder, &name) });
        Ok(config)
    }

    fn check_rules(&self, path: &Path) -> Result<()> {
        let ignored = self.ignore.values().flatten().filter(|rule| *rule != "*");
        for rule in self.rules.keys().chain(ignored) {
            if !rules::names().any(|name| name == rule) {
                let near = did_you_mean(rule, rules::names());
                return Err(invalid(path, &format!("there is no rule `{rule}`{near}")));
            }
        }
        Ok(())
    }

    /// The severity of a finding of `rule` in the file `path`; `None` where the rule is off or ignored there.
    pub fn severity(&self, rule: &str, own: Severity, path: &str) -> Option<Severity> {
        let ignored = self.ignore.iter().any(|(glob, rules)| {
            rules.iter().any(|name| name == rule || name == "*")
                && Glob::new(glob).is_ok_and(|glob| glob.compile_matcher().is_match(path))
        });
        match self.rules.get(rule) {
            _ if ignored => None,
            Some(level) => level.severity(),
            None => Some(own),
        }
    }

    /// The files to leave out.
    pub fn excluded(&self) -> GlobSet {
        glob_set(&self.exclude).unwrap_or_else(|_| GlobSet::empty())
    }

    /// The JSON Schema of the configuration.
    pub fn json_schema() -> Value {
        schemars::schema_for!(Config).to_value()
    }
}

fn glob_set<'a>(globs: impl IntoIterator<Item = &'a String>) -> std::result::Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        set.add(Glob::new(glob).map_err(|error| error.to_string())?);
    }
    set.build().map_err(|error| error.to_string())
}

/// A path of the configuration, relative to its folder.
fn resolve(folder: &Path, source: &str) -> String {
    let joined: PathBuf = folder.join(source);
    joined.to_str().map_or_else(|| source.to_owned(), str::to_owned)
}

fn invalid(path: &Path, error: &str) -> Error {
    Error::new(ErrorKind::Config, format!("{}: {}", path.display(), error.trim_end()))
}

fn toml_value(text: &str) -> std::result::Result<Value, String> {
    toml::from_str(text).map_err(|error| error.to_string())
}

fn json_value(text: &str) -> std::result::Result<Value, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}

fn member(value: Value, path: &[&str]) -> Option<Value> {
    path.iter().try_fold(value, |value, key| value.get(*key).cloned())
}

/// Names the unknown key and the one that may have been meant.
fn check_keys(value: &Value, path: &Path) -> Result<()> {
    let Some(object) = value.as_object() else {
        return Err(invalid(path, "the configuration is no table of keys"));
    };
    let schema = Config::json_schema();
    let known: Vec<&str> = schema
        .get("properties")
        .and_then(Value::as_object)
        .map_or_else(Vec::new, |keys| keys.keys().map(String::as_str).collect());
    for key in object.keys().filter(|key| *key != "$schema") {
        if !known.contains(&key.as_str()) {
            let near = did_you_mean(key, known.iter().copied());
            let keys = known.join("`, `");
            return Err(invalid(path, &format!("unknown key `{key}`{near} (keys are `{keys}`)")));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(file: &str, text: &str) -> std::result::Result<Config, String> {
        let place = PLACES.iter().find(|place| place.file == file).expect("a known file");
        let value = (place.read)(text)?.ok_or("none")?;
        let config =
            Config::from_value(value, &Path::new("app").join(file)).map_err(|error| error.message)?;
        Ok(Config { file: None, ..config })
    }

    #[test]
    fn all_three_files_say_the_same() {
        let expected = Config {
            schema: vec![resolve(Path::new("app"), "db/schema.prisma")],
            dialect: Some(Dialect::Mysql),
            fail_on: Some(FailOn::Warning),
            ..Config::default()
        };
        let keys = "schema = ['db/schema.prisma']\ndialect = 'mysql'\nfail-on = 'warning'\n";
        assert_eq!(check("seawall.toml", keys), Ok(expected.clone()));
        let pyproject = format!("[project]\nname = 'x'\n[tool.seawall]\n{keys}");
        assert_eq!(check("pyproject.toml", &pyproject), Ok(expected.clone()));
        let json = r#"{"name": "x", "seawall": {"schema": ["db/schema.prisma"], "dialect": "mysql", "fail-on": "warning"}}"#;
        assert_eq!(check("package.json", json), Ok(expected));
    }

    #[test]
    fn an_unknown_key_rule_or_value_is_an_error_that_names_the_way_out() {
        let error = |text: &str| check("seawall.toml", text).expect_err("not valid");
        assert!(error("shema = []").contains("unknown key `shema`; did you mean `schema`?"));
        let rule = error("[rules]\nunused-supression = 'off'");
        assert!(rule.contains("did you mean `unused-suppression`?"), "{rule}");
        assert!(error("dialect = 'oracle'").contains("postgres"), "{}", error("dialect = 'oracle'"));
        assert!(error("[[assume]]\npath = 'a.py'\nreason = ' '").contains("needs a reason"));
        assert!(error("exclude = ['a[']").contains("a["));
        assert!(error("schema = [").contains("line 1") || error("schema = [").contains('|'));
    }

    #[test]
    fn severities_follow_the_rule_and_the_path() {
        let text = "[rules]\nunused-suppression = 'note'\n[ignore]\n'legacy/**' = ['*']\n";
        let config = check("seawall.toml", text).expect("valid");
        let severity = |path| config.severity("unused-suppression", Severity::Warning, path);
        assert_eq!(severity("src/a.ts"), Some(Severity::Note));
        assert_eq!(severity("legacy/a.ts"), None);
    }
}

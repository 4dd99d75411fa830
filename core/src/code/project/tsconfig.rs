//! `tsconfig.json` and `jsconfig.json`: the path mappings that hold for the files below.

use std::sync::Arc;

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::jsonc;
use super::path::{ancestors, folder, join, name};
use crate::text::Sources;

/// How many configurations may extend one another: more is a circle.
const LONGEST_CHAIN: usize = 16;

/// All configurations of the project, by the folder they stand in.
#[derive(Debug, Default)]
pub(super) struct TsConfigs {
    by_folder: FxHashMap<String, Arc<TsConfig>>,
}

/// What a configuration says about specifiers, with all that it extends.
#[derive(Debug, Clone, Default)]
pub(super) struct TsConfig {
    /// The folder that bare specifiers are tried in.
    pub base_url: Option<String>,
    paths: Vec<PathMapping>,
    /// `strict` and `strictNullChecks`, where they are given.
    strict: Option<bool>,
    strict_null_checks: Option<bool>,
}

/// One entry of `paths`.
#[derive(Debug, Clone)]
struct PathMapping {
    before: String,
    /// What stands after the `*`; `None` where there is no `*`.
    after: Option<String>,
    /// Paths from the root, with the `*` in them.
    targets: Vec<String>,
}

impl TsConfigs {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut configs = Self::default();
        for file in sources.ids() {
            let path = sources.path(file);
            let is_typescript = name(path) == "tsconfig.json";
            if !is_typescript && name(path) != "jsconfig.json" {
                continue;
            }
            if let Some(config) = load(sources, path, folder(path), 0) {
                let known = configs.by_folder.contains_key(folder(path));
                if is_typescript || !known {
                    configs.by_folder.insert(folder(path).to_owned(), Arc::new(config));
                }
            }
        }
        configs
    }

    /// The configurations around a file, the nearest first: where the nearest maps nothing, an outer one may.
    pub(super) fn around<'c>(&'c self, path: &'c str) -> impl Iterator<Item = &'c Arc<TsConfig>> {
        ancestors(folder(path)).filter_map(|folder| self.by_folder.get(folder))
    }
}

impl TsConfig {
    /// Where `paths` maps a specifier, in the order to be tried.
    pub(super) fn mapped(&self, specifier: &str) -> Vec<String> {
        // An exact name wins, then the longest prefix (TypeScript handbook, "Path mapping").
        let best = self
            .paths
            .iter()
            .filter_map(|mapping| Some((mapping, mapping.matched(specifier)?)))
            .max_by_key(|(mapping, _)| (mapping.after.is_none(), mapping.before.len()));
        let Some((mapping, star)) = best else { return vec![] };
        mapping.targets.iter().map(|target| target.replacen('*', star, 1)).collect()
    }

    /// Whether the compiler tells `null` from other values; `None` where nothing is said (the default is yes since
    /// TypeScript 6, no before).
    pub(super) fn checks_null(&self) -> Option<bool> {
        self.strict_null_checks.or(self.strict)
    }

    fn maps_nothing(&self) -> bool {
        self.base_url.is_none() && self.paths.is_empty()
    }
}

impl PathMapping {
    /// What the `*` stands for.
    fn matched<'s>(&self, specifier: &'s str) -> Option<&'s str> {
        match &self.after {
            None => (specifier == self.before).then_some(""),
            Some(after) => specifier.strip_prefix(&self.before)?.strip_suffix(after.as_str()),
        }
    }
}

/// Reads a configuration; `leaf` is the folder of the one that is asked for.
fn load(sources: &Sources, path: &str, leaf: &str, depth: usize) -> Option<TsConfig> {
    if depth >= LONGEST_CHAIN {
        return None;
    }
    let value = jsonc::parse(&sources.load(sources.find(path)?).ok()?.text)?;
    let own = folder(path);
    let mut config = TsConfig::default();
    let extended = match value.get("extends") {
        Some(Value::String(one)) => vec![one.as_str()],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => vec![],
    };
    for extended in extended {
        let base =
            extended_path(sources, own, extended).and_then(|path| load(sources, &path, leaf, depth + 1));
        if let Some(base) = base {
            config.base_url = base.base_url.or(config.base_url);
            config.strict = base.strict.or(config.strict);
            config.strict_null_checks = base.strict_null_checks.or(config.strict_null_checks);
            if !base.paths.is_empty() {
                config.paths = base.paths;
            }
        }
    }
    let options = value.get("compilerOptions");
    let flag = |name: &str| options.and_then(|options| options.get(name)).and_then(Value::as_bool);
    config.strict = flag("strict").or(config.strict);
    config.strict_null_checks = flag("strictNullChecks").or(config.strict_null_checks);
    let located = |path: &str, from: &str| match path.strip_prefix("${configDir}") {
        Some(rest) => join(leaf, rest),
        None => join(from, path),
    };
    if let Some(base_url) = options.and_then(|options| options.get("baseUrl")).and_then(Value::as_str) {
        config.base_url = located(base_url, own);
    }
    if let Some(Value::Object(paths)) = options.and_then(|options| options.get("paths")) {
        let base = config.base_url.clone().unwrap_or_else(|| own.to_owned());
        config.paths =
            paths.iter().map(|(pattern, targets)| mapping(pattern, targets, &base, located)).collect();
    }
    if config.maps_nothing() {
        // A solution's own configuration says nothing; the ones it refers to do (`tsconfig.app.json`).
        let references = value.get("references").and_then(Value::as_array).into_iter().flatten();
        let referred = references
            .filter_map(|reference| extended_path(sources, own, reference.get("path")?.as_str()?))
            .filter(|referred| folder(referred) == own)
            .filter_map(|referred| load(sources, &referred, leaf, depth + 1));
        config = { referred }.find(|config| !config.maps_nothing()).unwrap_or(config);
    }
    Some(config)
}

fn mapping(
    pattern: &str,
    targets: &Value,
    base: &str,
    located: impl Fn(&str, &str) -> Option<String>,
) -> PathMapping {
    let (before, after) = match pattern.split_once('*') {
        Some((before, after)) => (before, Some(after.to_owned())),
        None => (pattern, None),
    };
    let targets = targets.as_array().into_iter().flatten().filter_map(Value::as_str);
    PathMapping {
        before: before.to_owned(),
        after,
        targets: targets.filter_map(|target| located(target, base)).collect(),
    }
}

/// The path of what `extends` or a reference names: a file, a file without its ending, or a folder.
fn extended_path(sources: &Sources, own: &str, named: &str) -> Option<String> {
    let joined = if named.starts_with('.') || named.starts_with('/') {
        join(own, named)?
    } else {
        // A package: one of the project can be there under its folder's name, others are not in the project.
        let (_, rest) = named.split_once('/').unwrap_or(("", named));
        let ends = format!("/{rest}");
        return sources
            .ids()
            .map(|file| sources.path(file))
            .find(|path| path.ends_with(&ends) && path.ends_with(".json") && name(path).contains("tsconfig"))
            .map(str::to_owned);
    };
    [joined.clone(), format!("{joined}.json"), format!("{joined}/tsconfig.json")]
        .into_iter()
        .find(|path| sources.find(path).is_some())
}

//! `package.json`: the packages of a monorepo by name, and where their entry points are.

use rustc_hash::FxHashMap;
use serde_json::Value;

use super::path::{ancestors, folder, join, name};
use crate::text::Sources;

/// The packages of the project.
#[derive(Debug, Default)]
pub(super) struct Packages {
    by_name: FxHashMap<String, String>,
    by_folder: FxHashMap<String, Package>,
}

/// One package of the project.
#[derive(Debug)]
pub(super) struct Package {
    folder: String,
    exports: Option<Value>,
    imports: Option<Value>,
    /// `source`, `types`, `module`, `main`, in the order to be tried.
    entries: Vec<String>,
}

/// Fields that name the entry point. What a bundler or a type checker reads comes first: it is nearer to the source.
const ENTRY_FIELDS: [&str; 5] = ["source", "types", "typings", "module", "main"];

/// Folders that a build writes to, and whose content comes from `src`.
const BUILT: [&str; 5] = ["dist", "build", "lib", "out", "esm"];

impl Packages {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut packages = Self::default();
        for file in sources.ids() {
            let path = sources.path(file);
            if name(path) != "package.json" {
                continue;
            }
            let Ok(text) = sources.load(file) else { continue };
            let Ok(mut value) = serde_json::from_str::<Value>(&text.text) else { continue };
            if let Some(package_name) = value.get("name").and_then(Value::as_str) {
                let known = packages.by_name.entry(package_name.to_owned());
                known.or_insert_with(|| folder(path).to_owned());
            }
            let entries = ENTRY_FIELDS.iter().filter_map(|field| value.get(*field)?.as_str());
            let package = Package {
                folder: folder(path).to_owned(),
                entries: entries.map(str::to_owned).collect(),
                exports: value.get_mut("exports").map(Value::take),
                imports: value.get_mut("imports").map(Value::take),
            };
            packages.by_folder.insert(folder(path).to_owned(), package);
        }
        packages
    }

    /// The package that a bare specifier names, and what follows its name.
    pub(super) fn find<'s>(&self, specifier: &'s str) -> Option<(&Package, &'s str)> {
        let names = if specifier.starts_with('@') { 2 } else { 1 };
        let end = specifier.match_indices('/').nth(names - 1).map_or(specifier.len(), |(at, _)| at);
        let package = self.by_folder.get(self.by_name.get(specifier.get(..end)?)?)?;
        Some((package, specifier.get(end..)?.trim_start_matches('/')))
    }

    /// The package of this folder itself.
    pub(super) fn in_folder(&self, folder: &str) -> Option<&Package> {
        self.by_folder.get(folder)
    }

    /// The folder of the package that a file belongs to.
    pub(super) fn folder_around<'p>(&self, path: &'p str) -> Option<&'p str> {
        ancestors(folder(path)).find(|folder| self.by_folder.contains_key(*folder))
    }

    /// Where the file's own package maps `#name` (Node.js, "Subpath imports").
    pub(super) fn own_imports(&self, path: &str, specifier: &str) -> Vec<String> {
        let Some(own) = self.folder_around(path) else { return vec![] };
        let imports = self.by_folder.get(own).and_then(|package| package.imports.as_ref());
        let targets = imports.map(|imports| mapped(imports, specifier)).unwrap_or_default();
        targets.iter().flat_map(|target| near_source(own, target)).collect()
    }
}

impl Package {
    /// The entry points that it names, from its folder.
    pub(super) fn entries(&self) -> &[String] {
        &self.entries
    }

    /// Paths that the subpath of the package can be at, in the order to be tried.
    pub(super) fn candidates(&self, subpath: &str) -> Vec<String> {
        let exported = if subpath.is_empty() { ".".to_owned() } else { format!("./{subpath}") };
        let mut named: Vec<String> = match &self.exports {
            Some(exports) => mapped(exports, &exported),
            None => vec![],
        };
        if subpath.is_empty() {
            named.extend(self.entries.iter().cloned());
            named.extend(["src/index".to_owned(), "index".to_owned()]);
        } else {
            named.extend([subpath.to_owned(), format!("src/{subpath}")]);
        }
        named.iter().flat_map(|target| near_source(&self.folder, target)).collect()
    }
}

/// What a table of `exports` or `imports` maps a name to.
fn mapped(table: &Value, asked: &str) -> Vec<String> {
    let mut targets = vec![];
    match table {
        Value::Object(entries) if entries.keys().any(|key| key.starts_with('.') || key.starts_with('#')) => {
            let best = entries
                .iter()
                .filter_map(|(key, value)| Some((key, value, matched(key, asked)?)))
                .max_by_key(|(key, _, _)| (!key.contains('*'), key.len()));
            if let Some((_, value, star)) = best {
                collect(value, star, &mut targets, 0);
            }
        }
        // Conditions or a string alone are the entry point's.
        _ if asked == "." => collect(table, "", &mut targets, 0),
        _ => {}
    }
    targets
}

fn matched<'s>(key: &str, asked: &'s str) -> Option<&'s str> {
    match key.split_once('*') {
        Some((before, after)) => asked.strip_prefix(before)?.strip_suffix(after),
        None => (key == asked).then_some(""),
    }
}

/// All paths of a target, whatever the conditions: which one exists in the project decides.
fn collect(value: &Value, star: &str, targets: &mut Vec<String>, depth: usize) {
    match value {
        Value::String(path) => targets.push(path.replace('*', star)),
        Value::Array(values) if depth < 8 => {
            values.iter().for_each(|value| collect(value, star, targets, depth + 1));
        }
        Value::Object(conditions) if depth < 8 => {
            conditions.values().for_each(|value| collect(value, star, targets, depth + 1));
        }
        _ => {}
    }
}

/// The path in a package, and the source that it is built from if it is built.
fn near_source(package: &str, target: &str) -> Vec<String> {
    let relative = target.trim_start_matches("./");
    let mut paths = vec![];
    if let Some((first, rest)) = relative.split_once('/')
        && BUILT.contains(&first)
    {
        let rest = rest.strip_prefix("src/").unwrap_or(rest);
        paths.extend(join(package, &format!("src/{rest}")));
        paths.extend(join(package, rest));
    }
    paths.extend(join(package, relative));
    paths
}

//! Alembic: its configuration, and folders of revisions.

use super::hints::{dialect_of_path, dialect_of_url};
use super::{Found, Listing, What, file_name, join, lies_in, parent};
use crate::schema::Dialect;

pub fn find(listing: &Listing<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    let configurations =
        listing.files.iter().filter(|file| matches!(file_name(file), "alembic.ini" | "pyproject.toml"));
    for configuration in configurations {
        for source in of_configuration(listing, configuration) {
            if !found.iter().any(|other| other.what == source.what) {
                found.push(source);
            }
        }
    }
    for folder in listing.folders() {
        let is_versions = folder.split('/').any(|part| part == "versions");
        let known = found.iter().any(|source| match &source.what {
            What::Alembic(folders) => folders.iter().any(|known| known == folder),
            What::Prisma | What::Sql | What::Knex(_) | What::TypeOrm(_) => false,
        });
        if is_versions && !known && holds_revisions(listing, folder) {
            let what = What::Alembic(with_nested(listing, folder));
            found.push(Found { what, path: folder.to_owned(), dialect: dialect_of_path(folder) });
        }
    }
    found
}

/// A folder of revisions, and the folders in it whose revisions go on from them: projects that keep each release in a
/// folder of its own name these to Alembic in code.
pub fn with_nested(listing: &Listing<'_>, folder: &str) -> Vec<String> {
    let mut found = vec![folder.to_owned()];
    let inside = |inner: &&str| *inner != folder && lies_in(inner, folder) && holds_revisions(listing, inner);
    let mut open: Vec<&str> = listing.folders().into_iter().filter(inside).collect();
    let mut ids = if open.is_empty() { Vec::new() } else { revision_ids(listing, folder) };
    let goes_on = |inner: &str, ids: &[String]| {
        listing.in_folder(inner).any(|file| {
            let text = listing.text(file);
            let lines = text.lines().filter(|line| !line.starts_with("revision"));
            ids.iter().any(|id| lines.clone().any(|line| line.contains(id.as_str())))
        })
    };
    while let Some(at) = open.iter().position(|inner| goes_on(inner, &ids)) {
        let inner = open.remove(at);
        ids.extend(revision_ids(listing, inner));
        found.push(inner.to_owned());
    }
    found
}

/// The ids of the revisions of a folder with their quotes, read without a parse.
fn revision_ids(listing: &Listing<'_>, folder: &str) -> Vec<String> {
    let mut ids = Vec::new();
    for file in listing.in_folder(folder) {
        let text = listing.text(file);
        let line = text.lines().find(|line| line.starts_with("revision"));
        let id = line.and_then(|line| line.split(['\'', '"']).nth(1)).filter(|id| !id.is_empty());
        ids.extend(id.into_iter().flat_map(|id| [format!("'{id}'"), format!("\"{id}\"")]));
    }
    ids
}

/// Whether files directly in `folder` are revisions.
pub fn holds_revisions(listing: &Listing<'_>, folder: &str) -> bool {
    let is_revision = |file: &str| {
        file.ends_with(".py")
            && file_name(file) != "__init__.py"
            && listing.text(file).contains("down_revision")
    };
    listing.in_folder(folder).any(is_revision)
}

/// The settings of one section.
#[derive(Default)]
struct Settings {
    script_location: String,
    version_locations: Vec<String>,
    recursive: bool,
    url: Option<String>,
}

/// The sources that a configuration file names; none where it is not about Alembic.
pub fn of_configuration(listing: &Listing<'_>, path: &str) -> Vec<Found> {
    let text = listing.text(path);
    let sections = if path.ends_with(".toml") { toml_settings(&text) } else { ini_settings(&text) };
    let mut found = Vec::new();
    for settings in sections {
        let folders = version_folders(listing, path, &settings);
        if folders.is_empty() {
            continue;
        }
        let of_folder = || folders.iter().find_map(|folder| dialect_of_path(folder));
        let dialect: Option<Dialect> = settings.url.as_deref().and_then(dialect_of_url).or_else(of_folder);
        let path = match folders.as_slice() {
            [only] => only.clone(),
            _ => path.to_owned(),
        };
        found.push(Found { what: What::Alembic(folders), path, dialect });
    }
    found
}

/// The sections of an `alembic.ini` that name a script location: `[alembic]`, and others for several databases.
fn ini_settings(text: &str) -> Vec<Settings> {
    let mut sections: Vec<Vec<(String, String)>> = vec![Vec::new()];
    for line in text.lines() {
        let line = line.trim_end();
        if line.starts_with(['#', ';']) {
            continue;
        }
        if line.starts_with('[') {
            sections.push(Vec::new());
        } else if let Some(section) = sections.last_mut() {
            // A line that begins with blanks goes on with the value above it (configparser).
            if line.starts_with([' ', '\t']) {
                if let Some((_, value)) = section.last_mut() {
                    value.push('\n');
                    value.push_str(line.trim());
                }
            } else if let Some((key, value)) = line.split_once(['=', ':']) {
                section.push((key.trim().to_ascii_lowercase(), value.trim().to_owned()));
            }
        }
    }
    sections.iter().filter_map(|section| settings_of(section)).collect()
}

fn settings_of(section: &[(String, String)]) -> Option<Settings> {
    let get = |name: &str| section.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
    let separator = match get("path_separator").or(get("version_path_separator")) {
        Some("space") => " ",
        Some("newline") => "\n",
        Some(":") => ":",
        Some(";") => ";",
        Some("os") => ":",
        // Before there was a setting, spaces and commas both separated.
        Some(_) | None => " ,\n",
    };
    let locations = get("version_locations").unwrap_or_default();
    let parts = locations.split(|c: char| separator.contains(c)).map(str::trim);
    Some(Settings {
        script_location: get("script_location")?.to_owned(),
        version_locations: parts.filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        recursive: get("recursive_version_locations") == Some("true"),
        url: get("sqlalchemy.url").map(str::to_owned),
    })
}

/// `[tool.alembic]` of a `pyproject.toml`.
fn toml_settings(text: &str) -> Vec<Settings> {
    if !text.contains("alembic") {
        return Vec::new();
    }
    let Ok(document) = text.parse::<toml::Table>() else { return Vec::new() };
    let Some(section) = document.get("tool").and_then(|tool| tool.get("alembic")) else { return Vec::new() };
    let string = |name: &str| section.get(name).and_then(|value| value.as_str()).map(str::to_owned);
    let locations = match section.get("version_locations") {
        Some(toml::Value::Array(items)) => {
            items.iter().filter_map(|item| item.as_str().map(str::to_owned)).collect()
        }
        Some(toml::Value::String(text)) => text.split_whitespace().map(str::to_owned).collect(),
        Some(_) | None => Vec::new(),
    };
    let Some(script_location) = string("script_location") else { return Vec::new() };
    vec![Settings {
        script_location,
        version_locations: locations,
        recursive: section.get("recursive_version_locations").and_then(toml::Value::as_bool) == Some(true),
        url: string("sqlalchemy.url"),
    }]
}

/// The folders with revisions that the settings of the file `configuration` name.
fn version_folders(listing: &Listing<'_>, configuration: &str, settings: &Settings) -> Vec<String> {
    let here = parent(configuration);
    let named = if settings.version_locations.is_empty() {
        vec![format!("{}/versions", settings.script_location.trim_end_matches('/'))]
    } else {
        settings.version_locations.clone()
    };
    let mut folders: Vec<String> = Vec::new();
    for location in named {
        let Some(folder) = resolve(listing, here, &location) else { continue };
        let mut found = vec![folder.as_str()];
        if settings.recursive {
            found = listing.folders().into_iter().filter(|inner| lies_in(inner, &folder)).collect();
            // A folder before those in it, and these by name (`Script._list_py_dir`).
            found.sort_by(|left, right| left.split('/').cmp(right.split('/')));
        }
        for folder in found {
            if holds_revisions(listing, folder) && !folders.iter().any(|known| known == folder) {
                folders.push(folder.to_owned());
            }
        }
    }
    folders
}

/// The folder that a location means: relative to the configuration, to the root, or inside a package (`pkg:folder`).
fn resolve(listing: &Listing<'_>, here: &str, location: &str) -> Option<String> {
    let location = location.replace("%(here)s", ".").replace("%%", "%");
    let exists = |folder: &str| listing.files.iter().any(|file| lies_in(file, folder));
    if let Some((package, inside)) = location.split_once(':') {
        let wanted = format!("{}/{}", package.trim_start_matches("./").replace('.', "/"), inside);
        let folder = join(here, &wanted);
        if exists(&folder) {
            return Some(folder);
        }
        // Under `src/`, or wherever else the package lies.
        let ending = format!("/{wanted}");
        return listing.folders().into_iter().find(|folder| folder.ends_with(&ending)).map(str::to_owned);
    }
    let beside = join(here, &location);
    if exists(&beside) {
        return Some(beside);
    }
    let from_root = join(listing.folder, &location);
    exists(&from_root).then_some(from_root)
}

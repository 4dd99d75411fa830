//! Prisma schemas: named by a configuration, else found by their datasource.

use super::{Found, Listing, What, file_name, join, lies_in, parent};
use crate::schema_source::prisma::configuration;

/// A Prisma schema, and the folder of its migrations.
pub struct PrismaSchema {
    pub found: Found,
}

impl PrismaSchema {
    /// The folder that the schema lies in, or is.
    pub fn folder(&self) -> &str {
        if self.found.path.ends_with(".prisma") { parent(&self.found.path) } else { &self.found.path }
    }
}

pub fn find(listing: &Listing<'_>) -> Vec<PrismaSchema> {
    let files: Vec<&str> = listing.files.iter().copied().filter(|file| file.ends_with(".prisma")).collect();
    if files.is_empty() {
        return Vec::new();
    }
    let mut paths = configured(listing);
    paths.retain(|path| files.iter().any(|file| lies_in(file, path)));
    let texts: Vec<(&str, String)> = files.iter().map(|file| (*file, listing.text(file))).collect();
    let copies = client_folders(&texts);
    let is_open = |file: &str, paths: &[String]| {
        !paths.iter().any(|path| lies_in(file, path)) && !copies.iter().any(|folder| lies_in(file, folder))
    };
    // One datasource is one schema; files beside and below it without their own belong to it.
    let roots: Vec<&str> =
        texts.iter().filter(|(_, text)| has_datasource(text)).map(|(file, _)| *file).collect();
    for root in &roots {
        if is_open(root, &paths) {
            let path = source_of(root, &files, &roots);
            paths.push(path);
        }
    }
    for file in &files {
        if is_open(file, &paths) {
            let folder = parent(file);
            let alone = files.iter().filter(|other| lies_in(other, folder)).count() == 1;
            paths.push(if alone || folder.is_empty() { (*file).to_owned() } else { folder.to_owned() });
        }
    }
    paths.sort();
    paths.dedup();
    let found = |path: String| Found { what: What::Prisma, path, dialect: None };
    paths.into_iter().map(|path| PrismaSchema { found: found(path) }).collect()
}

/// The folder of a schema of several files, or the only file.
fn source_of(root: &str, files: &[&str], roots: &[&str]) -> String {
    let folder = parent(root);
    let other_root = roots.iter().any(|other| *other != root && lies_in(other, folder));
    let has_parts = files.iter().any(|file| *file != root && lies_in(file, folder));
    if has_parts && !other_root && !folder.is_empty() { folder.to_owned() } else { root.to_owned() }
}

fn has_datasource(text: &str) -> bool {
    text.lines().any(|line| line.trim_start().starts_with("datasource "))
}

/// The folders that generators write their client into: it comes with a copy of the schema.
fn client_folders(texts: &[(&str, String)]) -> Vec<String> {
    let mut folders = Vec::new();
    for (file, text) in texts {
        for line in text.lines() {
            let value = line.trim_start().strip_prefix("output").map(str::trim_start);
            let value = value.and_then(|rest| rest.strip_prefix('=')).map(str::trim);
            if let Some(output) = value.and_then(first_string) {
                let folder = join(parent(file), &output);
                // A generator that writes beside its own schema leaves the schema what it is.
                if !lies_in(file, &folder) {
                    folders.push(folder);
                }
            }
        }
    }
    folders
}

/// The schemas that `prisma.config.ts` and `package.json` name.
fn configured(listing: &Listing<'_>) -> Vec<String> {
    let mut paths = Vec::new();
    for file in &listing.files {
        let name = file_name(file);
        let stem = name.rsplit_once('.').map_or("", |(stem, _)| stem);
        if stem == "prisma.config" {
            let source = listing.sources.find(file).and_then(|id| listing.sources.load(id).ok());
            let named = source.map(|source| configuration::read(source, file).schema).unwrap_or_default();
            // Where the program chooses, what is there counts.
            let mut named = named.into_iter().map(|path| join(parent(file), &path));
            paths.extend(named.find(|path| listing.files.iter().any(|file| lies_in(file, path))));
        } else if name == "package.json" {
            let text = listing.text(file);
            // Most package files say nothing of Prisma: they are not parsed.
            if !text.contains("\"prisma\"") {
                continue;
            }
            let json: Option<serde_json::Value> = serde_json::from_str(&text).ok();
            let schema = json.as_ref().and_then(|json| json.get("prisma")?.get("schema")?.as_str());
            paths.extend(schema.map(|path| join(parent(file), path)));
        }
    }
    paths
}

/// The string literal that the text begins with; none where it has holes.
fn first_string(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| *c == '"')?;
    let rest = text.get(1..)?;
    Some(rest.get(..rest.find(quote)?)?.to_owned())
}

//! Folders of SQL migrations and SQL schema files.

use super::hints::dialect_of_path;
use super::prisma::PrismaSchema;
use crate::schema_source::sql::liquibase;

use super::{Found, Listing, What, file_name, lies_in, parent};

/// Sources in SQL, beside those that were `found` already.
pub fn find(listing: &Listing<'_>, prisma: &[PrismaSchema], found: &[Found]) -> Vec<Found> {
    let files: Vec<&str> = listing.files.iter().copied().filter(|file| has_extension(file, "sql")).collect();
    if files.is_empty() {
        return Vec::new();
    }
    let mut folders: Vec<&str> = Vec::new();
    for folder in candidate_folders(&files) {
        let of_prisma = prisma.iter().any(|schema| is_history_of(folder, schema));
        let inside = folders.iter().any(|known| lies_in(folder, known));
        if !of_prisma && !inside && is_migration_folder(listing, folder) {
            folders.push(folder);
        }
    }
    let source =
        |path: &str| Found { what: What::Sql, path: path.to_owned(), dialect: dialect_of_path(path) };
    let mut sources: Vec<Found> = folders.into_iter().map(source).collect();
    for file in files {
        // A dump beside the migrations says the same again.
        let has_history = found.iter().chain(&sources).any(|other| lies_in(&other.path, home(file)));
        let of_prisma = prisma.iter().any(|schema| is_history_of(parent(file), schema));
        if !has_history && !of_prisma && is_schema_file(listing, file) {
            sources.push(source(file));
        }
    }
    sources
}

/// The folder of the application that a schema file belongs to: around folders that only say what is in them.
fn home(file: &str) -> &str {
    let mut folder = parent(file);
    while matches!(file_name(folder), "db" | "ddl" | "sql" | "schema" | "schemas" | "database") {
        folder = parent(folder);
    }
    folder
}

fn has_extension(file: &str, extension: &str) -> bool {
    file.rsplit_once('.').is_some_and(|(_, own)| own.eq_ignore_ascii_case(extension))
}

/// The folders of SQL files and the folders around those (tools with a folder for each migration), outer ones first.
fn candidate_folders<'a>(files: &[&'a str]) -> Vec<&'a str> {
    let mut folders: Vec<&str> = files.iter().flat_map(|file| [parent(parent(file)), parent(file)]).collect();
    folders.sort_unstable();
    folders.dedup();
    folders
}

/// Whether the folder lies with a Prisma schema: its migrations, seeds and queries.
fn is_history_of(folder: &str, schema: &PrismaSchema) -> bool {
    let own = schema.folder();
    [own, parent(own)].iter().any(|base| lies_in(folder, &super::join(base, "migrations")))
        || (lies_in(folder, own) && !own.is_empty())
}

/// Whether the folder holds SQL migrations, by what their tools leave there.
pub fn is_migration_folder(listing: &Listing<'_>, folder: &str) -> bool {
    let has = |path: &str| listing.sources.find(&super::join(folder, path)).is_some();
    if has("migration_lock.toml") || has("meta/_journal.json") || has("atlas.sum") {
        return true;
    }
    // One folder for each migration: diesel, Prisma without its schema, drizzle 1.
    let in_own_folder = |file: &&&str| {
        parent(parent(file)) == folder
            && parent(file) != folder
            && matches!(file_name(file), "up.sql" | "migration.sql")
            && is_ordered_name(file_name(parent(file)))
    };
    if listing.files.iter().filter(in_own_folder).count() > 0 {
        return true;
    }
    let direct: Vec<&str> = listing.in_folder(folder).filter(|file| has_extension(file, "sql")).collect();
    let ordered = direct.iter().filter(|file| is_ordered_name(file_name(file))).count();
    if ordered == 0 {
        // Liquibase's changesets have their order inside; their files are called as one likes.
        return direct.iter().any(|file| is_liquibase(&listing.text(file)));
    }
    let tool_name = direct.iter().any(|file| {
        let name = file_name(file);
        name.ends_with(".up.sql") || (name.starts_with('V') && name.contains("__"))
    });
    let named_so = folder.rsplit('/').take(2).any(is_migration_word);
    let changes = || direct.iter().any(|file| changes_tables(&listing.text(file)));
    let marked = || direct.iter().any(|file| has_tool_mark(&listing.text(file)));
    (tool_name || named_so || marked()) && changes()
}

/// A changelog of Liquibase in another language than SQL.
pub fn other_changelog<'a>(listing: &Listing<'a>) -> Option<&'a str> {
    let mut named = listing.files.iter().copied().filter(|file| liquibase::is_changelog_name(file));
    named.find(|file| liquibase::is_changelog(&listing.text(file)))
}

fn is_migration_word(part: &str) -> bool {
    let part = part.to_ascii_lowercase();
    part.contains("migrat") || matches!(part.as_str(), "changelog" | "changelogs" | "drizzle" | "versions")
}

/// A name that says its place in an order: `001_x`, `V2__x`, `20240101_x`.
fn is_ordered_name(name: &str) -> bool {
    let name = name.strip_prefix(['V', 'U', 'v']).unwrap_or(name);
    name.starts_with(|c: char| c.is_ascii_digit()) || name.starts_with("R__")
}

fn is_liquibase(text: &str) -> bool {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    first.to_ascii_lowercase().replace(char::is_whitespace, "").starts_with("--liquibaseformatted")
}

/// The comments by which tools tell the parts of a migration.
fn has_tool_mark(text: &str) -> bool {
    ["-- +goose", "-- migrate:up", "-- +migrate", "--> statement-breakpoint"]
        .iter()
        .any(|mark| text.contains(mark))
        || is_liquibase(text)
        || text.to_ascii_lowercase().contains("-- up migration")
}

fn changes_tables(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    ["create table", "alter table", "create type", "create unlogged table"]
        .iter()
        .any(|words| text.contains(words))
}

/// A file that says a whole schema: by its name, and since it creates tables. Seeds and queries do not.
fn is_schema_file(listing: &Listing<'_>, file: &str) -> bool {
    let name = file_name(file).to_ascii_lowercase();
    let stem = name.strip_suffix(".sql").unwrap_or(&name);
    let named_so = ["schema", "structure", "ddl", "tables", "init", "database", "dump"]
        .iter()
        .any(|word| stem.split(['_', '-', '.']).any(|part| part == *word));
    let other = ["seed", "seeds", "data", "query", "queries", "drop", "down", "rollback"]
        .iter()
        .any(|word| stem.split(['_', '-', '.']).any(|part| part == *word));
    named_so && !other && listing.text(file).to_ascii_lowercase().contains("create table")
}

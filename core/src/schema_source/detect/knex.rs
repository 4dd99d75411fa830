//! Knex: its configuration, and folders of migrations.

use super::hints::{dialect_of_driver, dialect_of_path};
use super::{Found, Listing, What, file_name, lies_in, parent};
use crate::code::project::Project;
use crate::schema_source::knex::{Settings, configuration};
use crate::schema_source::script::is_script;
use crate::text::Sources;

pub fn find(listing: &Listing<'_>) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for knexfile in listing.files.iter().copied().filter(|file| is_knexfile(file)) {
        for source in of_knexfile(listing, knexfile) {
            if !found.iter().any(|other| other.path == source.path) {
                found.push(source);
            }
        }
    }
    for folder in listing.folders() {
        let known = found.iter().any(|source| match &source.what {
            What::Knex(settings) => settings.folders.iter().any(|known| known == folder),
            What::Prisma | What::Alembic(_) | What::Sql | What::TypeOrm(_) => false,
        });
        if !known && holds_migrations(listing, folder) {
            found.push(of_folder(listing.sources, folder));
        }
    }
    found
}

fn is_knexfile(path: &str) -> bool {
    let name = file_name(path);
    is_script(path) && (name.starts_with("knexfile.") || name.starts_with("knex.config."))
}

/// A file that an option names: a knexfile, or one of the migrations.
pub fn of_file(listing: &Listing<'_>, path: &str) -> Vec<Found> {
    if !is_script(path) {
        return Vec::new();
    }
    let whole = Listing::below(listing.sources, "");
    let configured = of_knexfile(&whole, path);
    if configured.is_empty() && holds_migrations(listing, parent(path)) {
        return vec![of_folder(listing.sources, parent(path))];
    }
    configured
}

/// The sources that a knexfile names, those whose folders are there: one for each environment that has folders of its own.
fn of_knexfile(listing: &Listing<'_>, path: &str) -> Vec<Found> {
    let Some(file) = listing.sources.find(path) else { return Vec::new() };
    let project = Project::new(listing.sources);
    let mut found: Vec<Found> = Vec::new();
    for mut settings in configuration(&project, file) {
        settings.folders = resolved(listing, parent(path), &settings.folders);
        let Some(first) = settings.folders.first().cloned() else { continue };
        if found.iter().any(|other| other.path == first) {
            continue;
        }
        let dialect = settings.client.as_deref().and_then(dialect_of_driver);
        found.push(Found { what: What::Knex(settings), path: first, dialect });
    }
    found
}

/// The folders that hold migrations: seen from the knexfile, as Knex's command line does, or from the root.
fn resolved(listing: &Listing<'_>, here: &str, folders: &[String]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for folder in folders {
        let seen = [super::join(here, folder), super::join(listing.folder, folder), folder.clone()];
        let whole = Listing::below(listing.sources, "");
        let holds = seen
            .into_iter()
            .find(|folder| whole.in_folder(folder).any(|file| is_script(file) && has_up(&whole.text(file))));
        found.extend(holds.filter(|folder| !found.contains(folder)));
    }
    found
}

/// A folder of migrations that no knexfile was asked about; the one around it says the client.
pub fn of_folder(sources: &Sources, folder: &str) -> Found {
    let whole = Listing::below(sources, "");
    let mut around: Vec<&str> = whole.files.iter().copied().filter(|file| is_knexfile(file)).collect();
    around.retain(|file| lies_in(folder, parent(file)));
    around.sort_by_key(|file| std::cmp::Reverse(parent(file).len()));
    let configured = around
        .first()
        .and_then(|path| sources.find(path))
        .and_then(|file| configuration(&Project::new(sources), file).into_iter().next());
    let settings = Settings { folders: vec![folder.to_owned()], ..configured.unwrap_or_default() };
    let dialect = settings.client.as_deref().and_then(dialect_of_driver).or_else(|| dialect_of_path(folder));
    Found { what: What::Knex(settings), path: folder.to_owned(), dialect }
}

/// Whether files directly in `folder` are migrations of Knex.
pub fn holds_migrations(listing: &Listing<'_>, folder: &str) -> bool {
    super::any_migration(listing, folder, is_migration)
}

/// A file that exports `up` and speaks of Knex, and not of the other tools whose migrations look alike.
fn is_migration(text: &str) -> bool {
    let others = [
        "queryInterface",
        "MigrationInterface",
        "node-pg-migrate",
        "Kysely",
        "mongoose",
        "extends Migration",
    ];
    let knex = text.contains("knex") || text.contains("Knex") || text.contains(".schema.");
    has_up(text) && knex && !others.iter().any(|other| text.contains(other))
}

fn has_up(text: &str) -> bool {
    let marks = [
        "exports.up",
        "function up(",
        "function up (",
        "const up ",
        "const up:",
        "let up ",
        "var up ",
        "up(knex",
        "up: ",
        "up: async",
        "async up(",
        "up(",
    ];
    text.contains("export") && marks.iter().any(|mark| text.contains(mark))
}

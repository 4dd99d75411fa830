//! TypeORM: its data sources, and folders of migrations.

use globset::GlobBuilder;

use super::hints::{dialect_of_driver, dialect_of_path};
use super::{Found, Listing, What, file_name, parent};
use crate::code::project::Project;
use crate::schema_source::script::is_script;
use crate::schema_source::typeorm::{Configured, Settings, configuration};
use crate::text::Sources;

pub fn find(listing: &Listing<'_>) -> Vec<Found> {
    let folders = listing.folders();
    let mut rest: Vec<&str> =
        folders.iter().copied().filter(|folder| holds_migrations(listing, folder)).collect();
    if rest.is_empty() && !depends_on_it(listing) {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::new();
    let mut taken: Vec<&str> = Vec::new();
    for (place, configured) in data_sources(listing.sources) {
        let named = |folder: &&str| {
            !taken.contains(folder)
                && names(listing, place, &configured, folder)
                && listing.in_folder(folder).any(|file| is_script(file) && is_migration(&listing.text(file)))
        };
        let named: Vec<&str> = folders.iter().copied().filter(named).collect();
        if !named.is_empty() {
            rest.retain(|folder| !named.contains(folder));
            found.push(source(listing.sources, &named, configured));
            taken.extend(named);
        }
    }
    found.extend(rest.into_iter().map(|folder| of_folder(listing.sources, folder)));
    found
}

/// Whether a `package.json` names TypeORM: then its data sources may name folders that are called otherwise.
fn depends_on_it(listing: &Listing<'_>) -> bool {
    let packages = listing.files.iter().filter(|file| file_name(file) == "package.json");
    packages.into_iter().any(|file| listing.text(file).contains("\"typeorm\""))
}

fn source(sources: &Sources, folders: &[&str], configured: Configured) -> Found {
    let path = folders.first().copied().unwrap_or_default().to_owned();
    let dialect = configured.driver.as_deref().and_then(dialect_of_driver);
    let dialect = dialect.or_else(|| dialect_of_path(&path)).or_else(|| written_driver(sources, &path));
    let settings = Settings {
        folders: folders.iter().map(|folder| (*folder).to_owned()).collect(),
        driver: configured.driver,
        schema: configured.schema,
    };
    Found { what: What::TypeOrm(settings), path, dialect }
}

/// A folder of migrations that no data source was seen to name; one around it may say the database.
pub fn of_folder(sources: &Sources, folder: &str) -> Found {
    let listing = Listing::below(sources, "");
    let all = data_sources(sources);
    let named = all.iter().find(|(place, configured)| names(&listing, place, configured, folder));
    let mut configured = named.or(all.first()).map(|(_, configured)| configured.clone()).unwrap_or_default();
    if let Some(dialect) = dialect_of_path(folder) {
        configured.driver = configured.driver.filter(|driver| dialect_of_driver(driver) == Some(dialect));
    }
    source(sources, &[folder], configured)
}

/// A file that an option names: a data source, or one of the migrations.
pub fn of_file(listing: &Listing<'_>, path: &str) -> Vec<Found> {
    let whole = Listing::below(listing.sources, "");
    if is_script(path) && is_migration(&listing.text(path)) {
        return vec![of_folder(listing.sources, parent(path))];
    }
    let Some(file) = listing.sources.find(path) else { return Vec::new() };
    let folders = whole.folders();
    let mut found = Vec::new();
    for configured in configuration(&Project::new(listing.sources), file) {
        let named =
            |folder: &&str| names(&whole, path, &configured, folder) && holds_migrations(&whole, folder);
        let folders: Vec<&str> = folders.iter().copied().filter(named).collect();
        if !folders.is_empty() {
            found.push(source(listing.sources, &folders, configured.clone()));
        }
    }
    found
}

/// The data sources of the project, each with the file that has it. Only files are looked into whose names say that they
/// may have one.
fn data_sources(sources: &Sources) -> Vec<(&str, Configured)> {
    const WORDS: &[&str] = &[
        "source",
        "ormconfig",
        "orm",
        "database",
        "db",
        "config",
        "connection",
        "migration",
        "module",
        "index",
    ];
    let listing = Listing::below(sources, "");
    let project = Project::new(sources);
    let mut found = Vec::new();
    for path in listing.files.iter().copied() {
        let name = file_name(path).to_ascii_lowercase();
        let json = name == "ormconfig.json";
        if !(json || is_script(path) && WORDS.iter().any(|word| name.contains(word))) {
            continue;
        }
        let text = listing.text(path);
        let marks = ["DataSource", "typeorm", "ormconfig", "TypeOrm"];
        let marked = json || name.starts_with("ormconfig") || marks.iter().any(|mark| text.contains(mark));
        // A list of the classes that lie beside it, and elsewhere.
        let lists = name.starts_with("index.") && text.contains("igrations") && text.contains('[');
        let says = (text.contains("migrations") && marked) || lists;
        if !says || is_migration(&text) {
            continue;
        }
        if let Some(file) = sources.find(path) {
            found.extend(configuration(&project, file).into_iter().map(|configured| (path, configured)));
        }
    }
    found
}

/// Whether a data source names the migrations of a folder. What it names of a build is what the build was made of.
fn names(listing: &Listing<'_>, place: &str, configured: &Configured, folder: &str) -> bool {
    let lists = configured.files.iter().any(|file| parent(listing.sources.path(*file)) == folder);
    lists
        || configured.patterns.iter().any(|pattern| {
            let seen =
                [super::join(parent(place), pattern), pattern.trim_start_matches(['.', '/']).to_owned()];
            seen.iter()
                .flat_map(|pattern| as_written(pattern))
                .any(|pattern| matches(listing, &pattern, folder))
        })
}

/// A pattern, and what it is where it names what a build makes: `dist/migrations/*.js` is `src/migrations/*.ts`.
fn as_written(pattern: &str) -> Vec<String> {
    let mut found = vec![pattern.to_owned()];
    for built in ["dist", "build", "lib", "out"] {
        let part = |from: &str, to: &str| pattern.strip_prefix(from).map(|rest| format!("{to}{rest}"));
        let first = format!("{built}/");
        found.extend(part(&format!("{built}/src/"), "src/"));
        found.extend(part(&first, "src/"));
        found.extend(part(&first, ""));
        let inner = format!("/{built}/");
        found.extend(pattern.split_once(&inner).map(|(before, rest)| format!("{before}/src/{rest}")));
    }
    found
}

fn matches(listing: &Listing<'_>, pattern: &str, folder: &str) -> bool {
    // A pattern of JavaScript stands for the TypeScript that it is made of.
    let pattern = match pattern.strip_suffix(".js") {
        Some(stem) => format!("{stem}.{{js,ts}}"),
        None => pattern.to_owned(),
    };
    let Ok(glob) = GlobBuilder::new(&pattern).literal_separator(true).empty_alternates(true).build() else {
        return false;
    };
    let glob = glob.compile_matcher();
    listing.in_folder(folder).any(|file| is_script(file) && glob.is_match(file))
}

/// The database that a file around the folder writes as a data source's `type`, where no object said it.
fn written_driver(sources: &Sources, folder: &str) -> Option<crate::schema::Dialect> {
    let listing = Listing::below(sources, "");
    let mut files: Vec<&str> = listing.files.iter().copied().filter(|path| is_script(path)).collect();
    files.retain(|path| super::lies_in(folder, parent(parent(path))) || super::lies_in(folder, parent(path)));
    files.iter().find_map(|path| {
        let text = listing.text(path);
        let says =
            text.contains("TypeOrmModule") || text.contains("DataSource") || path.contains("ormconfig");
        if !says {
            return None;
        }
        text.match_indices("type:").find_map(|(at, mark)| {
            let rest = text.get(at + mark.len()..)?.trim_start();
            let quote = rest.chars().next().filter(|quote| matches!(quote, '\'' | '"' | '`'))?;
            dialect_of_driver(rest.get(1..)?.split(quote).next()?)
        })
    })
}

/// Whether files directly in `folder` are migrations of TypeORM.
pub fn holds_migrations(listing: &Listing<'_>, folder: &str) -> bool {
    super::any_migration(listing, folder, is_migration)
}

/// A file with a class that is given a query runner.
pub fn is_migration(text: &str) -> bool {
    let speaks = text.contains("MigrationInterface") || text.contains("queryRunner");
    speaks
        && text.contains("class ")
        && (text.contains("up(") || text.contains("up ="))
        && text.contains("export")
}

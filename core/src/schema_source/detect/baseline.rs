//! What an option names as the schema before the first revision.

use super::{Listing, lies_in, load, named};
use crate::code::project::Project;
use crate::code::tree::Language;
use crate::error::{Error, ErrorKind, Result};
use crate::schema::{Dialect, Schema};
use crate::schema_source::{Baseline, BaselineOrigin, BaselinePart, Depth, SchemaSource};
use crate::text::FileId;

/// A baseline with the name that it was given by.
pub struct Named {
    pub what: Baseline,
    name: String,
}

/// Reads `none`, `models`, or a path: a schema source, or Python files with models.
///
/// # Errors
/// A path that does not exist or holds neither.
pub fn read(project: &Project<'_>, name: Option<&str>, dialect: Option<Dialect>) -> Result<Named> {
    let what = match name {
        None => Baseline::Automatic,
        Some("none") => Baseline::Nothing,
        Some("models") => Baseline::Models,
        Some(path) => of_path(project, path.trim_end_matches('/'), dialect)?,
    };
    Ok(Named { what, name: name.unwrap_or_default().to_owned() })
}

fn of_path(project: &Project<'_>, path: &str, dialect: Option<Dialect>) -> Result<Baseline> {
    let sources = project.sources();
    let python: Vec<FileId> = sources
        .ids()
        .filter(|file| lies_in(sources.path(*file), path))
        .filter(|file| Language::of_path(sources.path(*file)) == Some(Language::Python))
        .collect();
    let listing = Listing::below(sources, super::parent(path));
    let is_revision = |file: &FileId| listing.text(sources.path(*file)).contains("down_revision");
    let models = !python.is_empty() && !python.iter().any(is_revision);
    let found = match named(sources, path) {
        // A folder of models may hold a schema of another kind; what was meant is its own kind of files.
        Ok(found) if !(models && path.ends_with(".py")) => found,
        Err(_) | Ok(_) if models => return Ok(Baseline::Files(python)),
        Err(error) => return Err(Error::new(error.kind, format!("the baseline: {}", error.message))),
        Ok(found) => found,
    };
    match found.len() {
        1 => {
            let mut schema = Schema::new(dialect.unwrap_or_default());
            for found in found {
                schema =
                    load(project, found, dialect, None, Depth { notes: false, ways_back: false })?.schema;
            }
            Ok(Baseline::Schema(Box::new(schema)))
        }
        _ => Err(Error::new(
            ErrorKind::Option,
            format!("the baseline {path} holds several schemas; name one of them"),
        )),
    }
}

impl Named {
    /// Puts the baseline below a history of SQL files (Alembic's was run on it), and says what it is called.
    pub fn finish(&self, source: &mut SchemaSource) {
        if let Baseline::Schema(schema) = &self.what
            && source.baseline.is_empty()
        {
            let whole = source.schema.clone();
            if let Some(history) = &mut source.history {
                let count = history.revisions.len();
                let (built, old) = history.schema_after(count);
                history.baseline = (**schema).clone();
                let (rebuilt, new) = history.schema_after(count);
                source.unanalyzed.retain(|note| !old.contains(note));
                source.unanalyzed.extend(new);
                // A Prisma schema says itself what is there at the end.
                source.schema = if built == whole { rebuilt } else { whole };
                let empty = Schema::new(source.dialect);
                source.baseline = vec![BaselinePart::of(BaselineOrigin::Given, "", schema, &empty)];
            }
        }
        for part in &mut source.baseline {
            if part.origin == BaselineOrigin::Given {
                part.name.clone_from(&self.name);
            }
        }
    }
}

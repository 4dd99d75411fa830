//! Migrations of whatever history, known by where they lie and what they say.

use memchr::memmem;

use super::Project;
use crate::text::FileId;

/// A name that begins with so many digits says a day.
const FEWEST_DIGITS: usize = 8;

impl Project<'_> {
    /// Whether a file is a migration in SQL, one of Alembic's, or a dated program among migrations: it has run, or runs once,
    /// on the schema of its day, so that what it says of tables is no use of them, and models in it are not those of the
    /// application.
    pub fn is_migration(&self, file: FileId) -> bool {
        let Some((folders, name)) = self.sources().path(file).rsplit_once('/') else { return false };
        let in_folder = |parts: &[&str]| {
            folders.split('/').any(|folder| {
                let folder = folder.to_ascii_lowercase();
                parts.iter().any(|part| folder.contains(part))
            })
        };
        // `20240207041922_advanced_targeting/data-migration.ts`: a program that ran once.
        let is_dated = |part: &str| part.bytes().take_while(u8::is_ascii_digit).count() >= FEWEST_DIGITS;
        let says_parent = |text: &[u8]| memmem::find(text, b"down_revision").is_some();
        match name.rsplit_once('.') {
            Some((_, "sql")) => in_folder(&["migrat"]),
            Some((_, "py")) => {
                in_folder(&["version", "migrat", "alembic", "revision"])
                    && self.sources().search(file, says_parent).unwrap_or(false)
            }
            Some((_, "ts" | "mts" | "cts" | "js" | "mjs" | "cjs")) => {
                in_folder(&["migrat"]) && (is_dated(name) || folders.rsplit('/').next().is_some_and(is_dated))
            }
            _ => false,
        }
    }
}

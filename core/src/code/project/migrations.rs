//! Migrations of whatever history, known by where they lie and what they say.

use memchr::memmem;

use super::Project;
use crate::text::FileId;

impl Project<'_> {
    /// Whether a file is a migration in SQL or Alembic's: it has run, or runs once, on the schema of its day, so that what it
    /// says of tables is no use of them, and models in it are not those of the application.
    pub fn is_migration(&self, file: FileId) -> bool {
        let Some((folders, name)) = self.sources().path(file).rsplit_once('/') else { return false };
        let in_folder = |parts: &[&str]| {
            folders.split('/').any(|folder| {
                let folder = folder.to_ascii_lowercase();
                parts.iter().any(|part| folder.contains(part))
            })
        };
        let says_parent = |text: &[u8]| memmem::find(text, b"down_revision").is_some();
        match name.rsplit_once('.') {
            Some((_, "sql")) => in_folder(&["migrat"]),
            Some((_, "py")) => {
                in_folder(&["version", "migrat", "alembic", "revision"])
                    && self.sources().search(file, says_parent).unwrap_or(false)
            }
            _ => false,
        }
    }
}

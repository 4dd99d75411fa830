//! Files that are no application code: what describes the schema, migrations of any history, and what lies outside the root.

use std::path::Path;

use rustc_hash::FxHashSet;

use crate::code::project::Project;
use crate::text::FileId;

/// The files in which no use is looked for, and no model.
pub(super) fn files_aside(project: &Project<'_>, schema_files: &[FileId]) -> FxHashSet<FileId> {
    let sources = project.sources();
    let environments = environments(project, schema_files);
    let is_aside = |file: &FileId| {
        let path = sources.path(*file);
        environments.iter().any(|folder| path.starts_with(folder.as_str()))
            // A source of an option: its neighbours are there to be imported from.
            || Path::new(path).is_absolute()
            || project.is_migration(*file)
    };
    let mut aside: FxHashSet<FileId> = sources.ids().filter(is_aside).collect();
    aside.extend(schema_files);
    aside
}

/// The folders of Alembic environments that revision files lie in or one below, each with a slash at its end: what lies
/// beside `env.py` belongs to migrations, models frozen in them included.
fn environments(project: &Project<'_>, schema_files: &[FileId]) -> Vec<String> {
    let sources = project.sources();
    let parent = |path: &str| path.rsplit_once('/').map(|(folder, _)| folder.to_owned());
    let revisions = schema_files.iter().map(|file| sources.path(*file)).filter(|path| path.ends_with(".py"));
    let mut of_revisions: Vec<String> = revisions.filter_map(parent).collect();
    of_revisions.dedup();
    let above: Vec<String> = of_revisions.iter().filter_map(|folder| parent(folder)).collect();
    let mut folders: Vec<String> = of_revisions
        .into_iter()
        .chain(above)
        .filter(|folder| sources.find(&format!("{folder}/env.py")).is_some())
        .map(|folder| folder + "/")
        .collect();
    folders.sort();
    folders.dedup();
    folders
}

//! Atlas: `atlas.sum` beside the files; order of names; a new database starts at the last checkpoint.

use super::{Folder, Migration, Plan, stem, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    folder.find("atlas.sum")?;
    let files: Vec<(&str, crate::text::FileId)> = folder.direct_sql().collect();
    let is_checkpoint = |file| {
        folder.load(file).is_some_and(|file| {
            let head = file.text.lines().take_while(|line| line.trim_start().starts_with("--"));
            head.into_iter().any(|line| line.contains("atlas:checkpoint"))
        })
    };
    let start = files.iter().rposition(|(_, file)| is_checkpoint(*file)).unwrap_or(0);
    let counted = files.into_iter().skip(start);
    let migrations = counted.map(|(name, file)| {
        let name = stem(name);
        Migration { title: title(name), ..Migration::whole(name, file) }
    });
    Some(Plan::of(migrations.collect()))
}

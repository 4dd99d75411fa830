//! Atlas: `atlas.sum` beside the files; order of names; a new database starts at the last checkpoint.

use super::{Folder, Migration, Plan, note_same_versions, stem, title};
use crate::text::FileId;

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let sum = folder.find("atlas.sum")?;
    let files: Vec<(&str, FileId)> = folder.direct_sql().collect();
    let start = files.iter().rposition(|(_, file)| has_directive(folder, *file, "checkpoint")).unwrap_or(0);
    let counted = files.iter().skip(start);
    let migrations = counted.map(|(name, file)| {
        let name = stem(name);
        Migration { title: title(name), ..Migration::whole(name, *file) }
    });
    let mut plan = Plan::of(migrations.collect());
    note_same_versions(&mut plan);
    note_sum(folder, sum, &files, &mut plan);
    Some(plan)
}

/// Whether the lines of comments that a file begins with hold a directive (`-- atlas:checkpoint`).
fn has_directive(folder: &Folder<'_>, file: FileId, name: &str) -> bool {
    folder.load(file).is_some_and(|file| {
        let head = file.text.lines().take_while(|line| line.trim_start().starts_with("--"));
        head.into_iter().any(|line| {
            let words = line.split_once("atlas:").map(|(_, words)| words);
            words.and_then(|words| words.split_whitespace().next()) == Some(name)
        })
    })
}

/// `atlas.sum` lists the files with their checksums, behind a line with that of the folder: what is not the same in both
/// stops the tool. (Whether the checksums are right is not looked at.)
fn note_sum(folder: &Folder<'_>, sum: FileId, files: &[(&str, FileId)], plan: &mut Plan) {
    let Some(text) = folder.load(sum) else { return };
    let listed: Vec<&str> =
        text.text.lines().skip(1).filter_map(|line| Some(line.rsplit_once(" h1:")?.0)).collect();
    if listed.is_empty() {
        return;
    }
    for (name, file) in
        files.iter().filter(|(name, file)| !listed.contains(name) && !has_directive(folder, *file, "sum"))
    {
        plan.note(*file, format!("{name} is not in atlas.sum: Atlas refuses the folder"));
    }
    for name in listed.iter().filter(|name| !files.iter().any(|(known, _)| known == *name)) {
        plan.note(sum, format!("atlas.sum lists {name}, and there is no such file"));
    }
}

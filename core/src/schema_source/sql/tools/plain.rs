//! A folder of no tool that is known: the files in the order of their names, and a word about it where their numbers
//! would give another order.

use super::numbered::Version;
use super::{Folder, Migration, Plan, stem, title};
use crate::text::FileId;

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    // Folders inside hold other things (another database's files, seeds) where there are files beside them.
    let mut files: Vec<(&str, FileId)> = folder.direct_sql().collect();
    if files.is_empty() {
        files = folder.files().filter(|(name, _)| name.ends_with(".sql")).collect();
    }
    files.retain(|(name, _)| !goes_down(name));
    let numbers: Vec<Option<Version>> =
        files.iter().map(|(name, _)| Version::at_start(stem(name)).map(|(version, _)| version)).collect();
    let out_of_order = numbers.windows(2).position(|pair| match pair {
        [Some(before), Some(after)] => before > after,
        _ => false,
    });
    let mut plan = Plan::of(Vec::new());
    if let Some((name, file)) = out_of_order.and_then(|at| files.get(at + 1)) {
        plan.note(
            *file,
            format!(
                "the files are taken in the order of their names, in which {name} comes after a higher number"
            ),
        );
    }
    plan.migrations = files
        .into_iter()
        .map(|(name, file)| {
            let name = name.strip_suffix(".sql").unwrap_or(name);
            Migration { title: title(stem(name)), ..Migration::whole(name, file) }
        })
        .collect();
    Some(plan)
}

/// Whether the file's name says that it takes something back.
fn goes_down(name: &str) -> bool {
    let name = stem(name).to_ascii_lowercase();
    ["down", "rollback", "undo", "revert"].iter().any(|word| {
        let rest = name.strip_suffix(word);
        rest.is_some_and(|rest| rest.is_empty() || rest.ends_with(['.', '_', '-']))
    })
}

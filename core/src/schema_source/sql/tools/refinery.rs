//! refinery: `V1__name.sql` and `U1__name.sql` (unversioned, no undo), by number; told from Flyway by `Cargo.toml`.

use super::numbered::{Version, plan_by_number};
use super::{Folder, Migration, Plan, stem};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.mentioned_above("Cargo.toml", "refinery") {
        return None;
    }
    let mut found: Vec<(Version, Migration)> = Vec::new();
    let mut notes = Plan::of(Vec::new());
    for (name, file) in folder.files().filter(|(name, _)| name.ends_with(".sql")) {
        match versioned(stem(name)) {
            Some((version, title)) => {
                found.push((version, Migration { title: Some(title), ..Migration::whole(stem(name), file) }));
            }
            None => notes.leave_out(folder, name, file),
        }
    }
    if found.is_empty() {
        return None;
    }
    let mut plan = plan_by_number(found);
    plan.unanalyzed.append(&mut notes.unanalyzed);
    folder.note_programs(&mut plan, ".rs", |name| versioned(name.trim_end_matches(".rs")).is_some());
    Some(plan)
}

/// A version is a whole number: `V1.2__x` has the shape of a name, and is refused (`Migration::unapplied` in its source).
fn versioned(stem: &str) -> Option<(Version, String)> {
    let (version, rest) = Version::at_start(stem.strip_prefix(['V', 'U'])?)?;
    Some((version, rest.strip_prefix("__")?.replace('_', " ")))
}

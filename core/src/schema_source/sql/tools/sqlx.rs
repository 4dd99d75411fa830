//! sqlx with simple migrations: `N_name.sql` by number; told from a plain folder by `Cargo.toml`.

use super::numbered::{Version, plan_by_number};
use super::{Folder, Migration, Plan, stem, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.mentioned_above("Cargo.toml", "sqlx") {
        return None;
    }
    let mut found: Vec<(Version, Migration)> = Vec::new();
    let mut notes = Plan::of(Vec::new());
    for (name, file) in folder.direct_sql() {
        match Version::at_start(name).filter(|(_, rest)| rest.starts_with('_')) {
            Some((version, _)) => {
                let name = stem(name);
                found.push((version, Migration { title: title(name), ..Migration::whole(name, file) }));
            }
            // A name without `_` is passed over; one whose part before it is no number stops the tool.
            None if name.contains('_') => {
                notes.note(file, format!("{name} does not begin with a number: sqlx refuses the folder"));
            }
            None => notes.leave_out(folder, name, file),
        }
    }
    if found.is_empty() {
        return None;
    }
    let mut plan = plan_by_number(found);
    plan.unanalyzed.append(&mut notes.unanalyzed);
    Some(plan)
}

//! golang-migrate, and sqlx with reversible migrations: `N_name.up.sql` by number; `N_name.down.sql` never.

use super::numbered::{Version, plan_by_number};
use super::{Down, Folder, Migration, Plan, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let mut found: Vec<(Version, Migration)> = Vec::new();
    let mut left_out = Plan::of(Vec::new());
    for (name, file) in folder.direct_sql() {
        if name.ends_with(".down.sql") {
            continue;
        }
        match versioned(name) {
            Some((version, name)) => {
                let down = folder.find(&format!("{name}.down.sql")).map(Down::whole);
                let migration = Migration { title: title(name), down, ..Migration::whole(name, file) };
                found.push((version, migration));
            }
            None => left_out.leave_out(folder, name, file),
        }
    }
    if found.is_empty() {
        return None;
    }
    let mut plan = plan_by_number(found);
    plan.unanalyzed.append(&mut left_out.unanalyzed);
    note_halves(folder, &mut plan);
    Some(plan)
}

fn versioned(name: &str) -> Option<(Version, &str)> {
    let name = name.strip_suffix(".up.sql")?;
    let (version, rest) = Version::at_start(name)?;
    rest.starts_with('_').then_some((version, name))
}

/// A migration whose other half is missing, where most have both.
fn note_halves(folder: &Folder<'_>, plan: &mut Plan) {
    let ups: Vec<(String, crate::text::FileId)> =
        plan.migrations.iter().map(|migration| (migration.id.clone(), migration.file)).collect();
    let (both, alone): (Vec<_>, Vec<_>) =
        ups.iter().partition(|(name, _)| folder.find(&format!("{name}.down.sql")).is_some());
    if both.len() > alone.len() {
        for (name, file) in alone {
            plan.note(*file, format!("{name}.up.sql has no {name}.down.sql beside it, as the others have"));
        }
    }
    for (name, file) in folder.direct_sql() {
        let half = name.strip_suffix(".down.sql").filter(|half| !ups.iter().any(|(up, _)| up == half));
        if let Some(half) = half {
            plan.note(file, format!("{name} has no {half}.up.sql beside it"));
        }
    }
}

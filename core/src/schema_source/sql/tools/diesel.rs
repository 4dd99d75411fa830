//! Diesel: a folder for each migration, with `up.sql` in it, in the order of the versions as text.

use super::{Down, Folder, Migration, Plan, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let halves = |half: &'static str| {
        folder
            .files()
            .filter_map(move |(name, file)| Some((name.strip_suffix(half)?, file)))
            .filter(|(name, _)| !name.contains('/') && !name.starts_with('.'))
    };
    let mut found: Vec<(String, Migration)> = halves("/up.sql")
        .map(|(name, file)| {
            // `2024-01-31-120000_name` and `20240131120000_name` are the same version.
            let version = name.split('_').next().unwrap_or(name).replace('-', "");
            let down = folder.find(&format!("{name}/down.sql")).map(Down::whole);
            (version, Migration { title: title(name), down, ..Migration::whole(name, file) })
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    found.sort_by(|left, right| left.0.cmp(&right.0).then_with(|| left.1.id.cmp(&right.1.id)));
    let mut plan = super::numbered::plan_by_version(found, |_| None);
    for (name, file) in halves("/down.sql") {
        if folder.find(&format!("{name}/up.sql")).is_none() {
            plan.note(file, format!("the folder {name} has no up.sql"));
        }
    }
    Some(plan)
}

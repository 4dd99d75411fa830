//! Diesel: a folder for each migration, with `up.sql` in it, in the order of the versions as text.

use super::{Folder, Migration, Plan, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let mut found: Vec<(String, Migration)> = folder
        .files()
        .filter_map(|(name, file)| Some((name.strip_suffix("/up.sql")?, file)))
        .filter(|(name, _)| !name.contains('/') && !name.starts_with('.'))
        .map(|(name, file)| {
            // `2024-01-31-120000_name` and `20240131120000_name` are the same version.
            let version = name.split('_').next().unwrap_or(name).replace('-', "");
            (version, Migration { title: title(name), ..Migration::whole(name, file) })
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    found.sort_by(|left, right| left.0.cmp(&right.0).then_with(|| left.1.id.cmp(&right.1.id)));
    Some(super::numbered::plan_by_version(found, |_| None))
}

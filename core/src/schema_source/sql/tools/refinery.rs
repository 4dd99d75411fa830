//! refinery: `V1__name.sql` and `U1__name.sql` (unversioned, no undo), by number; told from Flyway by `Cargo.toml`.

use super::numbered::{Version, plan_by_number};
use super::{Folder, Migration, Plan, stem};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.mentioned_above("Cargo.toml", "refinery") {
        return None;
    }
    let found: Vec<(Version, Migration)> = folder
        .files()
        .filter(|(name, _)| name.ends_with(".sql"))
        .filter_map(|(name, file)| {
            let name = stem(name);
            let (version, rest) = Version::at_start(name.strip_prefix(['V', 'U'])?)?;
            let title = rest.strip_prefix("__")?.replace('_', " ");
            Some((version, Migration { title: Some(title), ..Migration::whole(name, file) }))
        })
        .collect();
    (!found.is_empty()).then(|| plan_by_number(found))
}

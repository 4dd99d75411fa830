//! golang-migrate, and sqlx with reversible migrations: `N_name.up.sql` by number; `N_name.down.sql` never.

use super::numbered::{Version, plan_by_number};
use super::{Folder, Migration, Plan, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let found: Vec<(Version, Migration)> = folder
        .direct_sql()
        .filter_map(|(name, file)| {
            let name = name.strip_suffix(".up.sql")?;
            let (version, rest) = Version::at_start(name)?;
            rest.starts_with('_').then_some(())?;
            Some((version, Migration { title: title(name), ..Migration::whole(name, file) }))
        })
        .collect();
    if found.is_empty() {
        return None;
    }
    let mut plan = plan_by_number(found);
    for (name, file) in
        folder.direct_sql().filter(|(name, _)| !name.ends_with(".up.sql") && !name.ends_with(".down.sql"))
    {
        plan.note(file, format!("{name} is not named as the other migrations are, and is left out"));
    }
    Some(plan)
}

//! sqlx with simple migrations: `N_name.sql` by number; told from a plain folder by `Cargo.toml`.

use super::numbered::{Version, plan_by_number};
use super::{Folder, Migration, Plan, stem, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.mentioned_above("Cargo.toml", "sqlx") {
        return None;
    }
    let found: Vec<(Version, Migration)> = folder
        .direct_sql()
        .filter_map(|(name, file)| {
            let (version, rest) = Version::at_start(name)?;
            rest.starts_with('_').then_some(())?;
            let name = stem(name);
            Some((version, Migration { title: title(name), ..Migration::whole(name, file) }))
        })
        .collect();
    (!found.is_empty()).then(|| plan_by_number(found))
}

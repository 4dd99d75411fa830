//! Supabase: `supabase/migrations/<digits>_name.sql`, in the order of the names.

use super::numbered::Version;
use super::{Folder, Migration, Plan, note_same_versions, stem, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let path = folder.path.as_str();
    if path != "supabase/migrations" && !path.ends_with("/supabase/migrations") {
        return None;
    }
    let mut plan = Plan::of(Vec::new());
    for (at, (name, file)) in folder.direct_sql().enumerate() {
        let named = Version::at_start(name).is_some_and(|(_, rest)| rest.starts_with('_'));
        if !named || (at == 0 && is_old_dump(name)) {
            plan.leave_out(folder, name, file);
            continue;
        }
        let name = stem(name);
        plan.migrations.push(Migration { title: title(name), ..Migration::whole(name, file) });
    }
    note_same_versions(&mut plan);
    plan.dialect = Some(crate::schema::Dialect::Postgres);
    Some(plan)
}

/// What older versions of the tool wrote as the first file, which it passes over today (`ListLocalMigrations` in its source).
fn is_old_dump(name: &str) -> bool {
    let digits = name.strip_suffix("_init.sql").filter(|digits| digits.len() == 14);
    digits.and_then(|digits| digits.parse::<u64>().ok()).is_some_and(|moment| moment < 20_211_209_000_000)
}

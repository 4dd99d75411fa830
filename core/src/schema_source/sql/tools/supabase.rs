//! Supabase: `supabase/migrations/<digits>_name.sql`, in the order of the names.

use super::{Folder, Migration, Plan, stem, title};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let path = folder.path.as_str();
    if path != "supabase/migrations" && !path.ends_with("/supabase/migrations") {
        return None;
    }
    let named = folder.direct_sql().filter(|(name, _)| {
        let digits = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(0);
        digits > 0 && name.get(digits..).is_some_and(|rest| rest.starts_with('_'))
    });
    let migrations = named.map(|(name, file)| {
        let name = stem(name);
        Migration { title: title(name), ..Migration::whole(name, file) }
    });
    let mut plan = Plan::of(migrations.collect());
    plan.dialect = Some(crate::schema::Dialect::Postgres);
    Some(plan)
}

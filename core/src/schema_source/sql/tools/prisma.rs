//! Prisma, and drizzle from version 1 on: a folder for each migration, with `migration.sql` in it, in the order of the
//! folders' names.

use super::{Folder, Migration, Plan, title};
use crate::schema::Dialect;

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let migrations: Vec<Migration> = folder
        .files()
        .filter_map(|(name, file)| Some((name.strip_suffix("/migration.sql")?, file)))
        .filter(|(name, _)| !name.contains('/'))
        .map(|(name, file)| Migration { title: title(name), ..Migration::whole(name, file) })
        .collect();
    if migrations.is_empty() {
        return None;
    }
    let mut plan = Plan::of(migrations);
    plan.dialect = provider(folder);
    Some(plan)
}

/// What `migration_lock.toml` says.
fn provider(folder: &Folder<'_>) -> Option<Dialect> {
    let lock = folder.load(folder.find("migration_lock.toml")?)?;
    let line = lock.text.lines().find(|line| line.trim_start().starts_with("provider"))?;
    Dialect::parse(line.split('"').nth(1)?)
}

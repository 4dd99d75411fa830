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
    plan.dialect = provider(folder).or_else(|| snapshot_dialect(folder));
    note_empty_folders(folder, &mut plan);
    Some(plan)
}

/// What `migration_lock.toml` says.
fn provider(folder: &Folder<'_>) -> Option<Dialect> {
    let lock = folder.load(folder.find("migration_lock.toml")?)?;
    let line = lock.text.lines().find(|line| line.trim_start().starts_with("provider"))?;
    Dialect::parse(line.split('"').nth(1)?)
}

/// What drizzle's `snapshot.json` beside the newest migration says.
fn snapshot_dialect(folder: &Folder<'_>) -> Option<Dialect> {
    let snapshots = folder.files().filter(|(name, _)| name.ends_with("/snapshot.json"));
    let snapshot: serde_json::Value = serde_json::from_str(&folder.load(snapshots.last()?.1)?.text).ok()?;
    Dialect::parse(snapshot.get("dialect")?.as_str()?)
}

/// A folder that is named as a migration and has no `migration.sql` stops Prisma.
fn note_empty_folders(folder: &Folder<'_>, plan: &mut Plan) {
    let mut last = "";
    for (name, file) in folder.files() {
        let Some((inside, _)) = name.split_once('/') else { continue };
        let is_named = inside.starts_with(|c: char| c.is_ascii_digit());
        if inside != last && is_named && folder.find(&format!("{inside}/migration.sql")).is_none() {
            plan.note(file, format!("the folder {inside} has no migration.sql"));
        }
        last = inside;
    }
}

//! drizzle-kit 0.x: only what `meta/_journal.json` lists counts, in its order.

use super::{Folder, Migration, Plan, title};
use crate::schema::Dialect;

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let journal_file = folder.find("meta/_journal.json")?;
    let journal: serde_json::Value = serde_json::from_str(&folder.load(journal_file)?.text).ok()?;
    let mut plan = Plan::of(Vec::new());
    plan.dialect = journal.get("dialect").and_then(|dialect| Dialect::parse(dialect.as_str()?));
    let mut latest: Option<(i64, &str)> = None;
    for entry in journal.get("entries").and_then(|entries| entries.as_array()).into_iter().flatten() {
        let Some(tag) = entry.get("tag").and_then(|tag| tag.as_str()) else {
            continue;
        };
        let Some(file) = folder.find(&format!("{tag}.sql")) else {
            plan.note(journal_file, format!("the journal lists {tag}, and there is no file {tag}.sql"));
            continue;
        };
        if plan.migrations.iter().any(|known| known.id == tag) {
            plan.note(journal_file, format!("the journal lists {tag} twice"));
            continue;
        }
        plan.migrations.push(Migration { title: title(tag), ..Migration::whole(tag, file) });
        // A database remembers the moment of the newest migration that it has, and takes those after it.
        let when = entry.get("when").and_then(|when| when.as_i64());
        match (when, latest) {
            (Some(when), Some((before, other))) if when <= before => {
                let reason = format!(
                    "the journal has {tag} after {other} and with no later moment (`when`): a database that has {other} never gets it"
                );
                plan.note(file, reason);
            }
            (Some(when), _) => latest = Some((when, tag)),
            (None, _) => {}
        }
    }
    for (name, file) in folder.direct_sql() {
        if !plan.migrations.iter().any(|known| known.file == file) && folder.changes_tables(file) {
            plan.note(file, format!("{name} is not in the journal, and is left out"));
        }
    }
    Some(plan)
}

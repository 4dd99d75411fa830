//! drizzle-kit 0.x: only what `meta/_journal.json` lists counts, in its order.

use super::{Folder, Migration, Plan, title};
use crate::schema::Dialect;

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let journal_file = folder.find("meta/_journal.json")?;
    let journal: serde_json::Value = serde_json::from_str(&folder.load(journal_file)?.text).ok()?;
    let mut plan = Plan::of(Vec::new());
    plan.dialect = journal.get("dialect").and_then(|dialect| Dialect::parse(dialect.as_str()?));
    for entry in journal.get("entries").and_then(|entries| entries.as_array()).into_iter().flatten() {
        let Some(tag) = entry.get("tag").and_then(|tag| tag.as_str()) else {
            continue;
        };
        match folder.find(&format!("{tag}.sql")) {
            Some(file) => {
                plan.migrations.push(Migration { title: title(tag), ..Migration::whole(tag, file) })
            }
            None => {
                plan.note(journal_file, format!("the journal lists {tag}, and there is no file {tag}.sql"))
            }
        }
    }
    Some(plan)
}

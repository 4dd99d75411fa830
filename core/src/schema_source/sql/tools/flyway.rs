//! Flyway: `V1.2__name.sql` by version, then the repeatable `R__name.sql` by name; `U` (undo) never, and a new database
//! starts at the last baseline `B`.

use super::numbered::{Version, plan_by_version};
use super::{Folder, Migration, Plan, stem};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let sql = || folder.files().filter(|(name, _)| name.to_ascii_lowercase().ends_with(".sql"));
    let with_prefix = |prefix: char| {
        let found = sql().filter_map(move |(name, file)| versioned(prefix, name, file));
        found.collect::<Vec<(Vec<Version>, Migration)>>()
    };
    let mut versioned = with_prefix('V');
    if versioned.is_empty() {
        return None;
    }
    if let Some(baseline) = with_prefix('B').into_iter().max_by(|left, right| left.0.cmp(&right.0)) {
        versioned.retain(|(version, _)| *version > baseline.0);
        versioned.push(baseline);
    }
    let mut plan = plan_by_version(versioned, |_| None);
    let mut repeatable: Vec<Migration> = sql()
        .filter_map(|(name, file)| {
            let name = stem_of(name);
            name.starts_with("R__").then(|| Migration::whole(name, file))
        })
        .collect();
    repeatable.sort_by(|left, right| left.id.cmp(&right.id));
    plan.migrations.append(&mut repeatable);
    Some(plan)
}

/// The extension may be written in any case.
fn stem_of(name: &str) -> &str {
    let name = stem(name);
    name.strip_suffix(".SQL").unwrap_or(name)
}

/// The version's parts: `_` stands for `.`, and zeros at the end say nothing.
fn versioned(prefix: char, name: &str, file: crate::text::FileId) -> Option<(Vec<Version>, Migration)> {
    let name = stem_of(name);
    let rest = name.strip_prefix(prefix)?;
    let (version, title) = rest.split_once("__").unwrap_or((rest, ""));
    let dotted = version.replace('_', ".");
    let mut parts = Vec::new();
    for part in dotted.split('.') {
        let (number, rest) = Version::at_start(part)?;
        rest.is_empty().then_some(())?;
        parts.push(number);
    }
    while parts.len() > 1
        && parts.last().is_some_and(|part| Version::at_start("0").is_some_and(|(zero, _)| zero == *part))
    {
        parts.pop();
    }
    let title = Some(title.replace('_', " ")).filter(|title| !title.is_empty());
    Some((parts, Migration { title, ..Migration::whole(name, file) }))
}

//! Flyway: `V1.2__name.sql` by version, then the repeatable `R__name.sql` by name; `U` (undo) never, and a new database
//! starts at the last baseline `B`.

use super::numbered::{Version, plan_by_version};
use super::{Folder, Migration, Plan, stem};
use crate::text::FileId;

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
    versioned.retain(|(_, migration)| !is_switched_off(folder, migration.file));
    let mut plan = plan_by_version(versioned, |version| match version.as_slice() {
        [number] => number.small(),
        _ => None,
    });
    let mut repeatable: Vec<Migration> = sql()
        .filter(|(_, file)| !is_switched_off(folder, *file))
        .filter_map(|(name, file)| {
            let name = stem_of(name);
            let title = name.strip_prefix("R__")?.replace('_', " ");
            Some(Migration { title: Some(title), ..Migration::whole(name, file) })
        })
        .collect();
    repeatable.sort_by(|left, right| left.id.cmp(&right.id));
    plan.migrations.append(&mut repeatable);
    sql().for_each(|(name, file)| note_other(folder, name, file, &mut plan));
    for extension in [".java", ".kt"] {
        folder.note_programs(&mut plan, extension, |name| {
            let name = name.trim_end_matches(extension);
            name.contains("__") && name.starts_with(['V', 'R'])
        });
    }
    Some(plan)
}

/// A file that is no migration: one that is named nearly so, and a callback that changes tables.
fn note_other(folder: &Folder<'_>, name: &str, file: FileId, plan: &mut Plan) {
    let own = stem_of(name);
    let begins = |prefix: char| {
        own.strip_prefix(prefix).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let is_named =
        ['V', 'B', 'U'].iter().any(|prefix| begins(*prefix) && versioned(*prefix, name, file).is_some());
    if is_named || own.starts_with("R__") {
        return;
    }
    if begins('V') || own.starts_with('R') {
        plan.leave_out(folder, name, file);
    } else if (own.starts_with("before") || own.starts_with("after")) && folder.changes_tables(file) {
        plan.note(file, format!("{name} runs around migrations, and what it does to tables is left out"));
    }
}

/// `V1__x.sql.conf` may say that its script is not to be executed.
fn is_switched_off(folder: &Folder<'_>, file: FileId) -> bool {
    let path = format!("{}.conf", folder.sources.path(file));
    let text = folder.sources.find(&path).and_then(|file| folder.load(file));
    text.is_some_and(|text| {
        text.text
            .lines()
            .filter_map(|line| line.split_once('='))
            .any(|(key, value)| key.trim() == "shouldExecute" && value.trim().eq_ignore_ascii_case("false"))
    })
}

/// The extension may be written in any case.
fn stem_of(name: &str) -> &str {
    let name = stem(name);
    let end = name.len().saturating_sub(4);
    match name.get(end..) {
        Some(extension) if extension.eq_ignore_ascii_case(".sql") => name.get(..end).unwrap_or(name),
        _ => name,
    }
}

/// The version's parts: `_` stands for `.`, and zeros at the end say nothing.
fn versioned(prefix: char, name: &str, file: FileId) -> Option<(Vec<Version>, Migration)> {
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
    while parts.len() > 1 && parts.last().is_some_and(Version::is_zero) {
        parts.pop();
    }
    let title = Some(title.replace('_', " ")).filter(|title| !title.is_empty());
    Some((parts, Migration { title, ..Migration::whole(name, file) }))
}

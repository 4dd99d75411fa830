//! dbmate: `-- migrate:up` and `-- migrate:down`; files that begin with a digit, in the order of their names as text. Their
//! versions are the digits, of which a database takes each once.

use super::numbered::Version;
use super::{Direction, Folder, Migration, Plan, down_parts, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.has_line(|line| turn(line).is_some()) {
        return None;
    }
    let mut plan = Plan::of(Vec::new());
    let mut versions: Vec<(&str, String)> = Vec::new();
    for (name, file) in folder.direct_sql() {
        let Some((_, rest)) = Version::at_start(name) else {
            plan.leave_out(folder, name, file);
            continue;
        };
        let Some(source) = folder.load(file) else { continue };
        let digits = name.strip_suffix(rest).unwrap_or(name);
        for (mark, wanted) in [("up", Direction::Up), ("down", Direction::Down)] {
            if !source.text.lines().any(|line| turn(line) == Some(wanted)) {
                plan.note(file, format!("{name} has no line `-- migrate:{mark}`: dbmate refuses it"));
            }
        }
        let up = up_parts(&source.text, Direction::Down, turn);
        let down = down_parts(&source, turn);
        let name = stem(name);
        if let Some((_, other)) = versions.iter().find(|(known, _)| *known == digits) {
            plan.note(file, format!("the migrations {other} and {name} have the same version"));
        }
        versions.push((digits, name.to_owned()));
        let migration = Migration { title: title(name), up: Some(up), down, ..Migration::whole(name, file) };
        plan.migrations.push(migration);
    }
    Some(plan)
}

/// The mark begins its line (`upRegExp` and `downRegExp` in its source).
fn turn(line: &str) -> Option<Direction> {
    let mark = line.strip_prefix("--")?.trim_start().strip_prefix("migrate:")?;
    match mark.split_whitespace().next().filter(|_| !mark.starts_with(char::is_whitespace))? {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

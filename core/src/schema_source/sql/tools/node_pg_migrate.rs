//! node-pg-migrate's SQL files: `-- Up Migration` and `-- Down Migration`; a file without marks goes up as a whole. Its
//! programs in JavaScript and TypeScript are not read.

use super::numbered::{Version, plan_by_number};
use super::{Direction, Down, Folder, Migration, Plan, down_parts, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let marked = folder.has_line(|line| turn(line).is_some());
    if !marked && !folder.mentioned_above("package.json", "\"node-pg-migrate\"") {
        return None;
    }
    let (mut found, mut notes) = (Vec::new(), Plan::of(Vec::new()));
    for (name, file) in folder.direct_sql().filter(|(name, _)| !name.starts_with('.')) {
        let prefix = moment(name).unwrap_or_else(|| name.to_owned());
        let Some((version, _)) = Version::at_start(&prefix) else {
            notes.note(file, format!("{name} does not begin with a number: node-pg-migrate refuses it"));
            continue;
        };
        // With the loader for SQL the ways are files.
        if name.ends_with(".down.sql") {
            continue;
        }
        let Some(source) = folder.load(file) else { continue };
        let up = up_parts(&source.text, Direction::Up, turn);
        let name = stem(name);
        let name = name.strip_suffix(".up").unwrap_or(name);
        let beside = folder.find(&format!("{name}.down.sql")).map(Down::whole);
        let down = beside.or_else(|| down_parts(&source, turn));
        let migration = Migration { title: title(name), up: Some(up), down, ..Migration::whole(name, file) };
        found.push((version, migration));
    }
    if found.is_empty() {
        return None;
    }
    let mut plan = plan_by_number(found);
    plan.unanalyzed.append(&mut notes.unanalyzed);
    for extension in [".js", ".ts", ".cjs", ".mjs", ".mts", ".cts"] {
        folder.note_programs(&mut plan, extension, |name| Version::at_start(name).is_some());
    }
    Some(plan)
}

/// A prefix of 17 digits is a moment in UTC (`20240131120000123`), and counts as its milliseconds since 1970, which is what
/// shorter prefixes are (`getNumericPrefix` in its source).
fn moment(name: &str) -> Option<String> {
    let digits = name.split(|c: char| !c.is_ascii_digit()).next().filter(|digits| digits.len() == 17)?;
    let part = |start: usize, end: usize| digits.get(start..end)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(4, 6)?, part(6, 8)?);
    let clock = (part(8, 10)? * 60 + part(10, 12)?) * 60 + part(12, 14)?;
    // Days since 1970, counted from the first of March so that the leap day comes last.
    let (years, months) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days =
        years * 365 + years / 4 - years / 100 + years / 400 + (months * 153 + 2) / 5 + day - 1 - 719_468;
    Some(((days * 86_400 + clock) * 1_000 + part(14, 17)?).to_string())
}

/// `^\s*--[\s-]*up\s+migration`, in any case (its source).
fn turn(line: &str) -> Option<Direction> {
    let comment = line.trim_start().strip_prefix("--")?;
    let mut words = comment.trim_start_matches(|c: char| c == '-' || c.is_whitespace()).split_whitespace();
    let (first, second) = (words.next()?, words.next()?);
    let is_mark = second.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("migration"));
    match first {
        _ if !is_mark => None,
        word if word.eq_ignore_ascii_case("up") => Some(Direction::Up),
        word if word.eq_ignore_ascii_case("down") => Some(Direction::Down),
        _ => None,
    }
}

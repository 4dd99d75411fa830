//! node-pg-migrate's SQL files: `-- Up Migration` and `-- Down Migration`; a file without marks goes up as a whole.

use super::numbered::{Version, plan_by_number};
use super::{Direction, Folder, Migration, Plan, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.has_line(|line| turn(line).is_some()) {
        return None;
    }
    let found = folder.direct_sql().filter(|(name, _)| !name.starts_with('.')).filter_map(|(name, file)| {
        let prefix = moment(name).unwrap_or_else(|| name.to_owned());
        let (version, _) = Version::at_start(&prefix)?;
        let up = up_parts(&folder.load(file)?.text, Direction::Up, turn);
        let name = stem(name);
        Some((version, Migration { title: title(name), up: Some(up), ..Migration::whole(name, file) }))
    });
    Some(plan_by_number(found.collect()))
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

fn turn(line: &str) -> Option<Direction> {
    let words = super::comment_words(line)?;
    if words.starts_with("up migration") {
        Some(Direction::Up)
    } else if words.starts_with("down migration") {
        Some(Direction::Down)
    } else {
        None
    }
}

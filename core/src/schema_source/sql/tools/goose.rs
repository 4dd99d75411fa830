//! goose: `-- +goose Up` and `-- +goose Down` in files whose names begin with a number.

use super::numbered::{Version, plan_by_number};
use super::{Direction, Folder, Migration, Plan, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.has_line(|line| turn(line).is_some()) {
        return None;
    }
    let found = folder.direct_sql().filter_map(|(name, file)| {
        let (version, rest) = Version::at_start(name)?;
        rest.starts_with('_').then_some(())?;
        let up = up_parts(&folder.load(file)?.text, Direction::Down, turn);
        let name = stem(name);
        Some((version, Migration { title: title(name), up: Some(up), ..Migration::whole(name, file) }))
    });
    Some(plan_by_number(found.collect()))
}

/// The mark must begin the line.
fn turn(line: &str) -> Option<Direction> {
    let words = super::comment_words(line).filter(|_| line.starts_with("--"))?;
    match words.strip_prefix("+goose")?.trim() {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

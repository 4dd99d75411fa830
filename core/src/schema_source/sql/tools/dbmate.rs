//! dbmate: `-- migrate:up` and `-- migrate:down`; files that begin with a digit, in the order of their names as text.

use super::{Direction, Folder, Migration, Plan, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.has_line(|line| turn(line).is_some()) {
        return None;
    }
    let numbered = folder.direct_sql().filter(|(name, _)| name.starts_with(|c: char| c.is_ascii_digit()));
    let migrations = numbered.filter_map(|(name, file)| {
        let up = up_parts(&folder.load(file)?.text, Direction::Down, turn);
        let name = stem(name);
        Some(Migration { title: title(name), up: Some(up), ..Migration::whole(name, file) })
    });
    Some(Plan::of(migrations.collect()))
}

fn turn(line: &str) -> Option<Direction> {
    let words = super::comment_words(line)?;
    let rest = words.strip_prefix("migrate:")?;
    match rest.split_whitespace().next()? {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

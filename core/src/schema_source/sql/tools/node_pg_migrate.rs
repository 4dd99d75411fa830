//! node-pg-migrate's SQL files: `-- Up Migration` and `-- Down Migration`; a file without marks goes up as a whole.

use super::numbered::{Version, plan_by_number};
use super::{Direction, Folder, Migration, Plan, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    if !folder.has_line(|line| turn(line).is_some()) {
        return None;
    }
    let found = folder.direct_sql().filter(|(name, _)| !name.starts_with('.')).filter_map(|(name, file)| {
        let (version, _) = Version::at_start(name)?;
        let up = up_parts(&folder.load(file)?.text, Direction::Up, turn);
        let name = stem(name);
        Some((version, Migration { title: title(name), up: Some(up), ..Migration::whole(name, file) }))
    });
    Some(plan_by_number(found.collect()))
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

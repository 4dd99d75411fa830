//! goose: `-- +goose Up` and `-- +goose Down` in files whose names begin with a number from 1 on; sql-migrate, whose marks
//! are `-- +migrate Up` and `-- +migrate Down`.

use super::numbered::{Version, plan_by_number};
use super::{Direction, Folder, Migration, Plan, down_parts, stem, title, up_parts};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    ["+goose", "+migrate"].into_iter().find_map(|mark| plan_of(folder, mark))
}

fn plan_of(folder: &Folder<'_>, mark: &str) -> Option<Plan> {
    if !folder.has_line(|line| turn(line, mark).is_some()) {
        return None;
    }
    let (mut found, mut notes) = (Vec::new(), Plan::of(Vec::new()));
    for (name, file) in folder.direct_sql() {
        let version = Version::at_start(name)
            .filter(|(version, rest)| mark != "+goose" || (rest.starts_with('_') && !version.is_zero()));
        let Some((version, _)) = version else {
            notes.leave_out(folder, name, file);
            continue;
        };
        let Some(source) = folder.load(file) else { continue };
        if !source.text.lines().any(|line| turn(line, mark) == Some(Direction::Up)) {
            notes.note(file, format!("{name} has no line `-- {mark} Up`, so that nothing of it is applied"));
        }
        let up = up_parts(&source.text, Direction::Down, |line| turn(line, mark));
        let down = down_parts(&source, |line| turn(line, mark));
        let name = stem(name);
        let migration = Migration { title: title(name), up: Some(up), down, ..Migration::whole(name, file) };
        found.push((version, migration));
    }
    let mut plan = plan_by_number(found);
    plan.unanalyzed.append(&mut notes.unanalyzed);
    folder.note_programs(&mut plan, ".go", |name| {
        Version::at_start(name).is_some() && !name.ends_with("_test.go")
    });
    Some(plan)
}

/// The mark must begin the line; case does not matter.
fn turn(line: &str, mark: &str) -> Option<Direction> {
    let words = super::comment_words(line).filter(|_| line.starts_with("--"))?;
    match words.strip_prefix(mark)?.split_whitespace().next()? {
        "up" => Some(Direction::Up),
        "down" => Some(Direction::Down),
        _ => None,
    }
}

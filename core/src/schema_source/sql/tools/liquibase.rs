//! Liquibase's formatted SQL: changesets in the order of the file; files in the order of their names, as `includeAll`
//! takes them.

use super::{Folder, Migration, Plan};
use crate::text::{SourceFile, TextRange};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let sql = folder.files().filter(|(name, _)| name.ends_with(".sql"));
    let found: Vec<Migration> =
        sql.filter_map(|(_, file)| changesets(&*folder.load(file)?)).flatten().collect();
    (!found.is_empty()).then(|| Plan::of(found))
}

/// The changesets of a file; `None` where its first line is not Liquibase's.
pub(super) fn changesets(file: &SourceFile) -> Option<Vec<Migration>> {
    let first = file.text.lines().find(|line| !line.trim().is_empty())?;
    let comment = super::comment_words(first)?;
    if !comment.replace(char::is_whitespace, "").starts_with("liquibaseformatted") {
        return None;
    }
    let mut found: Vec<Migration> = Vec::new();
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Some(id) = changeset_id(line) {
            end_last(&mut found, start);
            found.push(Migration {
                up: Some(vec![TextRange::new(at, file.text.len())]),
                ..Migration::whole(id, file.id)
            });
        }
    }
    Some(found)
}

fn end_last(found: &mut [Migration], end: usize) {
    let part = found.last_mut().and_then(|last| last.up.as_mut()?.last_mut());
    if let Some(part) = part {
        *part = TextRange::new(part.start as usize, end);
    }
}

/// `author:id` of `--changeset author:id attribute:value`.
fn changeset_id(line: &str) -> Option<String> {
    let comment = line.trim().strip_prefix("--")?.trim_start();
    let word = comment.get(..9).filter(|word| word.eq_ignore_ascii_case("changeset"))?;
    let rest = comment.get(word.len()..)?.trim_start();
    let (author, rest) = rest.split_once(':')?;
    let id = rest.split_whitespace().next()?;
    Some(format!("{}:{}", author.trim_matches('"'), id.trim_matches('"')))
}

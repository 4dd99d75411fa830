//! Liquibase's formatted SQL: changesets in the order of the file; files in the order of their names, as `includeAll`
//! takes them. Changesets for other databases and those that are to be ignored are left out; one under a precondition is
//! taken where it fits. Contexts and labels choose nothing: without the option that names them, all are taken.

use super::{Down, Folder, Migration, Plan};
use crate::text::{SourceFile, TextRange};

pub(super) fn plan(folder: &Folder<'_>) -> Option<Plan> {
    let sql = folder.files().filter(|(name, _)| name.ends_with(".sql"));
    let mut plan = Plan::of(Vec::new());
    let mut any = false;
    for (name, file) in sql {
        let found = folder.load(file).and_then(|file| changesets(&file));
        match found {
            Some(found) => {
                any = true;
                plan.migrations.extend(found);
            }
            None => plan.leave_out(folder, name, file),
        }
    }
    let mut known = std::collections::BTreeSet::new();
    let twice: Vec<(String, crate::text::FileId)> = plan
        .migrations
        .iter()
        .filter(|migration| !known.insert((migration.id.clone(), migration.file)))
        .map(|migration| (migration.id.clone(), migration.file))
        .collect();
    for (id, file) in twice {
        plan.note(file, format!("the changeset {id} is there twice"));
    }
    if any {
        note_other_changelogs(folder, &mut plan);
    }
    any.then_some(plan)
}

/// Changelogs in other languages are not read: neither their changesets nor the order that they give to files.
fn note_other_changelogs(folder: &Folder<'_>, plan: &mut Plan) {
    for (name, file) in folder.files().filter(|(name, _)| is_changelog_name(name)) {
        let Some(source) = folder.load(file).filter(|source| is_changelog(&source.text)) else { continue };
        let has_changesets = source.text.to_ascii_lowercase().contains("changeset");
        let reason = if has_changesets {
            format!(
                "{name} is a changelog of Liquibase in another language than SQL: its changesets are not read"
            )
        } else {
            format!(
                "{name} is a changelog of Liquibase that is not read: files are taken in the order of their names"
            )
        };
        plan.note(file, reason);
    }
}

/// Whether a file may be a changelog in XML, YAML or JSON.
pub(in crate::schema_source) fn is_changelog_name(name: &str) -> bool {
    [".xml", ".yaml", ".yml", ".json"].iter().any(|extension| name.ends_with(extension))
}

/// Whether the text is one: all begin with this name.
pub(in crate::schema_source) fn is_changelog(text: &str) -> bool {
    text.contains("databaseChangeLog")
}

/// The changesets of a file; `None` where its first line is not Liquibase's.
pub(super) fn changesets(file: &SourceFile) -> Option<Vec<Migration>> {
    let first = file.text.lines().find(|line| !line.trim().is_empty())?;
    let comment = super::comment_words(first)?;
    if !comment.replace(char::is_whitespace, "").starts_with("liquibaseformatted") {
        return None;
    }
    let mut found: Vec<Migration> = Vec::new();
    let mut ignored = Ignored::No;
    let mut in_rollback = false;
    let mut at = 0;
    for line in file.text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if let Ignored::Lines(count) = ignored {
            ignored = if count > 1 { Ignored::Lines(count - 1) } else { Ignored::No };
            begin_part(&mut found, at);
            continue;
        }
        if let Some(word) = mark(line, "ignorelines:") {
            end_part(&mut found, start);
            ignored = match word.trim() {
                "start" => Ignored::Open,
                "end" => Ignored::No,
                count => count.parse().map_or(Ignored::No, Ignored::Lines),
            };
            if matches!(ignored, Ignored::No) {
                begin_part(&mut found, at);
            }
        } else if matches!(ignored, Ignored::Open) {
            // Nothing here is read.
        } else if let Some(changeset) = changeset(line, at, file) {
            end_part(&mut found, start);
            found.push(changeset);
        } else if let Some(part) = rollback(line, start, &mut in_rollback)
            && let Some(last) = found.last_mut()
        {
            let down = last.down.get_or_insert(Down { file: file.id, parts: None, joined: true });
            down.parts.get_or_insert_default().push(part);
        } else if mark(line, "precondition").is_some()
            && let Some(last) = found.last_mut()
        {
            last.conditional = true;
        }
    }
    end_part(&mut found, file.text.len());
    found.retain(|changeset| changeset.up.as_ref().is_some_and(|parts| !parts.is_empty()));
    Some(found)
}

/// Lines that Liquibase is told not to read.
#[derive(Clone, Copy)]
enum Ignored {
    No,
    /// This many further lines.
    Lines(usize),
    /// All to the line that ends it.
    Open,
}

/// A part of the last changeset begins here; it reaches to the end of the file until another line ends it.
fn begin_part(found: &mut [Migration], start: usize) {
    if let Some(parts) = found.last_mut().and_then(|last| last.up.as_mut()) {
        match parts.last_mut().filter(|part| part.end == u32::MAX) {
            Some(open) => *open = open_part(start),
            None => parts.push(open_part(start)),
        }
    }
}

fn end_part(found: &mut [Migration], end: usize) {
    let Some(parts) = found.last_mut().and_then(|last| last.up.as_mut()) else { return };
    if let Some(open) = parts.pop_if(|part| part.end == u32::MAX) {
        let start = open.start as usize;
        if start < end {
            parts.push(TextRange::new(start, end));
        }
    }
}

fn open_part(start: usize) -> TextRange {
    TextRange::new(start, u32::MAX as usize)
}

/// What follows a mark of Liquibase's at the start of a comment line.
fn mark<'l>(line: &'l str, word: &str) -> Option<&'l str> {
    let comment = line.trim().strip_prefix("--")?.trim_start();
    let own = comment.get(..word.len())?;
    own.eq_ignore_ascii_case(word).then(|| comment.get(word.len()..)).flatten()
}

/// The part of a line that takes the changeset back: what follows `--rollback`, and the lines of a comment that begins with
/// `liquibase rollback`.
fn rollback(line: &str, start: usize, in_comment: &mut bool) -> Option<TextRange> {
    if *in_comment {
        let end = line.find("*/");
        *in_comment = end.is_none();
        return Some(TextRange::new(start, start + end.unwrap_or(line.len())));
    }
    let begun = line.trim_start().strip_prefix("/*").map(str::trim_start);
    if begun.is_some_and(|words| words.to_ascii_lowercase().starts_with("liquibase rollback")) {
        *in_comment = !line.contains("*/");
        return None;
    }
    let text = mark(line, "rollback")?;
    let words = text.trim().to_ascii_lowercase();
    // Nothing takes it back, or another changeset says what does.
    let says_no_sql =
        matches!(words.as_str(), "" | "empty" | "not required") || words.starts_with("changesetid:");
    let end = start + line.trim_end().len();
    (!says_no_sql).then(|| TextRange::new(end - text.len(), end))
}

/// `--changeset author:id attribute:value`; one that is to be ignored has no part that goes up.
fn changeset(line: &str, start: usize, file: &SourceFile) -> Option<Migration> {
    let rest = mark(line, "changeset")?;
    let rest = rest.starts_with([' ', '\t']).then(|| rest.trim_start())?;
    let (author, rest) = quoted_until(rest, ':')?;
    let (id, attributes) = quoted_until(rest.trim_start(), ' ').unwrap_or((rest.trim(), ""));
    let attribute = |name: &str| {
        let mut words = attributes.split_whitespace();
        words.find_map(|word| {
            word.get(..name.len()).filter(|own| own.eq_ignore_ascii_case(name)).and(word.get(name.len()..))
        })
    };
    let ignored = attribute("ignore:").is_some_and(|value| value.eq_ignore_ascii_case("true"));
    Some(Migration {
        up: Some(if ignored { Vec::new() } else { vec![open_part(start)] }),
        databases: attribute("dbms:").map(|list| list.trim_matches('"').to_ascii_lowercase()),
        ..Migration::whole(format!("{author}:{}", id.trim()), file.id)
    })
}

/// A word, which may stand in double quotes, up to a character behind it; and what follows that.
fn quoted_until(text: &str, end: char) -> Option<(&str, &str)> {
    if let Some(inner) = text.strip_prefix('"') {
        let (word, rest) = inner.split_once('"')?;
        return Some((word, rest.trim_start().strip_prefix(end).unwrap_or(rest)));
    }
    text.split_once(end)
}

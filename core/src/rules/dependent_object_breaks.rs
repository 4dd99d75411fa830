//! `dependent-object-breaks`: something in the database names what changes. The statement is refused, or the object goes with it,
//! or fails when it is used next.

use crate::diff::ChangeKind;
use crate::rules::dependents::{Effect, Fate, ObjectKind, What};
use crate::rules::finding::{count, places};
use crate::rules::{Check, Finding, Proof, Rule, RuleContext, Severity};
use crate::schema::Dialect;
use crate::usage::{Confidence, Evidence, How, Subject, Usage, When};

pub(super) static RULE: Rule = Rule {
    name: "dependent-object-breaks",
    summary: "A view, key, trigger or function of the database needs what a migration takes away: it is refused, or the object goes or fails",
    page: include_str!("dependent-object-breaks.md"),
    severity: Severity::Error,
    check: Check::Migration(check),
};

fn check(cx: &mut RuleContext<'_>) {
    for effect in cx.effects {
        let readers = readers(cx, effect);
        let finding = Finding {
            rule: RULE.name,
            severity: severity(effect, !readers.is_empty()),
            message: message(effect, readers.len()),
            span: effect.statement,
            change: change_of(cx, effect),
            usage: None,
            proof: Proof::Migration,
            when: When::Always,
            evidence: evidence(effect, &readers),
            help: Some(help(effect)),
        };
        cx.findings.push(finding);
    }
}

/// The change that the statement makes, else one that says the same.
fn change_of(cx: &RuleContext<'_>, effect: &Effect) -> Option<usize> {
    let is_about = |kind: &ChangeKind| match kind {
        ChangeKind::DropTable { table } => effect.column.is_none() && *table == effect.table,
        ChangeKind::RenameTable { table } => effect.column.is_none() && table.before == effect.table,
        ChangeKind::DropColumn { table, column } | ChangeKind::AlterColumnType { table, column, .. } => {
            *table == effect.table && Some(column) == effect.column.as_ref()
        }
        ChangeKind::RenameColumn { table, column } => {
            *table == effect.table && Some(&column.before) == effect.column.as_ref()
        }
        _ => false,
    };
    let position = |is_it: &dyn Fn(&crate::diff::Change) -> bool| cx.changes.iter().position(is_it);
    position(&|change| change.span == effect.statement && is_about(&change.kind))
        .or_else(|| position(&|change| is_about(&change.kind)))
        .or_else(|| position(&|change| change.span == effect.statement))
}

/// The code that reads a view which fails.
fn readers(cx: &RuleContext<'_>, effect: &Effect) -> Vec<Usage> {
    let view = effect.object.table.as_ref().filter(|_| effect.object.kind == ObjectKind::View);
    let Some(view) = view.filter(|_| effect.fate == Fate::Fails) else { return Vec::new() };
    let set = cx.usages.of(&Subject::Table(view.clone()));
    set.usages
        .into_iter()
        .filter(|usage| usage.how == How::Query && usage.confidence == Confidence::Exact)
        .collect()
}

fn severity(effect: &Effect, is_read: bool) -> Severity {
    let wanted = match (effect.fate, effect.object.kind) {
        (Fate::Refused, _) => Severity::Error,
        (Fate::Taken, _) => Severity::Warning,
        (Fate::Fails, ObjectKind::View) if is_read => Severity::Error,
        (Fate::Fails, ObjectKind::Program(_)) if effect.object.runs_by_itself => Severity::Error,
        (Fate::Fails, _) => Severity::Warning,
    };
    if effect.certain { wanted } else { wanted.min(Severity::Warning) }
}

/// `` view `v` ``, `` unique key `u` (a, b) ``.
fn object(effect: &Effect) -> String {
    let object = &effect.object;
    let mut words = object.kind.name().to_owned();
    if !object.name.is_empty() {
        words.push_str(&format!(" `{}`", object.name));
    }
    let of_columns = match object.kind {
        ObjectKind::Index | ObjectKind::Unique | ObjectKind::PrimaryKey => true,
        ObjectKind::View
        | ObjectKind::Column
        | ObjectKind::Check
        | ObjectKind::ForeignKey
        | ObjectKind::Program(_) => false,
    };
    if of_columns && !object.columns.is_empty() {
        words.push_str(&format!(" ({})", object.columns.join(", ")));
    }
    match (&object.table, object.kind) {
        (Some(table), ObjectKind::ForeignKey | ObjectKind::Program(_)) if *table != effect.table => {
            words.push_str(&format!(" of `{table}`"));
        }
        _ => {}
    }
    words
}

fn subject(effect: &Effect) -> String {
    let name = match &effect.column {
        Some(column) => format!("`{}.{column}`", effect.table),
        None => format!("`{}`", effect.table),
    };
    match &effect.what {
        What::Dropped => format!("{name} is dropped"),
        What::Renamed(to) => format!("{name} is renamed to `{to}`"),
        What::Retyped => format!("{name} gets another type"),
    }
}

fn database(dialect: Dialect, certain: bool) -> &'static str {
    match (dialect, certain) {
        (Dialect::Postgres, _) => "PostgreSQL",
        (Dialect::Mysql, true) => "MySQL",
        // Seen in MariaDB; MySQL's manual says otherwise.
        (Dialect::Mysql, false) => "MariaDB",
        (Dialect::Sqlite, _) => "SQLite",
        (Dialect::Mssql, _) => "SQL Server",
    }
}

fn message(effect: &Effect, readers: usize) -> String {
    let (subject, object) = (subject(effect), object(effect));
    let database = database(effect.dialect, effect.certain);
    let may = if effect.certain { "" } else { "may " };
    match effect.fate {
        Fate::Refused if effect.is_broken_before => format!(
            "{subject}, but {object} names something that is not there\n{database} reads all views and triggers again for this statement, and refuses it"
        ),
        Fate::Refused => {
            let refuses = if effect.certain { "refuses" } else { "refuse" };
            format!(
                "{subject}, but {object} needs it: {database} {may}{refuses} the statement\nthe migration fails here"
            )
        }
        Fate::Taken => {
            format!("{subject}, and {object} goes with it\nthe database drops it without a word of its own")
        }
        Fate::Fails => {
            let fails = if effect.certain { "fails" } else { "fail" };
            let used = match (effect.object.kind, readers) {
                (ObjectKind::View, 0) => "no code was found that reads it".to_owned(),
                (ObjectKind::View, readers) => {
                    count(readers, "place in the code reads it", "places in the code read it")
                }
                (ObjectKind::ForeignKey, _) => {
                    "every write to its table fails where foreign keys are enforced".to_owned()
                }
                (ObjectKind::Program(_), _) if effect.object.runs_by_itself => {
                    "it runs by itself: the writes that start it fail".to_owned()
                }
                _ => "whoever calls it gets the error".to_owned(),
            };
            format!("{subject}, but {object} still names it: it {may}{fails} at its next use\n{used}")
        }
    }
}

fn evidence(effect: &Effect, readers: &[Usage]) -> Vec<Evidence> {
    let made =
        Evidence { message: format!("{} is made here", object(effect)), span: Some(effect.object.span) };
    let readers: Vec<&Usage> = readers.iter().collect();
    std::iter::once(made).chain(places(&readers)).collect()
}

fn help(effect: &Effect) -> String {
    let object = object(effect);
    match effect.fate {
        Fate::Refused => {
            format!(
                "drop {object} in a statement before this one, or write it again so that it does not name what goes"
            )
        }
        Fate::Taken => format!("drop {object} by a statement of its own, or make it again for what stays"),
        Fate::Fails => format!("write {object} again in the same migration, or drop it"),
    }
}

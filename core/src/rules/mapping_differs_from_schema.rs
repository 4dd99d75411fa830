//! `mapping-differs-from-schema`: a model says something else than the migrations give.

use std::collections::BTreeMap;

use crate::diff::ChangeKind;
use crate::rules::{Check, Finding, Proof, Rule, RuleContext, Severity, declared_schema};
use crate::schema::{Column, Entity, Field, Table, TableKind, TypeFamily};
use crate::text::Span;
use crate::usage::{Evidence, When};

pub(super) static RULE: Rule = Rule {
    name: "mapping-differs-from-schema",
    summary: "A model maps a column that the migrations do not give, or give with another type or nullability",
    page: include_str!("mapping-differs-from-schema.md"),
    severity: Severity::Error,
    check: Check::Schema(check),
};

/// A difference, in words.
struct Difference {
    severity: Severity,
    message: String,
    help: String,
    /// What is said of several columns at once: `are nullable, but this model maps them as required`.
    of_many: &'static str,
}

/// More fields of a model than these that differ in the same way are one finding: the table is another program's, or the
/// model was written for another one.
const MANY: usize = 8;

fn check(cx: &mut RuleContext<'_>) {
    let mut findings = Vec::new();
    for entity in cx.mapping.entities.iter().filter(|entity| !entity.is_abstract && !entity.ignored) {
        // A table that no migration of this source makes may be another source's.
        let Some(table) = cx.schemas.after.table(&entity.table) else { continue };
        if is_read_from(table, entity) {
            continue;
        }
        let mut differences: BTreeMap<&str, Vec<(&Field, Difference)>> = BTreeMap::new();
        for field in entity.fields.iter().filter(|field| !field.ignored) {
            if let Some(difference) = judge(cx, entity, table, field) {
                differences.entry(difference.of_many).or_default().push((field, difference));
            }
        }
        for (of_many, fields) in differences {
            match fields.len() > MANY {
                true => findings.extend(together(entity, table, of_many, &fields)),
                false => findings.extend(fields.into_iter().map(|(field, it)| alone(cx, table, field, it))),
            }
        }
    }
    if let Some(declared) = cx.declared {
        findings.extend(declared_schema::differences(RULE.name, cx, declared));
    }
    cx.findings.extend(findings);
}

/// Whether the table was read from this very model: then it cannot differ, and what a migration took from it is that
/// migration's.
fn is_read_from(table: &Table, entity: &Entity) -> bool {
    let is_field = |column: &Column| entity.fields.iter().any(|field| field.span == column.span);
    table.columns.iter().any(is_field)
}

fn judge(cx: &RuleContext<'_>, entity: &Entity, table: &Table, field: &Field) -> Option<Difference> {
    let mapped = field.column()?;
    if is_schema_before(cx, field) {
        return None;
    }
    match column_of(cx, table, mapped) {
        None => missing(cx, entity, table, field, mapped),
        Some(column) => nullability(cx, table, field, column).or_else(|| family(table, field, column)),
    }
}

fn column_of<'t>(cx: &RuleContext<'_>, table: &'t Table, mapped: &str) -> Option<&'t Column> {
    table.columns.iter().find(|column| cx.schemas.after.dialect.same_name(&column.name, mapped))
}

/// The finding of one field.
fn alone(cx: &RuleContext<'_>, table: &Table, field: &Field, difference: Difference) -> Finding {
    let column = field.column().and_then(|mapped| column_of(cx, table, mapped));
    finding(difference, field.span, column.map_or(table.span, |column| column.span))
}

/// The finding of many fields that differ in the same way, at the model.
fn together(
    entity: &Entity,
    table: &Table,
    of_many: &'static str,
    fields: &[(&Field, Difference)],
) -> Option<Finding> {
    let severity = fields.iter().map(|(_, difference)| difference.severity).max()?;
    let help = fields.first()?.1.help.clone();
    let names: Vec<&str> = fields.iter().filter_map(|(field, _)| field.column()).collect();
    let message =
        format!("{} columns of `{}` {of_many}: {}", names.len(), table.name, declared_schema::listed(&names));
    Some(finding(Difference { severity, message, help, of_many }, entity.span, table.span))
}

fn finding(difference: Difference, span: Span, declared: Span) -> Finding {
    Finding {
        rule: RULE.name,
        severity: difference.severity,
        message: difference.message,
        span,
        change: None,
        usage: None,
        proof: Proof::Usage,
        when: When::Always,
        evidence: vec![Evidence {
            message: "the migrations declare it here".to_owned(),
            span: Some(declared),
        }],
        help: Some(difference.help),
    }
}

/// Whether the schema before was read from this field: what the change makes of it has rules of its own.
fn is_schema_before(cx: &RuleContext<'_>, field: &Field) -> bool {
    let mut columns = cx.schemas.before.tables.iter().flat_map(|table| &table.columns);
    columns.any(|column| column.span == field.span)
}

fn missing(
    cx: &RuleContext<'_>,
    entity: &Entity,
    table: &Table,
    field: &Field,
    mapped: &str,
) -> Option<Difference> {
    let before = cx.schemas.before.table(&cx.table_before(&table.name));
    // Dropped or renamed just now: `dropped-column-in-use` and `renamed-column-in-use` have that.
    if before.is_some_and(|before| before.column(mapped).is_some()) || inherited(cx, entity, field) {
        return None;
    }
    Some(Difference {
        severity: Severity::Error,
        message: format!(
            "`{}.{mapped}` is mapped by this model, but no migration makes the column",
            table.name
        ),
        help: format!("add a migration that makes `{mapped}`, and deploy it before the code that maps it"),
        of_many: "are mapped by this model, but no migration makes them",
    })
}

/// Whether the field is another table's, seen through inheritance: its entity stands for a table that has the column.
fn inherited(cx: &RuleContext<'_>, entity: &Entity, field: &Field) -> bool {
    cx.mapping.entities.iter().any(|other| {
        other.table != entity.table
            && !other.is_abstract
            && other.fields.iter().any(|candidate| candidate.span == field.span)
    })
}

fn nullability(cx: &RuleContext<'_>, table: &Table, field: &Field, column: &Column) -> Option<Difference> {
    // A view's columns do not say whether they may be NULL.
    let is_key = table.primary_key.as_ref().is_some_and(|key| key.columns.contains(&column.name));
    // A list of Prisma's is never null in code; its column is made without NOT NULL.
    let says_nothing = is_key || field.list || table.kind == TableKind::View;
    if says_nothing {
        return None;
    }
    if field.nullable == column.nullable {
        return typed_as_required(table, field, column);
    }
    // The change that makes it so has rules of its own at the uses; the model is the place that is left to edit.
    let changed = cx.changes.iter().any(|change| {
        matches!(&change.kind, ChangeKind::AlterColumnNullability { table: of, column: name, .. }
            if *of == table.name && *name == column.name)
    });
    let name = format!("`{}.{}`", table.name, column.name);
    let now = if changed { "becomes" } else { "is" };
    let (message, of_many) = if column.nullable {
        (
            format!("{name} {now} nullable, but this model maps it as required"),
            "are nullable, but this model maps them as required",
        )
    } else {
        (
            format!("{name} {now} NOT NULL, but this model maps it as nullable"),
            "are NOT NULL, but this model maps them as nullable",
        )
    };
    Some(Difference {
        severity: Severity::Warning,
        message,
        help: "let the model say what the database has, or add a migration that makes the column what the model says"
            .to_owned(),
        of_many,
    })
}

/// A column that the model itself calls nullable while the attribute's type has no `None`: `Mapped[str] =
/// mapped_column(nullable=True)`. Somebody wrote both down, so it may be meant ("Mapped Column: nullable").
fn typed_as_required(table: &Table, field: &Field, column: &Column) -> Option<Difference> {
    let ty = field.type_name.strip_prefix("Mapped[")?;
    let takes_none = ["Optional", "None", "Any", "list[", "List["].iter().any(|word| ty.contains(word));
    (column.nullable && !takes_none).then(|| Difference {
        severity: Severity::Note,
        message: format!(
            "`{}.{}` may be NULL, and this model says so, but the attribute's type `{}` has no `None`",
            table.name, column.name, field.type_name
        ),
        help: "let the type be optional, so that a checker asks for null where the value is read".to_owned(),
        of_many: "may be NULL, and this model says so, but the types of their attributes have no `None`",
    })
}

/// What kind of value the code's type stands for, in Python's words; `None` where it may be anything.
fn annotated(field: &Field) -> Option<&str> {
    match field.type_name.as_str() {
        "Int" | "BigInt" => return Some("int"),
        "String" => return Some("str"),
        "Boolean" => return Some("bool"),
        "Float" => return Some("float"),
        "Bytes" => return Some("bytes"),
        "DateTime" => return Some("datetime"),
        _ => {}
    }
    let inner = field.type_name.strip_prefix("Mapped[")?.strip_suffix(']')?;
    let inner = inner.strip_prefix("Optional[").and_then(|inner| inner.strip_suffix(']')).unwrap_or(inner);
    Some(inner.trim_end_matches("| None").trim_start_matches("None |").trim())
}

/// Whether the rule tells that the column holds another kind of value than the model says.
pub(super) fn is_of_another_kind(table: &Table, field: &Field, column: &Column) -> bool {
    family(table, field, column).is_some()
}

/// Type families are compared where both sides are plain: an annotation says what code sees, and a type decorator of the
/// project's own may store it as something else.
fn family(table: &Table, field: &Field, column: &Column) -> Option<Difference> {
    use TypeFamily as F;
    let annotated = annotated(field)?;
    let differs = match (annotated, &column.ty.family) {
        ("int", family) => matches!(family, F::Text { .. } | F::Date | F::Timestamp { .. } | F::Uuid),
        ("str", family) => matches!(family, F::Integer { .. } | F::Boolean | F::Float { .. } | F::Bytes),
        ("bool", family) => matches!(family, F::Text { .. } | F::Date | F::Timestamp { .. } | F::Uuid),
        ("float", family) => matches!(family, F::Text { .. } | F::Boolean | F::Date | F::Timestamp { .. }),
        ("bytes", family) => matches!(family, F::Integer { .. } | F::Boolean),
        ("datetime" | "datetime.datetime", family) => matches!(family, F::Boolean | F::Uuid),
        _ => false,
    };
    differs.then(|| Difference {
        severity: Severity::Warning,
        message: format!(
            "`{}.{}` is {} in the database, but this model maps it as {}",
            table.name, column.name, column.ty.name, field.type_name
        ),
        help: "let the model say what the database has, or add a migration that changes the column"
            .to_owned(),
        of_many: "hold other types than this model says",
    })
}

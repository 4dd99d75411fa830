//! `column-type-changed-in-use`: a column holds another type of value than code was written for.

use crate::code::conversion::{Fate, Retyping};
use crate::diff::{Change, ChangeKind, Pair, TypeChange};
use crate::rules::finding::{Words, count, places, use_words};
use crate::rules::{Check, Rule, RuleContext, Severity};
use crate::schema::{ColumnType, Dialect, Field, TableName, TypeFamily};
use crate::usage::{Access, How, NamedBy, Subject, Usage, ValueFact};

pub(super) static RULE: Rule = Rule {
    name: "column-type-changed-in-use",
    summary: "A column's type changes under code that reads, writes or compares its values",
    page: include_str!("column-type-changed-in-use.md"),
    severity: Severity::Error,
    check: Check::Both(check),
};

/// A column whose type changes.
struct Retyped<'a> {
    index: usize,
    change: &'a Change,
    table: &'a TableName,
    column: &'a str,
    ty: Pair<&'a ColumnType>,
    /// Whether new code meets the schema before; the types are turned round, then.
    is_early: bool,
}

fn check(cx: &mut RuleContext<'_>, index: usize, change: &Change) {
    let ChangeKind::AlterColumnType { table, column, ty, effect } = &change.kind else { return };
    let set = cx.usages.of(&Subject::Column(table.clone(), column.clone()));
    let retyped = Retyped { index, change, table, column, ty: ty.as_ref(), is_early: cx.is_early() };
    match effect {
        // New code that meets the wider type is as it was before.
        TypeChange::Widening if cx.is_early() => {}
        TypeChange::Widening => retyped.report_widening(cx, &set.usages),
        TypeChange::Narrowing => retyped.report_narrowing(cx, &set.usages),
        TypeChange::Incompatible => retyped.report_incompatible(cx, &set.usages),
    }
}

impl Retyped<'_> {
    fn what(&self, kind: &str) -> String {
        let Pair { before, after } = self.ty;
        if self.is_early {
            let place = format!("`{}.{}`", self.table, self.column);
            return format!(
                "{place} is {} until the migration makes it {} ({kind})",
                after.name, before.name
            );
        }
        format!("`{}.{}` changes from {} to {} ({kind})", self.table, self.column, before.name, after.name)
    }

    /// Nobody fails: one note, at the model or at the first use.
    fn report_widening(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let models = cx.models(self.change, usages);
        let uses: Vec<&Usage> =
            usages.iter().filter(|usage| usage.how != How::Mapping && !usage.implicit).collect();
        let Some(first) = models.first().or(uses.first()) else { return };
        let mut first = (*first).clone();
        let others: Vec<&Usage> = uses.into_iter().filter(|usage| usage.span != first.span).collect();
        let mut message =
            format!("{}: no query fails, but values may be larger than before", self.what("widening"));
        if !others.is_empty() {
            let meets = count(others.len(), "other place meets", "other places meet");
            message.push_str(&format!("; {meets} them"));
            first.evidence.extend(places(&others));
        }
        let help = "widen first, then release code that makes use of it; check that code and API types can hold the \
                    larger values";
        cx.report_usage(
            RULE.name,
            Severity::Note,
            self.index,
            &first,
            Words { message, help: help.to_owned() },
        );
    }

    /// What was written may no longer fit; what is read is still of the kind that it was.
    fn report_narrowing(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let writes =
            |usage: &&Usage| usage.access == Access::Write && usage.how != How::Mapping && !usage.implicit;
        for usage in usages.iter().filter(writes) {
            let fits = fits(usage.value, &self.ty.after.family);
            let (severity, fault) = match fits {
                Some(true) => continue,
                Some(false) => (Severity::Error, "the value written here does not fit"),
                None => (Severity::Warning, "a value written here may no longer fit"),
            };
            let message = format!("{}, and {fault}", self.what("narrowing"));
            let help = if self.is_early {
                "run the migration before code is released that writes larger values"
            } else {
                "release code that only writes values which fit, mend the rows that do not, then narrow the column"
            };
            cx.report_usage(RULE.name, severity, self.index, usage, Words { message, help: help.to_owned() });
        }
    }

    /// Models are told by `mapping-differs-from-schema`, which sees whether they were edited already.
    fn report_incompatible(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let adapted = self.is_declared_anew(cx);
        if !adapted {
            self.report_loads(cx, usages);
        }
        for usage in usages.iter().filter(|usage| !usage.implicit && usage.how != How::Mapping) {
            let by_model = adapted && !usage.in_sql;
            let fate = if adapted { None } else { self.fate(cx, usage) };
            let passes = usage.how == How::Query && fate == Some(Fate::Passes);
            if passes || by_model && self.is_text_in_code() {
                continue;
            }
            // The row carries a value of another kind: a query that selects it succeeds, but for an ORM that checks it, and
            // code that passes it on does not notice.
            let carries = usage.how == How::Value || usage.access == Access::Read && fate.is_none();
            let on_some = fate == Some(Fate::FailsOnSome);
            let severity = if carries || by_model || on_some { Severity::Warning } else { Severity::Error };
            let help = if by_model {
                "the model has the new type, and the ORM sends values as such: check that this one is"
            } else {
                "add a column of the new type, write both, copy, read the new one, then drop the old one"
            };
            let message = format!("{}, but {}", self.what("incompatible"), use_words(usage));
            cx.report_usage(RULE.name, severity, self.index, usage, Words { message, help: help.to_owned() });
        }
    }

    /// Whether the code was compiled with a Prisma client that has the new type.
    fn is_declared_anew(&self, cx: &RuleContext<'_>) -> bool {
        let table = cx.table_after(self.table);
        let column = cx.column_after(self.table, self.column);
        let declared = cx.compiled_with.and_then(|schema| schema.table(&table)?.column(&column));
        declared.is_some_and(|declared| declared.ty == *self.ty.after)
    }

    /// Whether code has a string on either side: `text` and `uuid`.
    fn is_text_in_code(&self) -> bool {
        let is_text = |ty: &ColumnType| matches!(ty.family, TypeFamily::Text { .. } | TypeFamily::Uuid);
        is_text(self.ty.before) && is_text(self.ty.after)
    }

    /// How a statement fares, where the ORM that makes it is known to do something else than fail.
    fn fate(&self, cx: &RuleContext<'_>, usage: &Usage) -> Option<Fate> {
        let retyping = self.retyping(cx, usage)?;
        Some(match usage.access {
            Access::Read => retyping.read,
            Access::Write => retyping.write,
            Access::Filter => retyping.filter,
        })
    }

    fn retyping(&self, cx: &RuleContext<'_>, usage: &Usage) -> Option<&'static Retyping> {
        // Code that was written for the type after hands over other values, and an ORM with a new model refuses those before.
        let known = cx.schemas.after.dialect == Dialect::Postgres && !self.is_early && self.is_unedited(cx);
        usage.conversion.filter(|_| known)?.retyping(&self.ty.before.family, &self.ty.after.family)
    }

    /// Queries that name the column only through a model, and fail when the database holds another kind of value than it
    /// says: told at the model.
    fn report_loads(&self, cx: &mut RuleContext<'_>, usages: &[Usage]) {
        let fails = |usage: &&Usage| {
            usage.implicit
                && usage.named_by == NamedBy::Orm
                && matches!(self.fate(cx, usage), Some(Fate::Fails | Fate::FailsOnSome))
        };
        let loads: Vec<&Usage> = usages.iter().filter(fails).collect();
        let models = cx.models(self.change, usages);
        let (Some(model), Some(first)) = (models.into_iter().next(), loads.first()) else { return };
        let surely = self.fate(cx, first) == Some(Fate::Fails);
        let (severity, condition) = match surely {
            true => (Severity::Error, ""),
            false => (Severity::Warning, " on rows that hold what the model does not know"),
        };
        let mut model = model.clone();
        let queries = count(
            loads.len(),
            "query names it through the model, and fails",
            "queries name it through the model, and fail",
        );
        let message =
            format!("{}, but this model has it as it was; {queries}{condition}", self.what("incompatible"));
        model.evidence.extend(places(&loads));
        let help =
            "release the model with the new type and the migration at once, or add a column of the new type";
        cx.report_usage(RULE.name, severity, self.index, &model, Words { message, help: help.to_owned() });
    }

    /// Whether the models' fields have, as far as they say, another type than the column has now.
    fn is_unedited(&self, cx: &RuleContext<'_>) -> bool {
        use TypeFamily as F;
        let fields =
            cx.mapping.entities_of(self.table).filter_map(|entity| entity.field_of_column(self.column));
        let is_edited = |field: &Field| {
            let word = field.type_name.trim_start_matches("Mapped[").trim_end_matches(']').trim();
            match (word, &self.ty.after.family) {
                ("String" | "str", family) => matches!(family, F::Text { .. }),
                ("Int" | "BigInt" | "int", family) => matches!(family, F::Integer { .. }),
                ("Float" | "float", family) => matches!(family, F::Float { .. }),
                _ => false,
            }
        };
        !fields.into_iter().any(is_edited)
    }
}

/// Whether a value that is written fits the type; `None` where it is not known.
fn fits(value: ValueFact, family: &TypeFamily) -> Option<bool> {
    match (value, family) {
        (ValueFact::TextWritten(length), TypeFamily::Text { length: Some(longest) }) => {
            Some(length <= *longest)
        }
        (ValueFact::NumberWritten(number), TypeFamily::Integer { bytes }) => {
            let bits = u32::from(*bytes) * 8;
            Some(bits >= 64 || number.unsigned_abs() < 1 << (bits - 1))
        }
        (ValueFact::NullWritten, _) => Some(true),
        _ => None,
    }
}

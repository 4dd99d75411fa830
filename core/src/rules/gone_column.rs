//! A column that code knows by a name which is no longer there: dropped or renamed.

use crate::diff::{Change, ChangeKind};
use crate::rules::finding::{Words, count, places, use_words};
use crate::rules::{RuleContext, Severity};
use crate::schema::TableName;
use crate::text::Span;
use crate::usage::{How, NamedBy, Subject, Usage, ValueFact};

/// A column that went, and how a rule speaks of it.
pub(super) struct GoneColumn<'a> {
    /// The rule.
    pub rule: &'static str,
    /// The change's position.
    pub index: usize,
    /// The change.
    pub change: &'a Change,
    /// The table, by its name before.
    pub table: &'a TableName,
    /// The column, by its name before.
    pub column: &'a str,
    /// What happens to it: `is dropped`.
    pub what: String,
    /// What becomes of the value in rows.
    pub value: &'static str,
    /// What becomes of types that leave the field out by its name, and how bad it is; `None` where nothing does.
    pub left_out: Option<(Severity, &'static str)>,
    /// What to do where a model maps it.
    pub model_help: String,
    /// What to do where code names it.
    pub use_help: String,
}

impl GoneColumn<'_> {
    /// One finding at each model that still maps the column, with the queries that name it only through that model; one
    /// at each place that names it itself.
    pub(super) fn report(&self, cx: &mut RuleContext<'_>) {
        let set = cx.usages.of(&Subject::Column(self.table.clone(), self.column.to_owned()));
        let taken = self.is_name_taken(cx);
        // New code that was compiled since means the column that has the name now.
        let is_compiled = cx.compiled_with.is_some();
        // Where the table itself has the name again, the report says that another column is met.
        let stays = if taken { Vec::new() } else { self.names_that_stay(cx) };
        let is_meant = |usage: &Usage| match usage.in_sql {
            true => stays.contains(&usage.span),
            false => taken && is_compiled,
        };
        let models: Vec<Usage> = cx
            .models(self.change, &set.usages)
            .into_iter()
            .filter(|usage| !is_meant(usage))
            .cloned()
            .collect();
        let implicit: Vec<&Usage> = set
            .usages
            .iter()
            .filter(|usage| usage.how == How::Query && usage.implicit && usage.named_by == NamedBy::Orm)
            .collect();
        for (position, model) in models.iter().enumerate() {
            // Queries are not counted twice where two models map the table.
            let implicit = if position == 0 { implicit.as_slice() } else { &[] };
            self.report_model(cx, model, implicit);
        }
        let named: Vec<&Usage> =
            set.usages.iter().filter(|usage| self.fails(usage) && !is_meant(usage)).collect();
        for usage in named {
            if let Some(severity) = self.severity(usage) {
                cx.report_usage(self.rule, severity, self.index, usage, self.words(usage, taken));
            }
        }
    }

    /// Names in SQL that mean a column of another table afterwards: the column has moved there in the same change, or one of its
    /// name came.
    fn names_that_stay(&self, cx: &RuleContext<'_>) -> Vec<Span> {
        let same = |name: &str| cx.schemas.after.dialect.same_name(name, self.column);
        let comes = cx.changes.iter().any(|change| match &change.kind {
            ChangeKind::AddColumn { column, .. } => same(&column.name),
            ChangeKind::RenameColumn { column, .. } => same(&column.after),
            _ => false,
        });
        if comes { cx.usages.columns_named(self.column, cx.schemas.after) } else { Vec::new() }
    }

    /// Whether another column has the name after the change.
    fn is_name_taken(&self, cx: &RuleContext<'_>) -> bool {
        let after = cx.schemas.after.table(&cx.table_after(self.table));
        after.is_some_and(|table| table.column(self.column).is_some())
    }

    fn report_model(&self, cx: &mut RuleContext<'_>, model: &Usage, implicit: &[&Usage]) {
        let mut model = model.clone();
        let mut message =
            format!("`{}.{}` {}, but this model still maps it", self.table, self.column, self.what);
        if !implicit.is_empty() {
            let queries = count(
                implicit.len(),
                "query names it through the ORM without mentioning it, and fails",
                "queries name it through the ORM without mentioning it, and fail",
            );
            message.push_str(&format!("; {queries}"));
            model.evidence.extend(places(implicit));
        }
        let words = Words { message, help: self.model_help.clone() };
        cx.report_usage(self.rule, Severity::Error, self.index, &model, words);
    }

    /// Whether the usage is a finding of its own. What the ORM names is told at the model; a `*` does not fail, and the
    /// code that reads the value out of its rows is found for itself.
    fn fails(&self, usage: &Usage) -> bool {
        match usage.how {
            How::Mapping => false,
            How::Query => match usage.named_by {
                NamedBy::Code => true,
                NamedBy::Position => true,
                NamedBy::Orm => !usage.implicit,
                NamedBy::Wildcard => false,
            },
            How::Value => true,
        }
    }

    fn severity(&self, usage: &Usage) -> Option<Severity> {
        match usage.value {
            ValueFact::LeftOut => self.left_out.map(|(severity, _)| severity),
            // Nothing is sent for it: the model has a table that the database has not.
            ValueFact::Defined => Some(Severity::Warning),
            ValueFact::Plain
            | ValueFact::Aggregated
            | ValueFact::TextWritten(_)
            | ValueFact::NumberWritten(_)
            | ValueFact::NullWritten
            | ValueFact::NullPossible => Some(Severity::Error),
        }
    }

    fn words(&self, usage: &Usage, taken: bool) -> Words {
        let consequence = match usage.how {
            _ if usage.value == ValueFact::LeftOut => {
                self.left_out.map_or("", |(_, consequence)| consequence)
            }
            _ if usage.value == ValueFact::Defined => "the model and the database no longer agree",
            How::Query | How::Value if taken => "another column has the name then, and is what code meets",
            How::Query => "the query fails",
            How::Value => self.value,
            How::Mapping => "every query through the model fails",
        };
        let use_words = use_words(usage);
        let message =
            format!("`{}.{}` {}, but {use_words}\n{consequence}", self.table, self.column, self.what);
        Words { message, help: self.use_help.clone() }
    }
}

//! A table that code knows by a name which is no longer there: dropped or renamed.

use crate::diff::Change;
use crate::rules::finding::{Words, count, places, severity_of};
use crate::rules::{Finding, RuleContext, Severity};
use crate::schema::TableName;
use crate::usage::{Access, How, NamedBy, Subject, Usage};

/// A view that answers by the name which a table had.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ViewLeft {
    /// SQLite writes to no view (https://sqlite.org/lang_createview.html).
    ReadOnly,
    /// A view of one table can be written to, in PostgreSQL ("Updatable Views") as in MySQL and SQL Server.
    Writable,
}

/// A table that went, and how a rule speaks of it.
pub(super) struct GoneTable<'a> {
    /// What was left in its place.
    pub left: Option<ViewLeft>,
    /// The rule.
    pub rule: &'static str,
    /// The change's position.
    pub index: usize,
    /// The change.
    pub change: &'a Change,
    /// The table, by its name before.
    pub table: &'a TableName,
    /// What happens to it: `is dropped`.
    pub what: String,
    /// Whether mending the model mends what reaches the table through it: true of a rename, not of a drop.
    pub model_is_cause: bool,
    /// What to do where a model maps it.
    pub model_help: String,
    /// What to do where code names it.
    pub use_help: String,
}

impl GoneTable<'_> {
    /// One finding at each model that still maps the table, one at each place that names it.
    pub(super) fn report(&self, cx: &mut RuleContext<'_>) {
        match self.left {
            Some(ViewLeft::Writable) => return,
            Some(ViewLeft::ReadOnly) => return self.report_writers(cx),
            None => {}
        }
        let set = cx.usages.of(&Subject::Table(self.table.clone()));
        let models: Vec<Usage> = cx.models(self.change, &set.usages).into_iter().cloned().collect();
        let told_at_model =
            |usage: &Usage| self.model_is_cause && !models.is_empty() && usage.named_by == NamedBy::Orm;
        let through: Vec<&Usage> = set
            .usages
            .iter()
            .filter(|usage| usage.how == How::Query && usage.named_by == NamedBy::Orm)
            .collect();
        for (position, model) in models.iter().enumerate() {
            let through = if position == 0 { through.as_slice() } else { &[] };
            self.report_model(cx, model, through);
        }
        for usage in set.usages.iter().filter(|usage| usage.how != How::Mapping && !told_at_model(usage)) {
            // A type of rows names no table in a statement: what fails is the compiler, or an import.
            let severity = match usage.how {
                How::Query | How::Mapping => Severity::Error,
                How::Value => Severity::Warning,
            };
            cx.report_usage(self.rule, severity, self.index, usage, self.words(usage));
        }
    }

    /// Those whom a view does not answer that cannot be written to.
    fn report_writers(&self, cx: &mut RuleContext<'_>) {
        let set = cx.usages.of(&Subject::Table(self.table.clone()));
        let writes = |usage: &&Usage| usage.how == How::Query && usage.access == Access::Write;
        for usage in set.usages.iter().filter(writes) {
            cx.report_usage(self.rule, Severity::Error, self.index, usage, self.words(usage));
        }
        for insert in cx.usages.inserts(self.table).into_iter().filter(|insert| insert.through_orm) {
            let Some(severity) = severity_of(Severity::Error, insert.confidence) else { continue };
            cx.findings.push(Finding {
                rule: self.rule,
                severity,
                message: format!(
                    "`{}` {}, and the view that is left cannot be written to, as this statement does",
                    self.table, self.what
                ),
                span: insert.span,
                change: Some(self.index),
                usage: None,
                proof: crate::rules::Proof::Usage,
                when: insert.when,
                evidence: insert.evidence,
                help: Some(self.use_help.clone()),
            });
        }
    }

    fn report_model(&self, cx: &mut RuleContext<'_>, model: &Usage, through: &[&Usage]) {
        let mut model = model.clone();
        let mut message = format!("`{}` {}, but this model still maps it", self.table, self.what);
        if !through.is_empty() {
            let queries = count(
                through.len(),
                "query reaches it through the model, and fails",
                "queries reach it through the model, and fail",
            );
            message.push_str(&format!("; {queries}"));
            model.evidence.extend(places(through));
        }
        let words = Words { message, help: self.model_help.clone() };
        cx.report_usage(self.rule, Severity::Error, self.index, &model, words);
    }

    fn words(&self, usage: &Usage) -> Words {
        let use_words = match (usage.how, usage.access) {
            (How::Query, Access::Write) => "this statement writes to it",
            (How::Query, Access::Read | Access::Filter) => "this query reads it",
            (How::Value, _) => "this code uses the type of its rows",
            (How::Mapping, _) => "this model still maps it",
        };
        Words {
            message: format!("`{}` {}, but {use_words}", self.table, self.what),
            help: self.use_help.clone(),
        }
    }
}

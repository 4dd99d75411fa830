//! What a library sends by itself, place by place, where it tells so ([`crate::code::library::Library::sent_at`]).

use crate::code::eval::Context;
use crate::code::library::{AskedColumn, FieldAccess, Sent};
use crate::code::project::scan::ScanFilter;
use crate::code::tree::Module;
use crate::schema::{EntityId, TableName};
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::{
    Access, Confidence, Evidence, How, NamedBy, Unresolved, Usage, UsageSet, ValueFact, When,
};

impl Finder<'_> {
    /// Whether a library tells by itself what it names of the entity's columns.
    pub(super) fn tells_what_is_sent(&self, entity: EntityId) -> bool {
        self.eval.libraries().any(|library| library.tells_what_is_sent(&self.eval, entity))
    }

    /// Statements that libraries send by themselves and that name the column.
    pub(super) fn find_sent(&self, targets: &[Target], place: &(TableName, String), set: &mut UsageSet) {
        let mut of_table: Vec<EntityId> = self
            .entities_of(&place.0)
            .into_iter()
            .filter(|entity| self.tells_what_is_sent(*entity))
            .collect();
        of_table.sort();
        if of_table.is_empty() {
            return;
        }
        let fields = targets.iter().filter(|target| of_table.contains(&target.entity));
        let asked = AskedColumn {
            table: place.0.clone(),
            column: place.1.clone(),
            fields: fields.filter_map(|target| Some((target.entity, target.field.clone()?))).collect(),
            of_table,
        };
        let python = ScanFilter { javascript: false, sql: false, ..ScanFilter::default() };
        for library in self.eval.libraries() {
            let words = library.sending_words(&self.eval, &asked);
            let anywhere: Vec<&str> = words.anywhere.iter().map(String::as_str).collect();
            if anywhere.is_empty() {
                continue;
            }
            let mut found = |module: &Module, site| {
                for sent in library.sent_at(&self.eval, Context::of(module), site, &asked) {
                    add_sent(module, sent, place, set);
                }
            };
            self.each_site(&anywhere, python, |module, site, _| found(module, site));
            let near: Vec<&str> = words.near.iter().map(String::as_str).collect();
            let nearby: Vec<&str> =
                words.nearby.iter().map(String::as_str).filter(|word| !anywhere.contains(word)).collect();
            let files = self.python_files_with_any(&near);
            self.each_site_in(
                &nearby,
                python,
                |file, _| files.binary_search(&file).is_ok(),
                |module, site, _| {
                    found(module, site);
                },
            );
        }
    }
}

fn add_sent(module: &Module, sent: Sent, place: &(TableName, String), set: &mut UsageSet) {
    let span = module.span(sent.range);
    if let Some(reason) = sent.open {
        set.unresolved.push(Unresolved { span, reason: reason.to_owned(), needs_row: false });
        return;
    }
    let message = format!("`{}` {}", module.slice(sent.range), sent.why);
    let mut proof = vec![Evidence { message, span: Some(span) }];
    proof.extend(evidence(&sent.known.trail));
    set.usages.push(Usage {
        span,
        table: place.0.clone(),
        column: Some(place.1.clone()),
        how: How::Query,
        access: match sent.access {
            FieldAccess::Read => Access::Read,
            FieldAccess::Write => Access::Write,
            FieldAccess::Filter => Access::Filter,
        },
        implicit: true,
        named_by: NamedBy::Orm,
        when: When::Always,
        confidence: if sent.known.likely { Confidence::Likely } else { Confidence::Exact },
        evidence: proof,
        value: ValueFact::Plain,
        in_sql: false,
        required_at: Vec::new(),
    });
}

//! Values of a field that a type picks by its name, where they are handed on.
//!
//! `Pick<Order, "type">` keeps the name when the field goes, and TypeScript makes its type `unknown`: reading it is no error, but
//! handing it to a parameter, or doing something with it, is.

use crate::code::eval::Context;
use crate::code::library::{FieldAccess, NamedField};
use crate::code::tree::{ExprId, ExprKind, Module, PatternId, PatternKind, Site, SiteKind};
use crate::code::value::Value;
use crate::usage::find::Finder;
use crate::usage::find::nulls::{fails_on_null, variable_of};
use crate::usage::{Evidence, Usage};

impl Finder<'_> {
    /// The uses of the variable that a picked field's value was put into at a site, where a type is asked of it.
    pub(super) fn handed_picked(
        &self,
        module: &Module,
        site: Site,
        named: &NamedField,
        usage: &Usage,
    ) -> Vec<Usage> {
        if module.language.is_python() || named.in_query || named.access != FieldAccess::Read {
            return Vec::new();
        }
        let cx = Context::of(module);
        let Some((object, variable)) = self.read_into(cx, site) else { return Vec::new() };
        if !object.alternatives().iter().any(|value| is_picked(value, named)) {
            return Vec::new();
        }
        let asks = |expr: ExprId| fails_on_null(module, expr) || self.goes_where_null_may_not(cx, expr);
        let uses = self.uses_where(cx, variable, asks);
        uses.into_iter().map(|range| handed_at(usage, module.span(range))).collect()
    }

    /// The object that a site reads from, and the variable that the value is put into.
    fn read_into(&self, cx: Context<'_>, site: Site) -> Option<(Value, PatternId)> {
        let module = cx.module;
        match site.kind {
            SiteKind::Member(expr) => {
                let variable = variable_of(module, expr)?;
                let ExprKind::Member { object, .. } = module.expr(expr).kind else { return None };
                Some((self.eval.expr(cx, object).value, variable))
            }
            SiteKind::PatternKey { pattern, entry } => {
                let PatternKind::Object(entries) = &module.pattern(pattern).kind else { return None };
                let variable = entries.get(entry as usize)?.pattern;
                Some((self.eval.pattern(cx, pattern).value, variable))
            }
            _ => None,
        }
    }
}

fn is_picked(value: &Value, named: &NamedField) -> bool {
    match value {
        Value::Row(row) => row.entity == named.entity && row.picks(&named.field),
        Value::Merged(parts) => parts.iter().any(|part| is_picked(part, named)),
        _ => false,
    }
}

fn handed_at(usage: &Usage, at: crate::text::Span) -> Usage {
    let mut handed = usage.clone();
    let message = "the value is read from the row here".to_owned();
    handed.evidence.insert(0, Evidence { message, span: Some(usage.span) });
    handed.span = at;
    handed.required_at = Vec::new();
    handed
}

//! Columns that statements name although the source does not, where a library says so itself: of a call, and of a key in
//! its arguments.

use crate::code::eval::{Call, Context};
use crate::code::library::{Asked, GivenKey, Naming};
use crate::code::tree::{ExprId, ExprKind, Module, Parent, Site, SiteKind};
use crate::code::value::{Known, Value};
use crate::schema::{EntityId, TableName};
use crate::text::TextRange;
use crate::usage::find::sites::access;
use crate::usage::find::statements::Reference;
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::{Confidence, Evidence, How, Insert, NamedBy, Usage, UsageSet, ValueFact};

/// A key of an object with a shape that a library explains.
struct ShapedKey<'m> {
    shapes: Known,
    text: &'m str,
    value: Known,
    off: bool,
}

impl Finder<'_> {
    /// What the first call of a chain that a library knows names; `None` where there is none.
    pub(super) fn named_by_calls(
        &self,
        reference: &Reference<'_>,
        calls: &[ExprId],
        targets: &[Target],
    ) -> Option<(ExprId, Vec<Naming>)> {
        calls.iter().find_map(|call| {
            let named = self.named_by_call(reference.module, *call, targets)?;
            Some((*call, named))
        })
    }

    fn named_by_call(&self, module: &Module, call: ExprId, targets: &[Target]) -> Option<Vec<Naming>> {
        let cx = Context::of(module);
        let call = Call::at(cx, call)?;
        self.eval.begin();
        let callee = self.eval.expr(cx, call.callee).value;
        let mut known = None;
        for callee in callee.alternatives() {
            for (library, asked) in self
                .eval
                .libraries()
                .flat_map(|library| targets.iter().filter_map(asked).map(move |asked| (library, asked)))
            {
                if let Some(named) = library.named_by_call(&self.eval, callee, &call, asked) {
                    known.get_or_insert_with(Vec::new).extend(named);
                }
            }
        }
        known
    }

    /// Other entities whose calls name a target without a key that says so.
    pub(super) fn named_through(&self, targets: &[Target]) -> Vec<EntityId> {
        let asked: Vec<Asked<'_>> = targets.iter().filter_map(asked).collect();
        let through = |asked: &Asked<'_>| {
            self.eval
                .libraries()
                .flat_map(|library| library.named_through(&self.eval, *asked))
                .collect::<Vec<_>>()
        };
        asked.iter().flat_map(through).collect()
    }

    /// Keys and methods by which calls on other entities reach the targets.
    pub(super) fn naming_keys(&self, targets: &[Target]) -> Vec<String> {
        let of = |target: &Target| {
            let keys = |library: &dyn crate::code::library::Library| {
                library.naming_keys(&self.eval, target.entity, target.field.as_deref())
            };
            self.eval.libraries().flat_map(keys).collect::<Vec<_>>()
        };
        let mut names: Vec<String> = targets.iter().flat_map(of).collect();
        names.sort();
        names.dedup();
        names
    }

    /// Adds what a key in a call's arguments, or a method of the call's rows, names of the targets.
    pub(super) fn add_named_by_key(
        &self,
        module: &Module,
        site: Site,
        targets: &[Target],
        place: &(TableName, String),
        set: &mut UsageSet,
    ) {
        let (named, proof) = match site.kind {
            SiteKind::Key { object, entry } => {
                let Some(key) = self.shaped_key(module, object, entry) else { return };
                let named = self.each_library_key(module, site, &key, targets);
                (named, key.shapes)
            }
            SiteKind::Member(expr) => {
                let Some(call) = called(module, expr) else { return };
                (self.named_by_call(module, call, targets).unwrap_or_default(), Known::unknown())
            }
            _ => return,
        };
        set.usages
            .extend(named.iter().map(|named| self.named_usage(module, site.range, &proof, named, place)));
    }

    fn each_library_key(
        &self,
        module: &Module,
        site: Site,
        key: &ShapedKey<'_>,
        targets: &[Target],
    ) -> Vec<Naming> {
        let mut found = Vec::new();
        for shape in key.shapes.value.alternatives() {
            let given = GivenKey {
                shape,
                name: module.slice(site.range),
                value: &key.value,
                off: key.off,
                text: key.text,
                range: site.range,
            };
            for asked in targets.iter().filter_map(asked) {
                for library in self.eval.libraries() {
                    found.extend(library.named_by_key(&self.eval, &given, asked));
                }
            }
        }
        found
    }

    /// A key of an object, if a library explains the object's shape.
    fn shaped_key<'m>(&self, module: &'m Module, object: ExprId, entry: u32) -> Option<ShapedKey<'m>> {
        let ExprKind::Object { entries } = &module.expr(object).kind else { return None };
        let value = entries.get(entry as usize)?.value;
        let cx = Context::of(module);
        self.eval.begin();
        let shapes = self.eval.expected(cx, object);
        let explained = shapes.value.alternatives().iter().any(|shape| matches!(shape, Value::Library(_)));
        let off = matches!(module.expr(value).kind, ExprKind::Bool(false));
        let text = module.slice(module.expr(value).range);
        explained.then(|| ShapedKey { shapes, text, value: self.eval.expr(cx, value), off })
    }

    /// A usage that nobody wrote.
    pub(super) fn named_usage(
        &self,
        module: &Module,
        range: TextRange,
        known: &Known,
        named: &Naming,
        place: &(TableName, String),
    ) -> Usage {
        let message = format!("`{}` {}", module.slice(range), named.why);
        let mut proof = vec![Evidence { message, span: Some(module.span(range)) }];
        proof.extend(evidence(&known.trail));
        Usage {
            span: module.span(range),
            table: place.0.clone(),
            column: Some(place.1.clone()),
            how: How::Query,
            access: access(named.access),
            implicit: true,
            named_by: NamedBy::Orm,
            when: named.when,
            confidence: if known.likely { Confidence::Likely } else { Confidence::Exact },
            evidence: proof,
            value: ValueFact::Plain,
            in_sql: false,
            conversion: None,
            required_at: Vec::new(),
        }
    }

    /// INSERTs into a table by keys in calls on other entities: `posts: { create: ... }`.
    pub(super) fn inserts_by_keys(&self, table: &TableName, entities: &[EntityId]) -> Vec<Insert> {
        let targets: Vec<Target> =
            entities.iter().map(|entity| Target { entity: *entity, field: None }).collect();
        let names = self.naming_keys(&targets);
        if names.is_empty() {
            return Vec::new();
        }
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        let mut inserts = Vec::new();
        self.each_site(&words, self.languages(entities.iter().copied()), |module, site, word| {
            let SiteKind::Key { object, entry } = site.kind else { return };
            let Some(key) = self.shaped_key(module, object, entry) else { return };
            for shape in key.shapes.value.alternatives() {
                let given = GivenKey {
                    shape,
                    name: word,
                    value: &key.value,
                    off: key.off,
                    text: key.text,
                    range: site.range,
                };
                let made =
                    self.eval.libraries().flat_map(|library| library.inserted_by_key(&self.eval, &given));
                for insert in made.filter(|insert| entities.contains(&insert.entity)) {
                    inserts.extend(self.insert_of(module, table, &insert, &key.shapes));
                }
            }
        });
        inserts
    }
}

fn asked(target: &Target) -> Option<Asked<'_>> {
    Some(Asked { entity: target.entity, field: target.field.as_deref()? })
}

/// The call of the method that a member is.
fn called(module: &Module, member: ExprId) -> Option<ExprId> {
    let Parent::Expr(call) = module.expr(member).parent else { return None };
    match module.expr(call).kind {
        ExprKind::Call { callee, .. } if callee == member => Some(call),
        _ => None,
    }
}

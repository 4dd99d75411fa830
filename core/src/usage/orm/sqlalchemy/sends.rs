//! What makes SQLAlchemy send a statement that names a column which the code does not say: references to classes, relationships
//! that are read or joined, attributes that stand for columns, methods of sessions.
//!
//! Sources: "Session Basics" (`refresh`, `expire`, `merge`, `commit`), "Relationship Loading Techniques" ("Lazy Loading"),
//! "Cascades" (`delete`), and the statements that were sent when the shapes were run.

use crate::code::eval::{Call, Context, Evaluator, callee_name};
use crate::code::library::{AskedColumn, FieldAccess, Sent};
use crate::code::tree::{ExprId, ExprKind, Parent, Site, SiteKind, StmtKind};
use crate::code::value::{Known, Row, Value};
use crate::schema::EntityId;
use crate::usage::orm::sqlalchemy::climb::{Climb, call_of};
use crate::usage::orm::sqlalchemy::facts::DerivedKind;
use crate::usage::orm::sqlalchemy::loads::{below, chains, options_of};
use crate::usage::orm::sqlalchemy::query::EAGER;
use crate::usage::orm::sqlalchemy::release::Release;
use crate::usage::orm::sqlalchemy::{SqlAlchemy, TABLE};

/// Methods and functions after which the next read of an object, or they themselves, load its columns.
pub(super) const VERBS: [&str; 8] = [
    "refresh",
    "merge",
    "delete",
    "commit",
    "rollback",
    "expire",
    "expire_all",
    "make_transient_to_detached",
];

pub(super) const LOADS: &str = "loads every column of the row";

impl SqlAlchemy {
    /// What the ORM sends where a word of [`Self::words`] stands.
    pub(super) fn sends(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        site: Site,
        asked: &AskedColumn,
    ) -> Vec<Sent> {
        let climb = Climb { orm: self, eval, asked };
        let word = cx.module.slice(site.range);
        let mut found = Vec::new();
        let expr = match site.kind {
            SiteKind::Name(expr) | SiteKind::Member(expr) => expr,
            _ => return found,
        };
        eval.begin();
        if VERBS.contains(&word)
            && let Some(call) = call_of(cx, expr)
        {
            found.extend(self.verb(&climb, cx, word, call));
            return found;
        }
        let known = eval.expr(cx, expr);
        for value in known.value.alternatives() {
            let is_table = value.library(TABLE).is_some();
            if let Value::Class(_) | Value::Entity(_) = value {
                self.reference(&climb, cx, expr, site, &known.with(value.clone()), &mut found);
            } else if is_table && matches!(site.kind, SiteKind::Name(_)) {
                self.reference(&climb, cx, expr, site, &known.with(value.clone()), &mut found);
            }
        }
        if let ExprKind::Member { object, .. } = cx.module.expr(expr).kind {
            eval.begin();
            let object_value = eval.expr(cx, object);
            for value in object_value.value.alternatives() {
                let known = object_value.with(value.clone());
                match value {
                    Value::Row(row) => self.read(&climb, cx, expr, object, site, row, &known, &mut found),
                    Value::Class(_) | Value::Entity(_) => {
                        self.attribute(&climb, cx, expr, site, &known, &mut found);
                    }
                    _ => {}
                }
            }
        }
        found
    }

    /// A class or table that stands as the subject of a query, an INSERT, an UPDATE.
    fn reference(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        expr: ExprId,
        site: Site,
        known: &Known,
        found: &mut Vec<Sent>,
    ) {
        let Some(entity) = self.entity(climb.eval, &known.value) else { return };
        let sent = |access, why, range| Sent { range, access, why, known: known.clone(), open: None };
        if climb.reads(cx, expr, known.value.clone(), &[], 0) {
            found.push(sent(FieldAccess::Read, LOADS, climb.place(cx, expr, site.range)));
        }
        if let Some((range, why)) = self.writes(climb, cx, expr, entity) {
            found.push(sent(FieldAccess::Write, why, range));
        }
    }

    /// `Post.user` or `User.shout` in a query.
    fn attribute(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        expr: ExprId,
        site: Site,
        known: &Known,
        found: &mut Vec<Sent>,
    ) {
        let (eval, asked) = (climb.eval, climb.asked);
        let Some(entity) = self.entity(eval, &known.value) else { return };
        let name = cx.module.slice(site.range);
        let facts = self.facts(eval, entity);
        let mut push = |access, why| {
            found.push(Sent { range: site.range, access, why, known: known.clone(), open: None });
        };
        if let Some(derived) = facts.derived.iter().find(|derived| derived.name == name) {
            let is_named = match &derived.kind {
                DerivedKind::Alias(names) | DerivedKind::Expression { names, .. } => {
                    self.any_asked(eval, asked, entity, names)
                }
                DerivedKind::Proxy { relation, attribute } => {
                    let far = self.target(eval, entity, relation);
                    self.joins_by(eval, asked, entity, relation)
                        || far
                            .is_some_and(|far| self.any_asked(eval, asked, far, &[(None, attribute.clone())]))
                }
            };
            if is_named {
                push(FieldAccess::Filter, "stands for the column in the query");
            }
            return;
        }
        let Some(target) = self.target(eval, entity, name) else { return };
        match self.use_of_relation(cx, expr) {
            RelationUse::Loaded(option) => {
                let now = eval.expr(cx, option).value;
                let loads = below(std::slice::from_ref(&now), name)
                    .iter()
                    .any(|below| self.loads(eval, asked, target, &[below], 0));
                let is_named = loads || self.joins_by(eval, asked, entity, name);
                if is_named && !is_counted(cx, option) {
                    push(FieldAccess::Read, LOADS);
                }
            }
            RelationUse::Joined if self.joins_by(eval, asked, entity, name) => {
                push(FieldAccess::Filter, "is joined by the column");
            }
            RelationUse::Joined | RelationUse::Named => {}
        }
    }

    /// What stands around the attribute of a relationship in a query.
    fn use_of_relation(&self, cx: Context<'_>, expr: ExprId) -> RelationUse {
        let mut current = expr;
        loop {
            let Parent::Expr(parent) = cx.module.expr(current).parent else { return RelationUse::Joined };
            match &cx.module.expr(parent).kind {
                ExprKind::Member { name, .. } => {
                    let name = cx.module.text(*name);
                    if !matches!(name, "of_type" | "and_" | "any" | "has" | "contains") {
                        return RelationUse::Named;
                    }
                    if !matches!(name, "of_type" | "and_") {
                        return RelationUse::Joined;
                    }
                }
                ExprKind::Call { callee, .. } if *callee == current => {}
                ExprKind::Call { .. } => {
                    let name = callee_name(cx.module, parent).map_or("", |range| cx.module.slice(range));
                    return match name {
                        name if EAGER.contains(&name) => RelationUse::Loaded(whole_option(cx, parent)),
                        "lazyload" | "raiseload" | "noload" | "defaultload" | "load_only" | "defer" => {
                            RelationUse::Named
                        }
                        _ => RelationUse::Joined,
                    };
                }
                _ => return RelationUse::Joined,
            }
            current = parent;
        }
    }

    /// `post.user`, `user.shout`, an attribute of a class derived from the row's: what reading it sends.
    #[expect(clippy::too_many_arguments, reason = "one place, seen from all sides")]
    fn read(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        expr: ExprId,
        object: ExprId,
        site: Site,
        row: &Row,
        known: &Known,
        found: &mut Vec<Sent>,
    ) {
        let (eval, asked) = (climb.eval, climb.asked);
        let name = cx.module.slice(site.range);
        if matches!(cx.module.expr(expr).parent, Parent::Pattern(_)) {
            if let Some(why) = self.update_by_write(climb, cx, expr, object, row, name) {
                let access = FieldAccess::Write;
                found.push(Sent { range: site.range, access, why, known: known.clone(), open: None });
            }
            return;
        }
        if self.is_new(eval, cx, object) {
            return;
        }
        let facts = self.facts(eval, row.entity);
        let mut push = |why, open| {
            found.push(Sent {
                range: site.range,
                access: FieldAccess::Read,
                why,
                known: known.clone(),
                open,
            });
        };
        if let Some(derived) = facts.derived.iter().find(|derived| derived.name == name) {
            let chains = chains(options_of(row));
            match &derived.kind {
                DerivedKind::Alias(names) | DerivedKind::Expression { names, .. } => {
                    // What is loaded already is read from memory.
                    let field = self.asked_field(eval, asked, row.entity);
                    let deferred = field.as_deref().is_some_and(|field| {
                        let info = eval.entity(row.entity);
                        let by_default = !info
                            .is_some_and(|info| info.entity.field(field).is_some_and(|field| field.deferred));
                        !self.is_loaded(eval, row.entity, field, by_default, &chains)
                    });
                    if deferred && self.any_asked(eval, asked, row.entity, names) {
                        push("reads the column, which was not loaded with the row", None);
                    }
                }
                DerivedKind::Proxy { relation, .. } => {
                    if let Some(open) = self.lazy_load(climb, cx, object, row, relation, site.range.start) {
                        push("follows a relationship and loads every column of the row", open);
                    }
                }
            }
            return;
        }
        if self.target(eval, row.entity, name).is_some() {
            let relation = facts.relations.iter().find(|relation| relation.name == name);
            let lazy = relation.and_then(|relation| relation.lazy.as_deref()).unwrap_or("select");
            if matches!(lazy, "dynamic" | "write_only") {
                if self.is_consumed(cx, expr)
                    && self.target(eval, row.entity, name).is_some_and(|target| {
                        self.loads(eval, asked, target, &[], 0) || self.selects(eval, asked, &whole(target))
                    })
                {
                    push(LOADS, None);
                }
                return;
            }
            if let Some(open) = self.lazy_load(climb, cx, object, row, name, site.range.start) {
                push("is a relationship: reading it loads every column of the row", open);
            }
            return;
        }
        // An attribute of a derived class, of an object that was loaded as its base: the class's own table is read. An abstract
        // base has no table that an object could be loaded from.
        let is_unmapped = eval
            .entity(row.entity)
            .is_some_and(|info| info.entity.field(name).is_none() && !info.entity.is_abstract);
        let reads_derived = is_unmapped
            && asked.fields.iter().any(|(owner, field)| {
                *owner != row.entity
                    && field != name
                    && self.is_kind_of(eval, *owner, row.entity)
                    && eval.entity(*owner).is_some_and(|info| info.entity.field(name).is_some())
            });
        if reads_derived {
            push("belongs to a derived class: reading it loads the columns of its table", None);
        }
    }

    /// Whether reading a relationship of the row sends a statement that names the column; inside, why it may not be sent.
    fn lazy_load(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        object: ExprId,
        row: &Row,
        name: &str,
        at: u32,
    ) -> Option<Option<&'static str>> {
        let (eval, asked) = (climb.eval, climb.asked);
        let facts = self.facts(eval, row.entity);
        let relation = facts.relations.iter().find(|relation| relation.name == name);
        let lazy = relation.and_then(|relation| relation.lazy.as_deref()).unwrap_or("select");
        let is_told = chains(options_of(row)).iter().filter_map(|chain| chain.first()).any(|step| {
            let Value::Library(step) = step else { return false };
            let about = step.args.iter().any(|arg| match arg {
                Value::Field(_, field) => &**field == name,
                Value::Str(text) => &**text == "*",
                _ => false,
            });
            about && !matches!(&*step.text, "lazyload" | "defaultload" | "load_only" | "defer" | "undefer")
        });
        if is_told || !matches!(lazy, "select" | "True" | "") || self.is_in_coroutine(eval, cx, object) {
            return None;
        }
        let target = self.target(eval, row.entity, name)?;
        let loads = self.loads(eval, asked, target, &[], 0);
        // Of the side that holds the key, the key itself is in memory unless it was left out.
        let holds_key = self.facts(eval, row.entity).keys.iter().any(|key| {
            eval.entity(target).is_some_and(|info| info.entity.table.name == key.table)
                && self.asked_field(eval, asked, row.entity).as_deref() == Some(key.field.as_str())
        });
        let named = loads
            || (self.joins_by(eval, asked, row.entity, name)
                && (!holds_key || !self.loads(eval, asked, row.entity, &chains(options_of(row)), 0)));
        if !named {
            return None;
        }
        let is_one = !eval
            .entity(row.entity)
            .is_some_and(|info| info.entity.field(name).is_some_and(|field| field.list));
        let may_be_there = is_one
            && holds_reference(self, eval, row.entity, target)
            && self.was_loaded(climb, cx, object, target, at);
        Some(may_be_there.then_some("whether the row is in the session already cannot be told"))
    }

    /// Whether a row of the entity was loaded before in the same function: what a key leads to may be in the session already.
    fn was_loaded(
        &self,
        climb: &Climb<'_>,
        cx: Context<'_>,
        near: ExprId,
        target: EntityId,
        at: u32,
    ) -> bool {
        let Some(name) = self.class_name(climb.eval, target) else { return false };
        let scope = climb.eval.function_around(cx.module, cx.module.expr(near).scope);
        let range = scope.map(|function| cx.module.function(function).range);
        cx.module.sites_named(&name).any(|site| {
            site.range.start < at
                && range.is_some_and(|range| range.contains_range(site.range))
                && match site.kind {
                    SiteKind::Name(expr) => is_got(cx, expr),
                    _ => false,
                }
        })
    }

    /// Whether an expression stands in a coroutine, where an attribute cannot load ("Preventing Implicit IO").
    fn is_in_coroutine(&self, eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> bool {
        let around = eval.function_around(cx.module, cx.module.expr(expr).scope);
        let is_awaited = cx.module.slice(cx.module.expr(expr).range).ends_with("awaitable_attrs");
        around.is_some_and(|function| cx.module.function(function).is_async) && !is_awaited
    }

    /// Whether what a dynamic relationship gives is sent: iterated, counted, fetched.
    fn is_consumed(&self, cx: Context<'_>, expr: ExprId) -> bool {
        match cx.module.expr(expr).parent {
            Parent::Expr(parent) => match &cx.module.expr(parent).kind {
                ExprKind::Member { name, .. } => {
                    !matches!(cx.module.text(*name), "append" | "add" | "remove" | "add_all" | "extend")
                }
                _ => true,
            },
            Parent::Stmt(stmt) => !matches!(cx.module.stmt(stmt).kind, StmtKind::Expr(_)),
            _ => true,
        }
    }

    /// The release of SQLAlchemy that the project has.
    pub(super) fn release(&self, eval: &Evaluator<'_>) -> Release {
        *self.release.get_or_init(|| Release::of(eval.project().sources()))
    }
}

/// What stands around the attribute of a relationship.
enum RelationUse {
    /// A loader option that loads it: the whole option.
    Loaded(ExprId),
    /// A join or a condition.
    Joined,
    /// An option that says how it is not loaded.
    Named,
}

/// `joinedload(Post.user).load_only(User.name)` around its first call.
fn whole_option(cx: Context<'_>, call: ExprId) -> ExprId {
    let mut current = call;
    while let Parent::Expr(member) = cx.module.expr(current).parent {
        let is_object =
            matches!(cx.module.expr(member).kind, ExprKind::Member { object, .. } if object == current);
        match call_of(cx, member).filter(|_| is_object) {
            Some(next) => current = next,
            None => break,
        }
    }
    current
}

/// Whether the query that an option stands in is only counted, which drops the option, or reads other columns.
fn is_counted(cx: Context<'_>, option: ExprId) -> bool {
    let mut current = option;
    for _ in 0..24 {
        let Parent::Expr(parent) = cx.module.expr(current).parent else { return false };
        if matches!(cx.module.expr(parent).kind, ExprKind::Member { .. })
            && let Some(call) = call_of(cx, parent)
            && callee_name(cx.module, call).is_some_and(|name| {
                matches!(
                    cx.module.slice(name),
                    "count" | "with_entities" | "with_only_columns" | "exists" | "values"
                )
            })
        {
            return true;
        }
        current = parent;
    }
    false
}

/// Whether a class is the subject of `session.get` or of a query there.
fn is_got(cx: Context<'_>, expr: ExprId) -> bool {
    let Parent::Expr(call) = cx.module.expr(expr).parent else { return false };
    let is_argument = matches!(&cx.module.expr(call).kind, ExprKind::Call { callee, .. } if *callee != expr);
    let name = callee_name(cx.module, call).map_or("", |range| cx.module.slice(range));
    is_argument && matches!(name, "get" | "get_one" | "select" | "query" | "get_or_404")
}

/// Whether the entity holds the key that leads to the other one.
fn holds_reference(orm: &SqlAlchemy, eval: &Evaluator<'_>, entity: EntityId, target: EntityId) -> bool {
    let Some(target) = eval.entity(target) else { return false };
    orm.facts(eval, entity).keys.iter().any(|key| key.table == target.entity.table.name)
}

/// A whole row of an entity.
pub(super) fn whole(entity: EntityId) -> Row {
    Row { entity, projection: crate::code::value::Projection::All }
}

/// A call's argument by position or keyword.
pub(super) fn argument(call: &Call<'_>, index: usize, keyword: &str) -> Option<ExprId> {
    call.positional(index).or_else(|| call.keyword(keyword))
}

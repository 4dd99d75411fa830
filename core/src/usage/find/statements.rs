//! Calls that load or make rows of an entity: what the ORM names by itself, and what is inserted.

use crate::code::eval::{Call, Context, callee_name};
use crate::code::tree::{ExprId, ExprKind, Module, Parent, PatternKind, SiteKind, StmtKind};
use crate::code::value::{Known, Row, Value};
use crate::schema::{EntityId, TableName, ValueSource};
use crate::text::{FileId, TextRange};
use crate::usage::find::sites::is_class_pattern;
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::{Access, Confidence, How, Insert, NamedBy, Usage, UsageSet, ValueFact, When};

/// A query chain is climbed to at most so many calls.
const LONGEST_CHAIN: usize = 24;

/// Variables are followed from one to the next so often.
const LONGEST_ALIAS: u32 = 2;

/// A place where code reaches an entity as the subject of a query.
pub(super) struct Reference<'m> {
    /// The module.
    pub module: &'m Module,
    /// The expression that stands for the entity.
    pub expr: ExprId,
    /// The name in it.
    pub range: TextRange,
    /// The entity.
    pub entity: EntityId,
    /// How it is known.
    pub known: Known,
}

impl Finder<'_> {
    /// Calls `found` for every expression that stands for one of the entities.
    pub(super) fn each_reference(&self, entities: &[EntityId], mut found: impl FnMut(Reference<'_>)) {
        let names = self.all_reference_names(entities);
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        // A table without a class has no name in code.
        let is_named = |id: &EntityId| self.eval.entity(*id).is_some_and(|info| !info.entity.name.is_empty());
        let languages = self.languages(entities.iter().copied().filter(is_named));
        let hits = self.reference_hits(entities, &words, languages);
        self.each_hit(&words, hits, |module, site, _| {
            let expr = match site.kind {
                SiteKind::Name(expr) | SiteKind::Member(expr) => expr,
                _ => return,
            };
            self.eval.begin();
            let known = self.eval.expr(Context::of(module), expr);
            for value in known.value.alternatives() {
                let entity = match value {
                    Value::Class(class) => self.eval.class_entity(*class),
                    Value::Entity(entity) => Some(*entity),
                    value => {
                        self.eval.libraries().find_map(|library| library.referenced_entity(&self.eval, value))
                    }
                };
                if let Some(entity) = entity.filter(|entity| entities.contains(entity)) {
                    let known = known.with(value.clone());
                    found(Reference { module, expr, range: site.range, entity, known });
                }
            }
        });
    }

    /// Uses of the target's column by calls that do not name it.
    pub(super) fn find_implicit(&self, targets: &[Target], place: &(TableName, String), set: &mut UsageSet) {
        self.find_sent(targets, place, set);
        let mut entities: Vec<EntityId> = targets.iter().map(|target| target.entity).collect();
        entities.extend(self.named_through(targets));
        entities.retain(|entity| !self.tells_what_is_sent(*entity));
        entities.dedup();
        self.each_reference(&entities, |reference| {
            let chain = self.chain(reference.module, reference.expr);
            if let Some((call, named)) = self.named_by_calls(&reference, &chain, targets) {
                let range = callee_name(reference.module, call).unwrap_or(reference.range);
                set.usages.extend(
                    named.iter().map(|named| {
                        self.named_usage(reference.module, range, &reference.known, named, place)
                    }),
                );
                return;
            }
            let Some(target) = targets.iter().find(|target| target.entity == reference.entity) else {
                return;
            };
            let Some(field) = target.field.as_deref() else { return };
            let cx = Context::of(reference.module);
            let calls = chain;
            let unread = self.is_left_out(reference.entity, field)
                || calls.iter().any(|call| self.reads_no_row(cx, *call, reference.range));
            let read = calls.iter().filter(|_| !unread).find(|call| {
                self.eval.begin();
                let known = self.eval.expr(cx, **call);
                !self.constructs(cx, **call) && self.loads(&known.value, reference.entity, field, 0)
            });
            if let Some(call) = read {
                let call = self.first_loading(reference.module, *call, reference.entity, field);
                set.usages.push(self.implicit_usage(
                    &reference,
                    call,
                    place,
                    Access::Read,
                    "loads every column of the row",
                ));
            }
            for call in &calls {
                if let Some(usage) = self.implicit_write(&reference, *call, field, place) {
                    set.usages.push(usage);
                }
            }
        });
    }

    /// Whether the ORM's client leaves the field out of everything (`@ignore`).
    fn is_left_out(&self, entity: EntityId, field: &str) -> bool {
        let info = self.eval.entity(entity);
        info.is_some_and(|info| info.entity.field(field).is_some_and(|field| field.ignored))
    }

    /// Whether a call is one after which no row of what it is called on is read: a count, an update, other columns. What
    /// stands in its arguments is another matter: `query.with_entities(User)` reads users.
    fn reads_no_row(&self, cx: Context<'_>, call: ExprId, reference: TextRange) -> bool {
        let ExprKind::Call { callee, .. } = cx.module.expr(call).kind else { return false };
        if !cx.module.expr(callee).range.contains_range(reference) {
            return false;
        }
        self.eval.begin();
        let callee = self.eval.expr(cx, callee).value;
        callee
            .alternatives()
            .iter()
            .any(|callee| self.eval.libraries().any(|library| library.reads_no_row(callee)))
    }

    /// Whether a call makes an object, which loads nothing: `User(email="a")`.
    fn constructs(&self, cx: Context<'_>, call: ExprId) -> bool {
        let ExprKind::Call { callee, .. } = cx.module.expr(call).kind else { return false };
        self.eval.expr(cx, callee).value.alternatives().iter().any(|value| match value {
            Value::Class(_) => true,
            // What a value is taken for is not loaded by saying so.
            Value::External(path) => matches!(&**path, "typing.cast" | "typing_extensions.cast"),
            _ => false,
        })
    }

    /// The call that a chain begins with: `select(User)` of `select(User).where(User.id == 1)`, whichever of the names in
    /// it led there. A query counts once.
    fn first_loading(&self, module: &Module, call: ExprId, entity: EntityId, field: &str) -> ExprId {
        let mut first = call;
        for _ in 0..LONGEST_CHAIN {
            let ExprKind::Call { callee, .. } = module.expr(first).kind else { break };
            let ExprKind::Member { object, .. } = module.expr(callee).kind else { break };
            let is_call = matches!(module.expr(object).kind, ExprKind::Call { .. });
            self.eval.begin();
            if !is_call || !self.loads(&self.eval.expr(Context::of(module), object).value, entity, field, 0) {
                break;
            }
            first = object;
        }
        first
    }

    /// Keys in a Prisma call's arguments that name columns of the target without saying them, such as a relation that loads
    /// rows of its entity (`include: { author: true }`). What SQLAlchemy sends is told by [`Finder::find_sent`].
    pub(super) fn find_named_by_keys(
        &self,
        targets: &[Target],
        place: &(TableName, String),
        set: &mut UsageSet,
    ) {
        let entities: Vec<EntityId> = targets.iter().map(|target| target.entity).collect();
        let is_class = |id: &EntityId| self.eval.entity(*id).is_some_and(|info| info.class.is_some());
        let is_table = |id: &EntityId| self.eval.entity(*id).is_some_and(|info| info.entity.name.is_empty());
        if entities.iter().all(|id| is_class(id) || is_table(id)) {
            return;
        }
        let relations = self.relations_to(&entities);
        let keys = self.naming_keys(targets);
        let words: Vec<&str> = keys.iter().map(String::as_str).collect();
        let sources = self.project.sources();
        let wanted = |file: FileId, _: u32| !sources.path(file).ends_with(".py");
        let through = relations.iter().map(|target| target.entity).chain(entities.iter().copied());
        self.each_site_in(&words, self.languages(through), wanted, |module, site, _| {
            if !module.language.is_python() {
                self.add_named_by_key(module, site, targets, place, set);
            }
        });
    }

    /// The calls around a reference, and around the uses of variables that it was put into with what they make of it:
    /// `t = User.__table__`, then `t.insert()`; `users = prisma.user`, then `users.create()`.
    fn chains(&self, module: &Module, reference: ExprId) -> Vec<ExprId> {
        let mut calls = Vec::new();
        let mut next = vec![(reference, 0)];
        while let Some((start, depth)) = next.pop() {
            calls.extend(self.chain(module, start));
            if depth < LONGEST_ALIAS {
                next.extend(self.aliases(module, start).into_iter().map(|alias| (alias, depth + 1)));
            }
        }
        calls
    }

    /// The uses of the variable that an expression, with the members and calls around it, is the value of.
    fn aliases(&self, module: &Module, start: ExprId) -> Vec<ExprId> {
        let mut value = start;
        while let Parent::Expr(parent) = module.expr(value).parent {
            let goes_on = match &module.expr(parent).kind {
                ExprKind::Member { object, .. } => *object == value,
                ExprKind::Call { .. } => true,
                _ => false,
            };
            if !goes_on {
                return Vec::new();
            }
            value = parent;
        }
        let Parent::Stmt(stmt) = module.expr(value).parent else { return Vec::new() };
        let StmtKind::Assign { targets, .. } = &module.stmt(stmt).kind else { return Vec::new() };
        let [target] = targets.as_slice() else { return Vec::new() };
        let PatternKind::Name(name) = module.pattern(*target).kind else { return Vec::new() };
        let name = module.text(name);
        let found = self.eval.lookup(module, module.expr(value).scope, name);
        let uses = found.map(|found| self.eval.uses_of(module, found.scope, name));
        uses.map(|uses| uses.to_vec()).unwrap_or_default()
    }

    /// The calls around a reference, inside out: `prisma.user` -> `prisma.user.findMany()`, `User` -> `select(User)` ->
    /// `session.scalars(select(User))`.
    fn chain(&self, module: &Module, reference: ExprId) -> Vec<ExprId> {
        let mut calls = Vec::new();
        let mut current = reference;
        while let Parent::Expr(parent) = module.expr(current).parent {
            match &module.expr(parent).kind {
                ExprKind::Member { object, .. } if *object == current => {}
                ExprKind::Call { .. } => calls.push(parent),
                ExprKind::Sequence { .. } | ExprKind::Spread(_) | ExprKind::Index { .. } => {}
                _ => break,
            }
            if calls.len() >= LONGEST_CHAIN {
                break;
            }
            current = parent;
        }
        calls
    }

    /// Whether a value holds rows of the entity that carry the field.
    fn loads(&self, value: &Value, entity: EntityId, field: &str, depth: u32) -> bool {
        let inner = |value: &Value| depth < 6 && self.loads(value, entity, field, depth + 1);
        match value {
            Value::Row(row) => {
                (row.entity == entity && row.carries(field)) || self.nested_loads(row, entity, field, depth)
            }
            Value::Union(items) | Value::Tuple(items) | Value::Merged(items) => items.iter().any(inner),
            Value::List(item) | Value::Map(item) | Value::Promise(item) => inner(item),
            Value::Library(library) => library.args.iter().any(inner),
            _ => false,
        }
    }

    fn nested_loads(&self, row: &Row, entity: EntityId, field: &str, depth: u32) -> bool {
        match &row.projection {
            crate::code::value::Projection::All | crate::code::value::Projection::Loaded(_) => false,
            crate::code::value::Projection::Some(fields) => {
                depth < 6 && fields.nested.values().any(|value| self.loads(value, entity, field, depth + 1))
            }
        }
    }

    /// A call that makes a row names columns that have a default of the ORM's.
    fn implicit_write(
        &self,
        reference: &Reference<'_>,
        call: ExprId,
        field: &str,
        place: &(TableName, String),
    ) -> Option<Usage> {
        let insert = self.row_insert(reference.module, call)?;
        let info = self.eval.entity(reference.entity)?;
        let mapped = info.entity.field(field)?;
        let named = insert.fields.iter().any(|(name, _)| name == field);
        // An object of a class sets every column; `insert(User).values()` sets what it is given and what has a default.
        let by_orm =
            mapped.default == ValueSource::Orm || self.constructs(Context::of(reference.module), call);
        let applies = insert.entity == reference.entity && !named && by_orm && !mapped.ignored;
        applies.then(|| {
            self.implicit_usage(
                reference,
                call,
                place,
                Access::Write,
                "makes an INSERT that names the column",
            )
        })
    }

    fn implicit_usage(
        &self,
        reference: &Reference<'_>,
        call: ExprId,
        place: &(TableName, String),
        access: Access,
        why: &str,
    ) -> Usage {
        let range = callee_name(reference.module, call).unwrap_or(reference.range);
        self.implicit_usage_at(reference, range, place, access, why)
    }

    fn implicit_usage_at(
        &self,
        reference: &Reference<'_>,
        range: TextRange,
        place: &(TableName, String),
        access: Access,
        why: &str,
    ) -> Usage {
        let module = reference.module;
        let mut proof = vec![crate::usage::Evidence {
            message: format!("`{}` {why}", module.slice(range)),
            span: Some(module.span(range)),
        }];
        proof.extend(evidence(&reference.known.trail));
        Usage {
            span: module.span(range),
            table: place.0.clone(),
            column: Some(place.1.clone()),
            how: How::Query,
            access,
            implicit: true,
            named_by: NamedBy::Orm,
            when: When::Always,
            confidence: if reference.known.likely { Confidence::Likely } else { Confidence::Exact },
            evidence: proof,
            value: ValueFact::Plain,
            in_sql: false,
            conversion: None,
            required_at: Vec::new(),
        }
    }

    fn row_insert(&self, module: &Module, call: ExprId) -> Option<crate::code::library::RowInsert> {
        let cx = Context::of(module);
        let call = Call::at(cx, call).filter(|call| !is_class_pattern(module, call.expr))?;
        let callee = self.eval.expr(cx, call.callee);
        let values = callee.value.alternatives();
        values.iter().find_map(|value| {
            self.eval.libraries().find_map(|library| library.insert(&self.eval, value, &call))
        })
    }

    /// Every INSERT into the table, through an ORM or in SQL.
    pub(super) fn find_inserts(&self, table: &TableName) -> Vec<Insert> {
        let mut entities = self.entities_of(table);
        // A row of a derived class has its row in the base's table too.
        let with = |entity: &EntityId| {
            self.eval
                .libraries()
                .flat_map(|library| library.entities_with(&self.eval, *entity))
                .collect::<Vec<_>>()
        };
        let derived: Vec<EntityId> = entities.iter().flat_map(with).collect();
        entities.extend(derived);
        entities.sort();
        entities.dedup();
        let mut inserts = self.sql_inserts(table);
        self.each_reference(&entities, |reference| {
            for call in self.chains(reference.module, reference.expr) {
                let Some(insert) = self.row_insert(reference.module, call) else { continue };
                if entities.contains(&insert.entity) {
                    inserts.extend(self.insert_of(reference.module, table, &insert, &reference.known));
                }
            }
        });
        inserts.extend(self.inserts_by_keys(table, &entities));
        let sources = self.project.sources();
        inserts.sort_by_key(|insert| (sources.path(insert.span.file).to_owned(), insert.span.range));
        inserts.dedup_by(|later, earlier| later.span == earlier.span && later.columns == earlier.columns);
        inserts
    }

    /// What a library's call makes, by the database's names.
    pub(super) fn insert_of(
        &self,
        module: &Module,
        table: &TableName,
        insert: &crate::code::library::RowInsert,
        known: &Known,
    ) -> Option<Insert> {
        let info = self.eval.entity(insert.entity)?;
        let column = |name: &String| {
            let field = info.entity.field(name);
            field.and_then(|field| field.column()).map_or_else(|| name.clone(), str::to_owned)
        };
        Some(Insert {
            span: module.span(insert.range),
            table: table.clone(),
            columns: insert.fields.iter().map(|(name, _)| column(name)).collect(),
            optional: insert.optional.iter().map(column).collect(),
            unsaid_nulls: insert.unsaid_nulls.iter().map(column).collect(),
            complete: insert.complete,
            through_orm: true,
            when: insert.when,
            confidence: if known.likely { Confidence::Likely } else { Confidence::Exact },
            evidence: evidence(&known.trail),
        })
    }
}

/// What the method of a call is called on.
pub(super) fn method_receiver(module: &Module, call: ExprId) -> Option<ExprId> {
    let ExprKind::Call { callee, .. } = module.expr(call).kind else { return None };
    match module.expr(callee).kind {
        ExprKind::Member { object, .. } => Some(object),
        _ => None,
    }
}

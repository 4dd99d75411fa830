//! What becomes of the columns of an object that is made: by its class's own constructor, by what is set after, by the
//! relationship that it is put into.
//!
//! Sources: "Constructors and Object Initialization", "Cascades" (the flush copies keys), "Descriptors and Hybrids" (setters).

use crate::code::eval::{Call, Context, Evaluator, Put, callee_name};
use crate::code::tree::{
    ArgumentSpread, BindingKind, ExprId, ExprKind, FunctionKind, MemberKind, Module, ParamKind, Parent,
    PatternKind, PatternSource, Site, SiteKind,
};
use crate::code::value::{ClassRef, FunctionRef, Place, Value};
use crate::schema::{EntityId, FieldKind};
use crate::usage::orm::sqlalchemy::SqlAlchemy;
use crate::usage::orm::sqlalchemy::inserts::Set;

/// A call of a constructor that the project wrote, seen from inside.
struct Constructed<'a> {
    eval: &'a Evaluator<'a>,
    call: &'a Call<'a>,
    /// The constructor, and where it stands.
    function: &'a FunctionRef,
    cx: Context<'a>,
}

impl SqlAlchemy {
    /// What an object's columns are set to until it is flushed.
    pub(super) fn object_made(
        &self,
        eval: &Evaluator<'_>,
        class: ClassRef,
        entity: EntityId,
        call: &Call<'_>,
    ) -> Set {
        let mut set = match eval.constructor(class) {
            Some(function) => by_constructor(eval, &function, call),
            None => self.keywords(eval, call),
        };
        for put in eval.put_later(call.cx, call.expr, true) {
            add_put(eval, entity, put, &mut set);
        }
        let names: Vec<String> = set.fields.iter().map(|(name, _)| name.clone()).collect();
        for name in names {
            for put in put_by_setter(eval, entity, &name) {
                add_put(eval, entity, put, &mut set);
            }
        }
        self.add_attached(eval, entity, call, &mut set);
        set
    }

    /// The keys of the row that the object is put below: `Parent(children=[Child()])`, `parent.children.append(Child())`.
    fn add_attached(&self, eval: &Evaluator<'_>, entity: EntityId, call: &Call<'_>, set: &mut Set) {
        let mut places = vec![call.expr];
        places.extend(self.uses_of_assigned(eval, call.cx, call.expr));
        for place in places {
            let Some((owner, relation)) = owner_of(eval, call.cx, place) else { continue };
            match owner {
                Value::Row(row) => {
                    let keys = self.keys_towards(eval, entity, row.entity, &relation);
                    set.fields.extend(keys.into_iter().map(|key| (key, false)));
                }
                Value::Unknown => set.complete = false,
                _ => {}
            }
        }
    }

    /// The fields of `entity` that hold the key of `owner`, if the relationship of the owner leads to it.
    fn keys_towards(
        &self,
        eval: &Evaluator<'_>,
        entity: EntityId,
        owner: EntityId,
        relation: &str,
    ) -> Vec<String> {
        let Some(info) = eval.entity(owner) else { return Vec::new() };
        let leads = match info.entity.field(relation).map(|field| &field.kind) {
            Some(FieldKind::Relation { entity: other, .. }) => eval.entity_named(other) == Some(entity),
            // What a `backref` adds is no field.
            None => true,
            Some(FieldKind::Column { .. } | FieldKind::Computed) => false,
        };
        if !leads {
            return Vec::new();
        }
        let table = &info.entity.table.name;
        let facts = self.facts(eval, entity);
        let is_meant = |key: &&crate::usage::orm::sqlalchemy::facts::ForeignKey| {
            key.table.rsplit('.').next() == Some(table)
        };
        facts.keys.iter().filter(is_meant).map(|key| key.field.clone()).collect()
    }

    /// Whether null that is given to `taker` (the callee of a keyword, the shape of an object) counts as not given, so that the
    /// default of the column takes its place ("Column INSERT/UPDATE Defaults": a mapped object's `None` is left out of the
    /// INSERT unless `render_nulls` is asked for; SQLModel's defaults are pydantic's and take no one's place).
    pub(super) fn null_is_absent(&self, eval: &Evaluator<'_>, taker: &Value) -> bool {
        let entity = match taker {
            Value::Class(class) => eval.class_entity(*class),
            Value::Library(_) => self.entity_of_rows(taker),
            _ => None,
        };
        let class = entity.and_then(|entity| eval.entity(entity)?.class);
        class.is_some_and(|class| {
            !self.is_sqlmodel(eval, class)
                && (matches!(taker, Value::Library(_)) || eval.constructor(class).is_none())
        })
    }

    fn is_sqlmodel(&self, eval: &Evaluator<'_>, class: ClassRef) -> bool {
        self.lineage(eval, class).into_iter().any(|base| {
            eval.base_values(base, &[]).iter().any(|value| match value {
                Value::External(path) | Value::ExternalInstance(path, _) => path.ends_with("SQLModel"),
                _ => false,
            })
        })
    }
}

/// Adds what is put into an object after it is made. What happens under a condition may be: a column's own name stands at
/// the place that sets it and is told there.
fn add_put(eval: &Evaluator<'_>, entity: EntityId, put: Put, set: &mut Set) {
    let Some(name) = put.name else {
        set.complete = false;
        return;
    };
    let info = eval.entity(entity);
    let is_column =
        info.is_some_and(|info| info.entity.field(&name).is_some_and(|field| field.column().is_some()));
    if put.certain {
        set.fields.retain(|(known, _)| *known != name);
        set.unsaid_nulls.retain(|known| *known != name);
        set.fields.push((name, put.value == Value::Null));
    } else if !is_column {
        set.complete = false;
    }
}

/// What the setter of a property puts into the object: `user.password = x` sets `user.password_hash`.
fn put_by_setter(eval: &Evaluator<'_>, entity: EntityId, name: &str) -> Vec<Put> {
    let Some(info) = eval
        .entity(entity)
        .filter(|info| info.entity.field(name).is_none_or(|field| field.column().is_none()))
    else {
        return Vec::new();
    };
    let Some(class) = info.class else { return Vec::new() };
    let Some(module) = eval.module(class.file) else { return Vec::new() };
    let setter = module.class(class.id).members.iter().find_map(|member| match member.kind {
        MemberKind::Method(id) if module.text(member.name) == name => {
            (module.function(id).kind == FunctionKind::Setter).then_some(id)
        }
        MemberKind::Method(_) | MemberKind::Field { .. } => None,
    });
    setter.map_or_else(Vec::new, |id| eval.put_into_parameter(Context::of(&module), id, 0, true))
}

/// What a constructor of the project's own sets.
fn by_constructor(eval: &Evaluator<'_>, function: &FunctionRef, call: &Call<'_>) -> Set {
    let Some(module) = eval.module(function.file) else { return Set::default() };
    let cx = Context { module: &module, frame: function.frame };
    let made = Constructed { eval, call, function, cx };
    let mut set = Set { complete: true, ..Set::default() };
    let mut forwards = false;
    for put in eval.put_into_parameter(cx, function.id, 0, true) {
        match (&put.name, put.certain) {
            (Some(name), true) => made.set(name, put.written, &mut set),
            (Some(_), false) => set.complete = false,
            // `for key, value in kwargs.items(): setattr(self, key, value)`.
            (None, _) => forwards = true,
        }
    }
    for site in module.sites_named("__init__") {
        forwards |= made.add_init(*site, &mut set);
    }
    if forwards {
        made.add_forwarded(&mut set);
    }
    set
}

impl Constructed<'_> {
    /// Adds a field, with what it is set to.
    fn set(&self, name: &str, written: Option<Place<ExprId>>, set: &mut Set) {
        let is_null = written.is_some_and(|written| self.is_null(written));
        if is_null && self.call.keyword(name).is_none() {
            set.unsaid_nulls.push(name.to_owned());
        }
        set.fields.push((name.to_owned(), is_null));
    }

    /// Whether an expression of the constructor is null in this call.
    fn is_null(&self, written: Place<ExprId>) -> bool {
        let module = self.cx.module;
        if written.file == module.file
            && let ExprKind::Name(name) = module.expr(written.id).kind
            && let Some(index) = self.parameter(module, module.text(name))
        {
            return self.given_null(index);
        }
        let Some(module) = self.eval.module(written.file) else { return false };
        let cx = Context { module: &module, frame: written.frame };
        self.eval.expr(cx, written.id).value == Value::Null
    }

    /// The position of the parameter that a name of the constructor stands for, if nothing else is bound to it.
    fn parameter(&self, module: &Module, name: &str) -> Option<usize> {
        let declared = module.function(self.function.id);
        let bindings = module.bindings_named(declared.scope, name);
        let [binding] = bindings.as_slice() else { return None };
        let BindingKind::Pattern(pattern) = binding.kind else { return None };
        match module.pattern(pattern).source {
            PatternSource::Parameter { index, .. } => Some(index as usize),
            _ => None,
        }
    }

    /// Whether the call gives null to a parameter, or leaves it to a default that is null.
    fn given_null(&self, index: usize) -> bool {
        let module = self.cx.module;
        let Some(param) = module.function(self.function.id).params.get(index) else { return false };
        let PatternKind::Name(name) = module.pattern(param.pattern).kind else { return false };
        let call = self.call;
        let given = call.keyword(module.text(name)).or_else(|| call.positional(index.checked_sub(1)?));
        match (given, param.default) {
            (Some(given), _) => self.eval.expr(call.cx, given).value == Value::Null,
            (None, Some(default)) => {
                let spreads = call.args.iter().any(|arg| arg.spread != ArgumentSpread::None);
                !spreads && matches!(module.expr(default).kind, ExprKind::Null)
            }
            (None, None) => false,
        }
    }

    /// Adds what `super().__init__(email=x, **kwargs)` sets; whether it hands the keywords on.
    fn add_init(&self, site: Site, set: &mut Set) -> bool {
        let module = self.cx.module;
        let SiteKind::Member(member) = site.kind else { return false };
        let Parent::Expr(expr) = module.expr(member).parent else { return false };
        let inside = module.function(self.function.id).range.contains_range(site.range);
        let Some(init) = Call::at(self.cx, expr).filter(|init| inside && init.callee == member) else {
            return false;
        };
        let keywords = self.rest_keywords();
        let mut forwards = false;
        for arg in init.args {
            match (arg.name, arg.spread) {
                (Some(name), _) => {
                    let written = Place { file: module.file, id: arg.value, frame: self.cx.frame };
                    self.set(module.text(name), Some(written), set);
                }
                (None, ArgumentSpread::Keywords) => {
                    let is_rest = matches!(module.expr(arg.value).kind, ExprKind::Name(name)
                        if keywords.is_some_and(|(_, rest)| rest == module.text(name)));
                    forwards |= is_rest;
                    set.complete &= is_rest;
                }
                // `Base.__init__(self)`.
                (None, ArgumentSpread::None | ArgumentSpread::Items) => {}
            }
        }
        forwards
    }

    /// The `**kwargs` of the constructor: position and name.
    fn rest_keywords(&self) -> Option<(usize, &str)> {
        let module = self.cx.module;
        let params = module.function(self.function.id).params.iter().enumerate();
        let mut rest = params.filter(|(_, param)| param.kind == ParamKind::RestKeywords);
        let (index, param) = rest.next()?;
        match module.pattern(param.pattern).kind {
            PatternKind::Name(name) => Some((index, module.text(name))),
            _ => None,
        }
    }

    /// Adds the keywords of the call that no parameter takes, and what the constructor puts among them.
    fn add_forwarded(&self, set: &mut Set) {
        let Some((index, _)) = self.rest_keywords() else {
            set.complete = false;
            return;
        };
        let taken = |name: &str| self.parameter(self.cx.module, name).is_some_and(|taken| taken != index);
        for arg in self.call.args {
            match arg.name {
                Some(name) => {
                    let name = self.call.module().text(name);
                    if !taken(name) {
                        let is_null = self.eval.expr(self.call.cx, arg.value).value == Value::Null;
                        set.fields.push((name.to_owned(), is_null));
                    }
                }
                None if arg.spread == ArgumentSpread::Keywords => {
                    match self.eval.keys(&self.eval.expr(self.call.cx, arg.value).value) {
                        Some(keys) => {
                            set.complete &= keys.complete;
                            set.fields.extend(
                                keys.keys.into_iter().map(|(name, value)| (name, value == Value::Null)),
                            );
                        }
                        None => set.complete = false,
                    }
                }
                None => {}
            }
        }
        for put in self.eval.put_into_parameter(self.cx, self.function.id, index, false) {
            match put.name.filter(|_| put.certain) {
                Some(name) if put.default && set.fields.iter().any(|(known, _)| *known == name) => {}
                Some(name) => self.set(&name, put.written, set),
                None => set.complete = false,
            }
        }
    }
}

/// The row whose relationship an object is put into, with the relationship's name.
fn owner_of(eval: &Evaluator<'_>, cx: Context<'_>, made: ExprId) -> Option<(Value, String)> {
    let module = cx.module;
    let mut current = made;
    for _ in 0..4 {
        match module.expr(current).parent {
            Parent::Expr(parent) => match &module.expr(parent).kind {
                ExprKind::Sequence { .. } | ExprKind::Comprehension { .. } | ExprKind::Spread(_) => {
                    current = parent
                }
                ExprKind::Call { callee, args, .. } if *callee != current => {
                    let arg = args.iter().find(|arg| arg.value == current)?;
                    return match arg.name {
                        Some(name) => {
                            let row = eval.expr(cx, parent).value;
                            Some((row, module.text(name).to_owned()))
                                .filter(|(row, _)| matches!(row, Value::Row(_)))
                        }
                        None => owner_of_list(eval, cx, parent, *callee),
                    };
                }
                _ => return None,
            },
            Parent::Stmt(stmt) => {
                let crate::code::tree::StmtKind::Assign { targets, op: None, .. } = &module.stmt(stmt).kind
                else {
                    return None;
                };
                let [target] = targets.as_slice() else { return None };
                let PatternKind::Target(member) = module.pattern(*target).kind else { return None };
                return relation_of(eval, cx, member);
            }
            _ => return None,
        }
    }
    None
}

/// `parent.children` of `parent.children.append(child)`.
fn owner_of_list(
    eval: &Evaluator<'_>,
    cx: Context<'_>,
    call: ExprId,
    callee: ExprId,
) -> Option<(Value, String)> {
    let name = callee_name(cx.module, call)?;
    if !matches!(cx.module.slice(name), "append" | "extend" | "add" | "insert" | "set") {
        return None;
    }
    let ExprKind::Member { object, .. } = cx.module.expr(callee).kind else { return None };
    relation_of(eval, cx, object)
}

/// The object and the name of `parent.children`.
fn relation_of(eval: &Evaluator<'_>, cx: Context<'_>, member: ExprId) -> Option<(Value, String)> {
    let ExprKind::Member { object, name, .. } = cx.module.expr(member).kind else { return None };
    Some((eval.expr(cx, object).value.non_null(), cx.module.text(name).to_owned()))
}

//! Rows that go where a type of the project's own declares the column: TypeScript's types are structural.
//!
//! `function sticker({ label }: Printable)` says `label` and no entity; `sticker(tool)` hands a row over and says no column.
//! The search goes the way back: from a type that has a member of the field's name, and no other member that the entity
//! lacks, to where the type is written, and from the functions that take it to their calls.

use rustc_hash::FxHashSet;

use crate::code::eval::{Call, Context, is_sql_row};
use crate::code::tree::{
    ClassId, ClassKind, EntryKey, ExprId, ExprKind, FunctionId, MemberKind, Module, ParamKind, Parent,
    PatternKind, Site, SiteKind, StmtKind, TypeId, TypeKind,
};
use crate::code::value::{FunctionRef, Known, Value};
use crate::schema::TableName;
use crate::text::{FileId, Span};
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::{Access, Confidence, How, NamedBy, Usage, UsageSet, ValueFact, When};

/// Array methods that call what they are given with each item.
const CALLS_WITH_ITEMS: [&str; 10] =
    ["map", "filter", "forEach", "flatMap", "find", "findIndex", "findLast", "some", "every", "toSorted"];

/// From an interface to those that extend it, and from them to those that extend them.
const MOST_ROUNDS: usize = 2;

/// How far a type is followed into lists and alternatives, and a value into the ways that it may take.
const DEEPEST: u32 = 6;

/// A type that is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Written {
    Object(FileId, TypeId),
    Class(FileId, ClassId),
}

/// A type of the project's own that a row of the entity has the members of.
#[derive(Clone, Copy)]
struct Shape {
    written: Written,
    /// The member of the field's name.
    member: Span,
    optional: bool,
    /// Whether the member is declared without null; known where it is asked.
    refuses_null: bool,
}

/// The types that were found for one field.
#[derive(Default)]
pub(super) struct Shapes {
    found: Vec<Shape>,
    known: FxHashSet<Written>,
    /// Names by which they are written, sorted.
    names: Vec<String>,
}

/// A function's parameter of such a type.
struct Taker {
    file: FileId,
    function: FunctionId,
    param: usize,
    shape: Shape,
    /// Whether a list of them is taken.
    many: bool,
}

/// Where a row goes.
struct Destination<'a> {
    shape: Shape,
    /// Whether a list of rows goes there.
    many: bool,
    /// What is there.
    what: &'a str,
}

/// What is asked: the field's rows, and where they are put.
struct Asked<'a> {
    targets: &'a [Target],
    place: &'a (TableName, String),
}

impl Asked<'_> {
    fn says(&self, name: &str) -> bool {
        self.targets.iter().any(|target| target.field.as_deref() == Some(name))
    }
}

impl Finder<'_> {
    /// Notes the type whose member stands at a site of the field's name, if a row of a target may be given for it.
    pub(super) fn note_shape(&self, module: &Module, site: Site, targets: &[Target], shapes: &mut Shapes) {
        if module.language.is_python() {
            return;
        }
        let name = module.slice(site.range);
        let (written, members, optional, declared) = match site.kind {
            SiteKind::TypeMember { ty, member } => {
                let TypeKind::Object(members) = &module.ty(ty).kind else { return };
                let names = members.iter().filter(|member| !member.optional).map(|member| member.name);
                let Some(member) = members.get(member as usize) else { return };
                (Written::Object(module.file, ty), names.collect::<Vec<_>>(), member.optional, member.ty)
            }
            SiteKind::ClassMember { class, member } => {
                let declared = module.class(class);
                let only_fields =
                    declared.members.iter().all(|member| matches!(member.kind, MemberKind::Field { .. }));
                if declared.kind == ClassKind::Enum || !only_fields {
                    return;
                }
                let names =
                    declared.members.iter().filter(|member| !member.optional).map(|member| member.name);
                let Some(member) = declared.members.get(member as usize) else { return };
                let MemberKind::Field { annotation, .. } = member.kind else { return };
                (Written::Class(module.file, class), names.collect(), member.optional, annotation)
            }
            _ => return,
        };
        let fits = |target: &Target| {
            let info = self.eval.entity(target.entity);
            target.field.as_deref() == Some(name)
                && info.is_some_and(|info| {
                    members.iter().all(|member| info.entity.field(module.text(*member)).is_some())
                })
        };
        if targets.iter().any(fits) && shapes.known.insert(written) {
            let refuses_null = self.asks_required.get()
                && declared.is_some_and(|ty| self.excludes_null(Context::of(module), ty));
            shapes.found.push(Shape { written, member: module.span(site.range), optional, refuses_null });
            shapes.names.extend(names_of(module, written));
        }
    }

    /// Usages where a row is handed to one of the types.
    pub(super) fn find_handed_on(
        &self,
        targets: &[Target],
        place: &(TableName, String),
        mut shapes: Shapes,
        set: &mut UsageSet,
    ) {
        if shapes.found.is_empty() {
            return;
        }
        let asked = Asked { targets, place };
        let mut takers = Vec::new();
        for shape in &shapes.found {
            let (Written::Object(file, _) | Written::Class(file, _)) = shape.written;
            if let (Written::Object(_, ty), Some(module)) = (shape.written, self.eval.module(file)) {
                self.note_holder(&module, ty, &shapes, &asked, &mut takers, set);
            }
        }
        let languages = self.languages(targets.iter().map(|target| target.entity));
        // Interfaces that extend such a type are such a type too; once more for what extends those.
        for _ in 0..MOST_ROUNDS {
            let names: Vec<String> = shapes.names.drain(..).collect();
            let words: FxHashSet<&str> = names.iter().map(String::as_str).collect();
            let mut words: Vec<&str> = words.into_iter().collect();
            words.sort_unstable();
            if words.is_empty() {
                break;
            }
            let mut holders: Vec<(FileId, TypeId)> = Vec::new();
            let mut derived = Vec::new();
            self.each_site(&words, languages, |module, site, _| {
                if let SiteKind::TypeName { ty, .. } = site.kind {
                    derived.extend(self.derived_shape(module, ty, &shapes, &asked));
                    holders.push((module.file, ty));
                }
            });
            for shape in derived {
                if shapes.known.insert(shape.written) {
                    let (Written::Object(file, _) | Written::Class(file, _)) = shape.written;
                    let Some(module) = self.eval.module(file) else { continue };
                    shapes.names.extend(names_of(&module, shape.written));
                    shapes.found.push(shape);
                }
            }
            for (file, ty) in holders {
                if let Some(module) = self.eval.module(file) {
                    self.note_holder(&module, ty, &shapes, &asked, &mut takers, set);
                }
            }
        }
        self.find_calls(&takers, &asked, set);
    }

    /// The interface that a type is a base of, where that is one of the types and the interface wants nothing besides that rows of
    /// the entity lack.
    fn derived_shape(
        &self,
        module: &Module,
        ty: TypeId,
        shapes: &Shapes,
        asked: &Asked<'_>,
    ) -> Option<Shape> {
        let range = module.ty(ty).range;
        let is_base = |class: &&(ClassId, &crate::code::tree::Class)| class.1.base_types.contains(&ty);
        let (id, class) = (0..).map(ClassId).zip(&module.classes).find(|class| is_base(&class))?;
        let (base, many) = self.wants(Context::of(module), ty, shapes).filter(|_| !range.is_empty())?;
        let fits = |target: &Target| {
            self.eval.entity(target.entity).is_some_and(|info| {
                class
                    .members
                    .iter()
                    .all(|member| member.optional || info.entity.field(module.text(member.name)).is_some())
            })
        };
        let only_fields = class.members.iter().all(|member| matches!(member.kind, MemberKind::Field { .. }));
        let written = Written::Class(module.file, id);
        let is_one = !many && only_fields && asked.targets.iter().any(fits);
        is_one.then_some(Shape { written, ..base })
    }

    /// Notes what a type is written for: a parameter, a function's result, a variable.
    fn note_holder(
        &self,
        module: &Module,
        ty: TypeId,
        shapes: &Shapes,
        asked: &Asked<'_>,
        takers: &mut Vec<Taker>,
        set: &mut UsageSet,
    ) {
        let cx = Context::of(module);
        let range = module.ty(ty).range;
        let holds = |annotation: TypeId| module.ty(annotation).range.contains_range(range);
        for (function, declared) in (0..).map(FunctionId).zip(&module.functions) {
            if !declared.range.contains_range(range) {
                continue;
            }
            for (param, taken) in declared.params.iter().enumerate() {
                let Some(annotation) = taken.annotation.filter(|annotation| holds(*annotation)) else {
                    continue;
                };
                if let Some((shape, many)) = self.wants(cx, annotation, shapes) {
                    // An argument of a rest parameter is an item of its list.
                    let many = many && taken.kind != ParamKind::RestItems;
                    takers.push(Taker { file: module.file, function, param, shape, many });
                }
            }
            if let Some(returns) = declared.returns.filter(|returns| holds(*returns))
                && let Some((shape, many)) = self.wants(cx, returns, shapes)
            {
                for value in &declared.return_values {
                    self.hand_on(
                        cx,
                        *value,
                        &Destination { shape, many, what: "what is returned here" },
                        asked,
                        set,
                    );
                }
            }
        }
        for stmt in &module.stmts {
            if let StmtKind::Assign { value: Some(value), annotation: Some(annotation), .. } = stmt.kind
                && holds(annotation)
                && let Some((shape, many)) = self.wants(cx, annotation, shapes)
            {
                self.hand_on(cx, value, &Destination { shape, many, what: "this variable" }, asked, set);
            }
        }
    }

    /// Which of the types an annotation wants, and whether a list of it.
    fn wants(&self, cx: Context<'_>, annotation: TypeId, shapes: &Shapes) -> Option<(Shape, bool)> {
        self.eval.begin();
        wanted_in(&self.eval.type_value(cx, annotation).value, shapes, 0)
    }

    /// The calls of functions that take such a type.
    fn find_calls(&self, takers: &[Taker], asked: &Asked<'_>, set: &mut UsageSet) {
        let mut words: Vec<String> = Vec::new();
        for taker in takers {
            let Some(module) = self.eval.module(taker.file) else { continue };
            words.extend(called_as(&module, taker.function));
        }
        words.sort();
        words.dedup();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let languages = self.languages(asked.targets.iter().map(|target| target.entity));
        self.each_site(&words, languages, |module, site, _| {
            let (SiteKind::Name(expr) | SiteKind::Member(expr)) = site.kind else { return };
            let Parent::Expr(parent) = module.expr(expr).parent else { return };
            let cx = Context::of(module);
            let Some(call) = Call::at(cx, parent) else { return };
            self.eval.begin();
            for function in self.functions_of(cx, expr) {
                let of = takers
                    .iter()
                    .filter(|taker| (taker.file, taker.function) == (function.file, function.id));
                for taker in of {
                    self.note_call(&call, expr, &function, taker, asked, set);
                }
            }
        });
    }

    /// The functions that an expression may be, constructors of classes included.
    fn functions_of(&self, cx: Context<'_>, expr: ExprId) -> Vec<FunctionRef> {
        let value = self.eval.expr(cx, expr).value;
        let of = |value: &Value| match value {
            Value::Function(function) => Some(function.clone()),
            Value::Class(class) => self.eval.constructor(*class),
            _ => None,
        };
        value.alternatives().iter().filter_map(of).collect()
    }

    fn note_call(
        &self,
        call: &Call<'_>,
        expr: ExprId,
        function: &FunctionRef,
        taker: &Taker,
        asked: &Asked<'_>,
        set: &mut UsageSet,
    ) {
        let cx = call.cx;
        let name = cx.module.slice(cx.module.expr(expr).range);
        let what = format!("`{}`", name.rsplit('.').next().unwrap_or(name));
        let to = Destination { shape: taker.shape, many: taker.many, what: &what };
        if call.callee == expr {
            let Some(module) = self.eval.module(function.file) else { return };
            for (index, arg) in call.args.iter().enumerate() {
                if self.eval.parameter_index(&module, function, call, index) == Some(taker.param) {
                    self.hand_on(cx, arg.value, &to, asked, set);
                }
            }
            return;
        }
        // `tools.map(sticker)`.
        let ExprKind::Member { object, name, .. } = cx.module.expr(call.callee).kind else { return };
        if taker.param == 0 && !taker.many && CALLS_WITH_ITEMS.contains(&cx.module.text(name)) {
            let items = self.eval.items(&self.eval.expr(cx, object));
            self.add_handed(cx, expr, &items, &to, asked, set);
        }
    }

    /// Adds the places of an expression where a row is handed to a type, on each way that its value may take.
    fn hand_on(
        &self,
        cx: Context<'_>,
        expr: ExprId,
        to: &Destination<'_>,
        asked: &Asked<'_>,
        set: &mut UsageSet,
    ) {
        let module = cx.module;
        let mut ways = vec![(expr, 0)];
        while let Some((expr, depth)) = ways.pop() {
            let onwards = |expr: ExprId| (expr, depth + 1);
            match &module.expr(expr).kind {
                _ if depth > DEEPEST => {}
                ExprKind::Conditional { then, otherwise, .. } => {
                    ways.extend([onwards(*then), onwards(*otherwise)]);
                }
                ExprKind::Sequence { items, .. } if to.many => {
                    ways.extend(items.iter().copied().map(onwards))
                }
                ExprKind::Spread(inner) => ways.push(onwards(*inner)),
                ExprKind::Object { entries } => {
                    let says = |key: EntryKey| match key {
                        EntryKey::Name(key) | EntryKey::Shorthand(key) => asked.says(module.text(key)),
                        EntryKey::Spread | EntryKey::Computed(_) => false,
                    };
                    if !entries.iter().any(|entry| says(entry.key)) {
                        let spreads = entries.iter().filter(|entry| matches!(entry.key, EntryKey::Spread));
                        ways.extend(spreads.map(|entry| onwards(entry.value)));
                    }
                }
                _ => {
                    self.eval.begin();
                    let known = self.eval.expr(cx, expr);
                    let known = known.with(known.value.awaited());
                    let known = if to.many { self.eval.items(&known) } else { known };
                    self.add_handed(cx, expr, &known, to, asked, set);
                }
            }
        }
    }

    /// Adds a usage if a value is a row of a target with the column.
    fn add_handed(
        &self,
        cx: Context<'_>,
        expr: ExprId,
        known: &Known,
        to: &Destination<'_>,
        asked: &Asked<'_>,
        set: &mut UsageSet,
    ) {
        // What a driver gives is declared to have the type: its members say the columns.
        let rows = known.value.alternatives().iter().filter(|value| !is_sql_row(value));
        let rows = Value::union(rows.cloned());
        let is_row = |target: &Target| {
            let field = target.field.as_deref().unwrap_or_default();
            self.eval.entities_behind(&rows, field).contains(&target.entity)
        };
        if !asked.targets.iter().any(is_row) {
            return;
        }
        let (column, Destination { shape, what, .. }) = (&asked.place.1, to);
        let known = known.clone().link(shape.member, || format!("{what} takes a row with its `{column}`"));
        let span = cx.module.span(cx.module.expr(expr).range);
        set.usages.push(Usage {
            span,
            table: asked.place.0.clone(),
            column: Some(column.clone()),
            how: How::Value,
            access: Access::Read,
            implicit: false,
            named_by: NamedBy::Code,
            when: When::Always,
            confidence: if known.likely || shape.optional { Confidence::Likely } else { Confidence::Exact },
            evidence: evidence(&known.trail),
            in_sql: false,
            value: ValueFact::Plain,
            conversion: None,
            required_at: if shape.refuses_null { vec![span] } else { Vec::new() },
        });
    }
}

fn wanted_in(value: &Value, shapes: &Shapes, depth: u32) -> Option<(Shape, bool)> {
    let inner = |value: &Value| if depth < DEEPEST { wanted_in(value, shapes, depth + 1) } else { None };
    let of = |written: Written| {
        shapes.found.iter().find(|shape| shape.written == written).map(|shape| (*shape, false))
    };
    match value {
        Value::TypeObject(place) => of(Written::Object(place.file, place.id)),
        Value::Instance(class, _) => of(Written::Class(class.file, class.id)),
        Value::List(item) => inner(item).map(|(shape, _)| (shape, true)),
        Value::Union(items) => items.iter().find_map(inner),
        Value::Promise(value) => inner(value),
        _ => None,
    }
}

/// The names by which a type is written: of the interface, of the alias.
fn names_of(module: &Module, written: Written) -> Vec<String> {
    match written {
        Written::Class(_, class) => {
            module.class(class).name.map(|name| module.text(name).to_owned()).into_iter().collect()
        }
        Written::Object(_, ty) => {
            let aliases = module.aliases.iter().filter(|alias| alias.ty == ty);
            aliases.map(|alias| module.text(alias.name).to_owned()).collect()
        }
    }
}

/// The names by which a function is called: its own, a method's, a variable's, a class's for its constructor.
pub(super) fn called_as(module: &Module, function: FunctionId) -> Option<String> {
    let declared = module.function(function);
    let text = |name| module.text(name).to_owned();
    if let Some(class) = declared.class.map(|class| module.class(class)) {
        let is_it = |kind: MemberKind| matches!(kind, MemberKind::Method(method) if method == function);
        let name = class.members.iter().find(|member| is_it(member.kind)).map(|member| text(member.name));
        let name = name.or_else(|| declared.name.map(text));
        return name.and_then(|name| if name == "constructor" { class.name.map(text) } else { Some(name) });
    }
    declared.name.map(text).or_else(|| bound_to(module, declared.expr?).map(text))
}

/// The name of the variable, field or key that a function expression is bound to.
fn bound_to(module: &Module, expr: ExprId) -> Option<crate::code::tree::Ident> {
    match module.expr(expr).parent {
        Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
            StmtKind::Assign { targets, .. } => match module.pattern(*targets.first()?).kind {
                PatternKind::Name(name) => Some(name),
                _ => None,
            },
            _ => None,
        },
        Parent::Class(class) => module.class(class).members.iter().find_map(|member| match member.kind {
            MemberKind::Field { value: Some(value), .. } if value == expr => Some(member.name),
            _ => None,
        }),
        Parent::Expr(object) => match &module.expr(object).kind {
            ExprKind::Object { entries } => {
                let entry = entries.iter().find(|entry| entry.value == expr)?;
                match entry.key {
                    EntryKey::Name(name) => Some(name),
                    _ => None,
                }
            }
            _ => None,
        },
        _ => None,
    }
}

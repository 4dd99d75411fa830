//! The shape wanted of an expression where it stands: "what call is this object an argument of?".

use std::rc::Rc;

use crate::code::eval::handed::is_text_type;
use crate::code::eval::pattern::tells;
use crate::code::eval::{Call, Context, Evaluator, OUTERMOST, Question};
use crate::code::library::KeyMeaning;
use crate::code::tree::{
    ArgumentSpread, BindingKind, Entry, EntryKey, ExprId, ExprKind, Function, FunctionId, Module, Parent,
    PatternId, PatternKind, PatternSource, ScopeId, ScopeOwner, StmtKind,
};
use crate::code::value::{ClassRef, FunctionRef, Known, Value};

/// Variables are followed from one to the next so often.
const DEEPEST_FLOW: u32 = 4;
/// A variable is followed to at most so many of its uses.
const MOST_USES: usize = 12;

impl Evaluator<'_> {
    /// The shape wanted of the expression.
    pub fn expected(&self, cx: Context<'_>, id: ExprId) -> Known {
        self.ask(Question::Expected(cx.module.file, id, cx.frame), || self.expected_by_parent(cx, id))
    }

    fn expected_by_parent(&self, cx: Context<'_>, id: ExprId) -> Known {
        let module = cx.module;
        match module.expr(id).parent {
            Parent::Expr(parent) => self.expected_in_expr(cx, parent, id),
            Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
                StmtKind::Assign { targets, annotation, value: Some(value), .. } if *value == id => {
                    let declared =
                        annotation.map(|ty| self.type_value(cx, ty)).filter(|known| tells(&known.value));
                    let by_class = || self.wanted_by_class(module, id, targets);
                    declared.or_else(by_class).unwrap_or_else(|| {
                        self.join(targets.iter().map(|target| self.wanted_of_target(cx, *target)))
                    })
                }
                // `for column in COLUMNS`: the items go where the variable goes.
                StmtKind::For { pattern, iterable, .. } if *iterable == id => {
                    let item = self.flows_to(cx, *pattern);
                    item.with(Value::list(item.value.clone()))
                }
                StmtKind::Return(_) => match self.function_around(module, module.expr(id).scope) {
                    Some(function) => self.wanted_return(cx, function),
                    None => Known::unknown(),
                },
                _ => Known::unknown(),
            },
            Parent::Function(function) => {
                let declared = module.function(function);
                if declared.expression == Some(id) {
                    return self.wanted_return(cx, function);
                }
                let param = declared.params.iter().find(|param| param.default == Some(id));
                let ty = param.and_then(|param| param.annotation);
                ty.map_or_else(Known::unknown, |ty| self.type_value(cx, ty))
            }
            Parent::Class(class) => {
                // The value of a field with a declared type.
                let found = module.class(class).members.iter().find_map(|member| match member.kind {
                    crate::code::tree::MemberKind::Field { annotation: Some(ty), value: Some(value) }
                        if value == id =>
                    {
                        Some(ty)
                    }
                    _ => None,
                });
                found.map_or_else(Known::unknown, |ty| self.type_value(cx, ty))
            }
            Parent::Pattern(pattern) => self.expected_in_pattern(cx, pattern, id),
            Parent::Type(_) => Known::unknown(),
        }
    }

    /// The names that a key in brackets of a pattern may be: `const { [EMAIL]: address } = user`.
    fn expected_in_pattern(&self, cx: Context<'_>, pattern: PatternId, id: ExprId) -> Known {
        let PatternKind::Object(entries) = &cx.module.pattern(pattern).kind else { return Known::unknown() };
        if !entries.iter().any(|entry| entry.key == EntryKey::Computed(id)) {
            return Known::unknown();
        }
        let object = self.pattern(cx, pattern);
        object.with(self.key_names(&object.value))
    }

    fn expected_in_expr(&self, cx: Context<'_>, parent: ExprId, id: ExprId) -> Known {
        let module = cx.module;
        match &module.expr(parent).kind {
            ExprKind::Call { callee, args, .. } if *callee != id => {
                let index = args.iter().position(|arg| arg.value == id);
                match (Call::at(cx, parent), index) {
                    // `f(**row)`: the keys are keywords of `f`.
                    (Some(call), Some(index))
                        if args.get(index).is_some_and(|arg| arg.spread == ArgumentSpread::Keywords) =>
                    {
                        let callee = self.expr(cx, call.callee);
                        match &callee.value {
                            Value::Function(function) => self.keywords_flow_to(function),
                            _ => callee,
                        }
                    }
                    (Some(call), Some(index)) => self.expected_argument(&call, index),
                    _ => Known::unknown(),
                }
            }
            ExprKind::Object { entries } => {
                let wanted = self.expected(cx, parent);
                if entries.iter().any(|entry| entry.key == EntryKey::Computed(id)) {
                    // A key of an argument means what its name means there.
                    let is_library = matches!(wanted.value, Value::Library(_));
                    let names = if is_library { wanted.value.clone() } else { self.key_names(&wanted.value) };
                    return wanted.with(names);
                }
                if let Some(known) = self.wanted_by_member_uses(cx, parent, entries, id) {
                    return known;
                }
                self.wanted_under_key(cx, &wanted, entries, id)
            }
            ExprKind::Jsx { attributes, .. } => {
                let wanted = self.jsx_props(cx, parent);
                self.wanted_under_key(cx, &wanted, attributes, id)
            }
            ExprKind::Sequence { .. } => {
                let wanted = self.expected(cx, parent);
                self.wanted_item(cx, parent, id, &wanted)
            }
            ExprKind::Spread(_) => {
                let wanted = self.expected(cx, parent);
                wanted.with(Value::list(wanted.value.clone()))
            }
            ExprKind::Conditional { test, .. } if *test != id => self.expected(cx, parent),
            ExprKind::Binary { op, right, .. } => {
                use crate::code::tree::BinaryOp;
                match op {
                    BinaryOp::Or | BinaryOp::Coalesce => self.expected(cx, parent),
                    BinaryOp::And if *right == id => self.expected(cx, parent),
                    _ => Known::unknown(),
                }
            }
            ExprKind::Cast { ty, .. } => {
                let cast = self.type_value(cx, *ty);
                if tells(&cast.value) { cast } else { self.expected(cx, parent) }
            }
            ExprKind::NonNull(_) | ExprKind::Await(_) => self.expected(cx, parent),
            ExprKind::Assign { target, value, .. } if *value == id => self.wanted_of_target(cx, *target),
            ExprKind::Index { object, index, .. } if *index == id => {
                let object = self.expr(cx, *object);
                object.with(self.key_names(&object.value))
            }
            ExprKind::Comprehension { clauses, .. } => {
                if let Some(clause) = clauses.iter().find(|clause| clause.iterable == id) {
                    let item = self.flows_to(cx, clause.pattern);
                    return item.with(Value::list(item.value.clone()));
                }
                let wanted = self.expected(cx, parent);
                self.items_or_library(&wanted)
            }
            // `BY_NAME[key]`: the values of the dict go where the item goes.
            ExprKind::Index { object, .. } if *object == id && module.language.is_python() => {
                let wanted = self.expected(cx, parent);
                wanted.with(Value::Map(Rc::new(wanted.value.clone())))
            }
            _ => Known::unknown(),
        }
    }

    /// What a library wants of the value of a class's attribute.
    fn wanted_by_class(&self, module: &Module, value: ExprId, targets: &[PatternId]) -> Option<Known> {
        let ScopeOwner::Class(id) = module.scope(module.expr(value).scope).owner else { return None };
        let [target] = targets else { return None };
        let PatternKind::Name(name) = module.pattern(*target).kind else { return None };
        let class = ClassRef { file: module.file, id };
        let name = module.text(name);
        self.libraries().find_map(|library| library.class_attribute_shape(self, class, name))
    }

    /// The field names that index a value: `row["email"]`.
    pub fn key_names(&self, value: &Value) -> Value {
        Value::union(value.alternatives().iter().map(|value| match value {
            Value::Row(row) => Value::FieldName(row.entity),
            _ => Value::Unknown,
        }))
    }

    /// What is wanted of the value under a key of a constant object, by where the object's member is read:
    /// `user[KEYS.mail]`.
    fn wanted_by_member_uses(
        &self,
        cx: Context<'_>,
        object: ExprId,
        entries: &[Entry],
        value: ExprId,
    ) -> Option<Known> {
        let module = cx.module;
        if !matches!(module.expr(value).kind, ExprKind::Str(_)) {
            return None;
        }
        let entry = entries.iter().find(|entry| entry.value == value)?;
        let EntryKey::Name(key) = entry.key else { return None };
        let mut whole = object;
        while let Parent::Expr(parent) = module.expr(whole).parent {
            let ExprKind::Cast { .. } = module.expr(parent).kind else { return None };
            whole = parent;
        }
        let Parent::Stmt(stmt) = module.expr(whole).parent else { return None };
        let StmtKind::Assign { targets, annotation: None, .. } = &module.stmt(stmt).kind else { return None };
        let [target] = targets.as_slice() else { return None };
        let PatternKind::Name(name) = module.pattern(*target).kind else { return None };
        let uses = self.uses_of(module, module.pattern(*target).scope, module.text(name));
        let reads = uses.iter().filter_map(|place| {
            let Parent::Expr(member) = module.expr(*place).parent else { return None };
            match module.expr(member).kind {
                ExprKind::Member { object, name, .. } if object == *place => {
                    (module.text(name) == module.text(key)).then_some(member)
                }
                _ => None,
            }
        });
        let wanted: Vec<Known> = reads
            .take(MOST_USES)
            .map(|member| self.expected(cx, member))
            .filter(|known| !known.value.is_unknown())
            .collect();
        (!wanted.is_empty()).then(|| self.join(wanted))
    }

    /// What is wanted of an item of a sequence of which `wanted` is wanted: by position where that says more.
    fn wanted_item(&self, cx: Context<'_>, sequence: ExprId, id: ExprId, wanted: &Known) -> Known {
        let ExprKind::Sequence { items, .. } = &cx.module.expr(sequence).kind else {
            return Known::unknown();
        };
        let spread = items.iter().any(|item| matches!(cx.module.expr(*item).kind, ExprKind::Spread(_)));
        let position = items.iter().position(|item| *item == id).filter(|_| !spread);
        let is_tuple = |value: &Value| matches!(value, Value::Tuple(_));
        match position {
            Some(position) if wanted.value.alternatives().iter().any(is_tuple) => self.nth(wanted, position),
            _ => self.items_or_library(wanted),
        }
    }

    /// The items of what is wanted; libraries take one or many of the same shape.
    pub fn items_or_library(&self, wanted: &Known) -> Known {
        let item = self.items(wanted);
        if item.value.is_unknown() { self.library_item(wanted) } else { item }
    }

    fn library_item(&self, wanted: &Known) -> Known {
        let keep = wanted
            .value
            .alternatives()
            .iter()
            .filter(|value| matches!(value, Value::Library(_) | Value::FieldName(_)));
        wanted.with(Value::union(keep.cloned()))
    }

    /// The shape wanted of the value of the entry that holds `id`.
    fn wanted_under_key(&self, cx: Context<'_>, wanted: &Known, entries: &[Entry], id: ExprId) -> Known {
        let Some(entry) = entries.iter().find(|entry| entry.value == id) else { return Known::unknown() };
        match entry.key {
            EntryKey::Spread => wanted.clone(),
            EntryKey::Name(key) | EntryKey::Shorthand(key) => self.wanted_key(wanted, cx.module.text(key)),
            EntryKey::Computed(key) => match self.expr(cx, key).value {
                Value::Str(key) => self.wanted_key(wanted, &key),
                _ => Known::unknown(),
            },
        }
    }

    /// The shape wanted under a key of an object of the shape `wanted`.
    pub fn wanted_key(&self, wanted: &Known, key: &str) -> Known {
        let of = |value: &Value| {
            let meaning = self.key_meaning(value, key);
            meaning
                .map_or_else(|| self.member(&Known::plain(value.clone()), key).value, |meaning| meaning.shape)
        };
        wanted.with(Value::union(wanted.value.alternatives().iter().map(of)))
    }

    /// What a key means in an object of this shape, by the libraries.
    pub fn key_meaning(&self, shape: &Value, key: &str) -> Option<KeyMeaning> {
        if let Value::Merged(parts) = shape {
            return parts.iter().rev().find_map(|part| self.key_meaning(part, key));
        }
        self.libraries().find_map(|library| library.key(self, shape, key))
    }

    /// The shape wanted of an argument.
    pub fn expected_argument(&self, call: &Call<'_>, index: usize) -> Known {
        let callee = self.expr(call.cx, call.callee);
        let found: Vec<Known> = callee
            .value
            .alternatives()
            .iter()
            .map(|value| {
                let asked = self.libraries().find_map(|library| library.parameter(self, value, call, index));
                match asked {
                    Some(shape) => callee.with(shape),
                    None => self.parameter_shape(value, call, index),
                }
            })
            .collect();
        let joined = self.join(found);
        Known { likely: joined.likely || callee.likely, ..joined }
    }

    fn parameter_shape(&self, callee: &Value, call: &Call<'_>, index: usize) -> Known {
        match callee {
            Value::Function(function) => self.function_parameter(function, call, index),
            Value::Class(class) => match self.constructor(*class) {
                Some(function) => self.function_parameter(&function, call, index),
                None => self.dataclass_parameter(*class, call, index),
            },
            Value::Callable { params, .. } => {
                Known::plain(params.get(index).cloned().unwrap_or(Value::Unknown))
            }
            Value::Method(receiver, name) => {
                Known::plain(self.builtin_parameter(receiver, name, call, index))
            }
            Value::External(path) => Known::plain(self.external_parameter(path, call, index)),
            _ => Known::unknown(),
        }
    }

    /// What a function wants of an argument: its declared type, or what its body does with it.
    fn function_parameter(&self, function: &FunctionRef, call: &Call<'_>, index: usize) -> Known {
        let Some(module) = self.module(function.file) else { return Known::unknown() };
        let Some(position) = self.parameter_index(&module, function, call, index) else {
            return Known::unknown();
        };
        let Some(param) = module.function(function.id).params.get(position) else { return Known::unknown() };
        let frame = match (param.annotation, call.args.get(index)) {
            (Some(ty), Some(argument)) => self.parameter_frame(&module, function, call, (argument.value, ty)),
            _ => self.receiver_frame(function),
        };
        let cx = Context { module: &module, frame };
        if let Some(ty) = param.annotation {
            let known = self.type_value(cx, ty);
            let rest = param.kind == crate::code::tree::ParamKind::RestItems && !module.language.is_python();
            // `columns: list[str]` says less than what the function does with it.
            let text = module.language.is_python() && is_text_type(module.slice(module.ty(ty).range));
            let used = if text { self.flows_to_uses(cx, param.pattern) } else { Known::unknown() };
            return match (rest, tells(&used.value)) {
                (_, true) => used,
                (true, false) => self.items(&known),
                (false, false) => known,
            };
        }
        self.flows_to(cx, param.pattern)
    }

    /// What a class without a constructor wants of a keyword: the type of the field.
    fn dataclass_parameter(&self, class: ClassRef, call: &Call<'_>, index: usize) -> Known {
        let Some(name) = call.args.get(index).and_then(|arg| arg.name) else { return Known::unknown() };
        let instance = self.instance_of(class, &[]);
        self.member(&Known::plain(instance), call.module().text(name))
    }

    /// The shape of a component's props.
    pub fn jsx_props(&self, cx: Context<'_>, jsx: ExprId) -> Known {
        let ExprKind::Jsx { tag: Some(tag), .. } = cx.module.expr(jsx).kind else { return Known::unknown() };
        let component = self.expr(cx, tag);
        let props = self.props_of(&component.value);
        Known { trail: props.trail.or(component.trail), ..props }
    }

    /// What a component is given: a function's first parameter; a class is its own inputs (Angular).
    pub fn props_of(&self, component: &Value) -> Known {
        let props: Vec<Known> = component
            .alternatives()
            .iter()
            .filter_map(|value| match value {
                Value::Function(function) => self.first_parameter(function),
                Value::Callable { params, .. } => params.first().cloned().map(Known::plain),
                // `React.FC<Props>`, `memo(...)`: the type argument is the props.
                Value::ExternalInstance(_, args) => args.first().cloned().map(Known::plain),
                Value::Class(class) => Some(Known::plain(self.instance_of(*class, &[]))),
                Value::Instance(..) => Some(Known::plain(value.clone())),
                _ => None,
            })
            .collect();
        self.join(props)
    }

    fn first_parameter(&self, function: &FunctionRef) -> Option<Known> {
        let module = self.module(function.file)?;
        let cx = Context { module: &module, frame: function.frame };
        let declared: &Function = module.function(function.id);
        let param = declared.params.first()?;
        match param.annotation {
            Some(ty) => Some(self.type_value(cx, ty)),
            // `const Card: React.FC<Props> = ({ user }) => ...`.
            None => {
                let wanted = self.expected(cx, declared.expr?);
                let of = wanted.value.alternatives().iter().filter_map(|value| match value {
                    Value::Callable { params, .. } => params.first().cloned(),
                    _ => None,
                });
                Some(Known::plain(Value::union(of)))
            }
        }
    }

    /// The function whose body a scope belongs to.
    pub fn function_around(&self, module: &Module, scope: ScopeId) -> Option<FunctionId> {
        let mut current = Some(scope);
        while let Some(id) = current {
            let here = module.scope(id);
            if let ScopeOwner::Function(function) = here.owner {
                return Some(function);
            }
            current = here.parent;
        }
        None
    }

    /// The shape wanted of what a function returns.
    fn wanted_return(&self, cx: Context<'_>, function: FunctionId) -> Known {
        let declared = cx.module.function(function);
        let known = match (declared.returns, declared.expr) {
            (Some(ty), _) => self.type_value(cx, ty),
            (None, Some(expr)) => {
                let wanted = self.expected(cx, expr);
                let of = |value: &Value| match value {
                    Value::Callable { returns, .. } => (**returns).clone(),
                    Value::Function(_) => self.call_without_arguments(&Known::plain(value.clone())).value,
                    _ => Value::Unknown,
                };
                wanted.with(Value::union(wanted.value.alternatives().iter().map(of)))
            }
            (None, None) => Known::unknown(),
        };
        known.with(known.value.awaited())
    }

    /// The shape wanted of what is assigned to a pattern.
    fn wanted_of_target(&self, cx: Context<'_>, target: PatternId) -> Known {
        match &cx.module.pattern(target).kind {
            PatternKind::Name(_) => self.flows_to(cx, target),
            PatternKind::Target(expr) => match &cx.module.expr(*expr).kind {
                // `where.email = {...}`: the object is a variable that flows somewhere.
                ExprKind::Member { object, name, .. } => {
                    let wanted = self.wanted_of_variable(cx, *object);
                    let under = self.wanted_key(&wanted, cx.module.text(*name));
                    if under.value.is_unknown() { self.expr(cx, *expr) } else { under }
                }
                _ => self.expr(cx, *expr),
            },
            PatternKind::Object(_) | PatternKind::Sequence(_) | PatternKind::Rest(_) => Known::unknown(),
        }
    }

    /// The shape wanted of the variable that an expression names.
    pub fn wanted_of_variable(&self, cx: Context<'_>, expr: ExprId) -> Known {
        let ExprKind::Name(name) = cx.module.expr(expr).kind else { return Known::unknown() };
        let Some(found) = self.lookup(cx.module, cx.module.expr(expr).scope, cx.module.text(name)) else {
            return Known::unknown();
        };
        self.join(found.bindings.iter().filter_map(|binding| match binding.kind {
            BindingKind::Pattern(pattern) => Some(self.flows_to(cx, pattern)),
            _ => None,
        }))
    }

    /// The shape wanted of a variable: its declared type, or where its value goes.
    pub fn flows_to(&self, cx: Context<'_>, pattern: PatternId) -> Known {
        let module = cx.module;
        let bound = module.pattern(pattern);
        if let PatternSource::Value { annotation: Some(ty), .. } = bound.source {
            let known = self.type_value(cx, ty);
            if tells(&known.value) {
                return known;
            }
        }
        self.flows_to_uses(cx, pattern)
    }

    /// The shape wanted of a variable by the places that its value goes to.
    fn flows_to_uses(&self, cx: Context<'_>, pattern: PatternId) -> Known {
        let module = cx.module;
        let PatternKind::Name(name) = module.pattern(pattern).kind else { return Known::unknown() };
        let depth = self.flow_depth.get();
        if depth >= DEEPEST_FLOW {
            // True from here; from further out the same question may be answered.
            self.cut.set(self.cut.get().min(OUTERMOST));
            return Known::unknown();
        }
        self.flow_depth.set(depth + 1);
        let wanted = match self.first_value(cx, pattern, module.text(name)) {
            Some(first) => first,
            None => self.wanted_by_uses(cx, pattern, module.text(name)),
        };
        self.flow_depth.set(depth);
        wanted
    }

    /// What TypeScript takes the type of a variable from that is assigned to later: its declaration.
    fn first_value(&self, cx: Context<'_>, pattern: PatternId, name: &str) -> Option<Known> {
        let module = cx.module;
        if module.language.is_python() {
            return None;
        }
        let bindings = module.bindings_named(module.pattern(pattern).scope, name);
        let first = bindings.iter().find_map(|binding| match binding.kind {
            BindingKind::Pattern(first) => Some(first),
            _ => None,
        })?;
        if first == pattern {
            return None;
        }
        let known = match module.pattern(first).source {
            PatternSource::Value { annotation: Some(ty), .. } => self.type_value(cx, ty),
            PatternSource::Value { value: Some(_), .. } => self.pattern(cx, first),
            _ => return None,
        };
        tells(&known.value).then_some(known)
    }

    fn wanted_by_uses(&self, cx: Context<'_>, pattern: PatternId, name: &str) -> Known {
        let module = cx.module;
        let bound = module.pattern(pattern);
        let uses = self.uses_of(module, bound.scope, name);
        let wanted: Vec<Known> = uses
            .iter()
            .copied()
            .filter(|expr| !bound.range.contains_range(module.expr(*expr).range))
            .take(MOST_USES)
            .map(|expr| self.expected(cx, expr))
            .filter(|known| !known.value.is_unknown())
            .collect();
        if wanted.is_empty() {
            return self.wanted_by_importers(module, bound.scope, name);
        }
        self.join(wanted)
    }

    /// A value that wants a callback with these parameters.
    pub fn callback(&self, params: impl Into<Rc<[Value]>>, returns: Value) -> Value {
        Value::Callable { params: params.into(), returns: Rc::new(returns) }
    }

    /// Where the keywords go that no parameter of the function takes: through `**kwargs`.
    pub fn keywords_flow_to(&self, function: &FunctionRef) -> Known {
        let Some(module) = self.module(function.file) else { return Known::unknown() };
        let params = &module.function(function.id).params;
        let rest = params.iter().find(|param| param.kind == crate::code::tree::ParamKind::RestKeywords);
        let Some(param) = rest else { return Known::unknown() };
        let frame = self.receiver_frame(function);
        self.flows_to(Context { module: &module, frame }, param.pattern)
    }
}

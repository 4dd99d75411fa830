//! What is put into an object after it was made: `values["email"] = x`, `values.update(more)`, `user.team = team`.

use crate::code::eval::flow::dominates;
use crate::code::eval::{Call, Context, Evaluator};
use crate::code::tree::{
    ArgumentSpread, ExprId, ExprKind, FunctionId, Module, Parent, PatternKind, PatternSource, ScopeId,
    StmtKind,
};
use crate::code::value::{FrameId, Place, Value};
use crate::text::TextRange;

/// An object is followed to at most so many uses.
const MOST_USES: usize = 40;

/// An object is followed through so many functions that it is handed to.
const DEEPEST: u32 = 2;

/// One thing that is put into an object after it was made.
#[derive(Debug, Clone)]
pub struct Put {
    /// The key or attribute; `None` where it could not be told.
    pub name: Option<String>,
    /// The value.
    pub value: Value,
    /// The expression that the value is read from, where there is one.
    pub written: Option<Place<ExprId>>,
    /// Whether it happens whenever the object is made, and not under a condition.
    pub certain: bool,
    /// Whether it only fills what is not there yet (`setdefault`).
    pub default: bool,
}

/// How an object is followed.
#[derive(Clone, Copy)]
struct Follow {
    /// Where the object is made, or the body begins that it is handed to.
    from: u32,
    /// Whether all of it is certain up to here.
    certain: bool,
    /// Whether attributes count (an object) or keys only (a dict).
    attributes: bool,
    /// Through so many functions so far; `None` where functions are not followed.
    depth: Option<u32>,
}

impl Evaluator<'_> {
    /// What is put into the object that `made` makes, through the variable that holds it. `attributes`: the object is no
    /// dict, and functions of the project that it is handed to are followed.
    pub fn put_later(&self, cx: Context<'_>, made: ExprId, attributes: bool) -> Vec<Put> {
        let module = cx.module;
        let Some((scope, name)) = variable_of(module, made) else { return Vec::new() };
        let Some(found) = self.lookup(module, scope, name) else { return Vec::new() };
        let range = module.expr(made).range;
        let rebound = found.bindings.iter().map(|binding| binding.name.range.start);
        let until = rebound.filter(|start| *start > range.end).min().unwrap_or(u32::MAX);
        let uses = self.uses_of(module, found.scope, name);
        let after = |place: &&ExprId| {
            let start = module.expr(**place).range.start;
            start >= range.end && start < until
        };
        let follow = Follow { from: range.start, certain: true, attributes, depth: attributes.then_some(0) };
        uses.iter()
            .filter(after)
            .take(MOST_USES)
            .flat_map(|place| self.later_by(cx, *place, follow))
            .collect()
    }

    /// What is put into all items of a list in a variable: `for row in rows: row["email"] = x`. What is put into some of them
    /// is not certain.
    pub fn put_into_items(&self, cx: Context<'_>, list: ExprId) -> Vec<Put> {
        let module = cx.module;
        let ExprKind::Name(name) = module.expr(list).kind else { return Vec::new() };
        let name = module.text(name);
        let Some(found) = self.lookup(module, module.expr(list).scope, name) else { return Vec::new() };
        let uses = self.uses_of(module, found.scope, name);
        let until = module.expr(list).range.start;
        let before = |place: &&ExprId| module.expr(**place).range.start < until;
        uses.iter().filter(before).take(MOST_USES).flat_map(|place| self.later_by_item(cx, *place)).collect()
    }

    fn later_by_item(&self, cx: Context<'_>, list: ExprId) -> Vec<Put> {
        let module = cx.module;
        let follow = Follow { from: 0, certain: true, attributes: false, depth: None };
        match module.expr(list).parent {
            // `rows[0]["email"] = x`.
            Parent::Expr(item) => match module.expr(item).kind {
                ExprKind::Index { object, .. } if object == list => {
                    self.later_by(cx, item, Follow { certain: false, ..follow })
                }
                _ => Vec::new(),
            },
            Parent::Stmt(stmt) => {
                let StmtKind::For { pattern, body, iterable, .. } = &module.stmt(stmt).kind else {
                    return Vec::new();
                };
                let (PatternKind::Name(name), Some(first)) = (&module.pattern(*pattern).kind, body.first())
                else {
                    return Vec::new();
                };
                let uses = self.uses_of(module, module.pattern(*pattern).scope, module.text(*name));
                let around = module.stmt(stmt).range;
                let inside = |place: &&ExprId| around.contains_range(module.expr(**place).range);
                let follow = Follow { from: module.stmt(*first).range.start, ..follow };
                if *iterable != list {
                    return Vec::new();
                }
                uses.iter().filter(inside).flat_map(|place| self.later_by(cx, *place, follow)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// What a function puts into the object that it gets as the parameter at `index`.
    pub fn put_into_parameter(
        &self,
        cx: Context<'_>,
        function: FunctionId,
        index: usize,
        attributes: bool,
    ) -> Vec<Put> {
        let depth = attributes.then_some(0);
        self.later_in_function(cx, function, index, Follow { from: 0, certain: true, attributes, depth })
    }

    fn later_in_function(
        &self,
        cx: Context<'_>,
        function: FunctionId,
        index: usize,
        follow: Follow,
    ) -> Vec<Put> {
        let module = cx.module;
        let declared = module.function(function);
        let Some(param) = declared.params.get(index) else { return Vec::new() };
        let PatternKind::Name(name) = module.pattern(param.pattern).kind else { return Vec::new() };
        let Some(first) = declared.body.first() else { return Vec::new() };
        let follow = Follow { from: module.stmt(*first).range.start, ..follow };
        let uses = self.uses_of(module, declared.scope, module.text(name));
        uses.iter().take(MOST_USES).flat_map(|place| self.later_by(cx, *place, follow)).collect()
    }

    /// What one use of the object puts into it.
    fn later_by(&self, cx: Context<'_>, place: ExprId, follow: Follow) -> Vec<Put> {
        let module = cx.module;
        let Parent::Expr(parent) = module.expr(place).parent else { return Vec::new() };
        let certain = follow.certain && self.is_certain(module, module.expr(place).range, follow.from);
        match &module.expr(parent).kind {
            ExprKind::Index { object, index, .. } if *object == place => {
                let key = self.key_text(cx, *index);
                assigned(cx, parent).map(|value| self.put(cx, key, value, certain)).into_iter().collect()
            }
            ExprKind::Member { object, name, .. } if *object == place => {
                let name = module.text(*name);
                if let Some(value) = assigned(cx, parent) {
                    let counts = follow.attributes || !module.language.is_python();
                    return counts
                        .then(|| self.put(cx, Some(name.to_owned()), value, certain))
                        .into_iter()
                        .collect();
                }
                let call = match module.expr(parent).parent {
                    Parent::Expr(call) => Call::at(cx, call).filter(|call| call.callee == parent),
                    _ => None,
                };
                call.map_or_else(Vec::new, |call| self.later_by_method(&call, name, certain, follow))
            }
            ExprKind::Call { .. } => Call::at(cx, parent)
                .map_or_else(Vec::new, |call| self.later_by_function(&call, place, certain, follow)),
            _ => Vec::new(),
        }
    }

    fn put(&self, cx: Context<'_>, name: Option<String>, value: Option<ExprId>, certain: bool) -> Put {
        Put {
            name,
            value: value.map_or(Value::Unknown, |value| self.expr(cx, value).value),
            written: value.map(|id| Place { file: cx.module.file, id, frame: cx.frame }),
            certain,
            default: false,
        }
    }

    /// `values.update(email=x)`, `values.setdefault("email", x)`, `user.set_plan("free")`.
    fn later_by_method(&self, call: &Call<'_>, name: &str, certain: bool, follow: Follow) -> Vec<Put> {
        let cx = call.cx;
        if follow.attributes {
            return match (follow.depth, self.expr(cx, call.callee).value) {
                (Some(depth), Value::Function(function))
                    if depth < DEEPEST && function.receiver.is_some() =>
                {
                    self.later_through(
                        function.file,
                        function.frame,
                        function.id,
                        0,
                        Follow { certain, depth: Some(depth + 1), ..follow },
                    )
                }
                _ => Vec::new(),
            };
        }
        match name {
            "setdefault" => {
                let key = call.positional(0).and_then(|key| self.key_text(cx, key));
                vec![Put { default: true, ..self.put(cx, key, call.positional(1), certain) }]
            }
            "update" => call
                .args
                .iter()
                .flat_map(|arg| match arg.name {
                    Some(key) => {
                        vec![self.put(cx, Some(cx.module.text(key).to_owned()), Some(arg.value), certain)]
                    }
                    None => self.put_all(cx, arg.value, certain),
                })
                .collect(),
            "pop" | "popitem" | "clear" => vec![self.put(cx, None, None, false)],
            _ => Vec::new(),
        }
    }

    /// All keys of a dict.
    fn put_all(&self, cx: Context<'_>, given: ExprId, certain: bool) -> Vec<Put> {
        let Some(keys) = self.keys(&self.expr(cx, given).value) else {
            return vec![self.put(cx, None, None, false)];
        };
        let of = |(name, value)| Put { name: Some(name), value, written: None, certain, default: false };
        let mut found: Vec<Put> = keys.keys.into_iter().map(of).collect();
        if !keys.complete {
            found.push(self.put(cx, None, None, false));
        }
        found
    }

    /// `setattr(user, "email", x)`, or a function of the project that fills the object.
    fn later_by_function(&self, call: &Call<'_>, place: ExprId, certain: bool, follow: Follow) -> Vec<Put> {
        let cx = call.cx;
        let Some(depth) = follow.depth.filter(|_| call.callee != place) else { return Vec::new() };
        if self.is_name(cx.module, call.callee, "setattr") && call.positional(0) == Some(place) {
            let key = call.positional(1).and_then(|key| self.key_text(cx, key));
            let certain = certain && key.is_some();
            return vec![self.put(cx, key, call.positional(2), certain)];
        }
        let Value::Function(function) = self.expr(cx, call.callee).value else { return Vec::new() };
        let given = call.args.iter().position(|arg| arg.value == place && arg.spread == ArgumentSpread::None);
        let Some(module) = self.module(function.file).filter(|_| depth < DEEPEST) else { return Vec::new() };
        let index = given.and_then(|given| self.parameter_index(&module, &function, call, given));
        index.map_or_else(Vec::new, |index| {
            let follow = Follow { certain, depth: Some(depth + 1), ..follow };
            self.later_through(function.file, function.frame, function.id, index, follow)
        })
    }

    fn later_through(
        &self,
        file: crate::text::FileId,
        frame: FrameId,
        function: FunctionId,
        index: usize,
        follow: Follow,
    ) -> Vec<Put> {
        let Some(module) = self.module(file) else { return Vec::new() };
        self.later_in_function(Context { module: &module, frame }, function, index, follow)
    }

    /// A key that is a constant, or a column.
    fn key_text(&self, cx: Context<'_>, key: ExprId) -> Option<String> {
        match self.expr(cx, key).value {
            Value::Str(text) => Some(text.to_string()),
            Value::Field(_, field) => Some(field.to_string()),
            _ => None,
        }
    }

    /// Whether what stands at `place` is done whenever the place `from` is reached.
    fn is_certain(&self, module: &Module, place: TextRange, from: u32) -> bool {
        self.innermost_stmt(module, place).is_some_and(|stmt| dominates(module, stmt, from))
    }
}

/// The value that is assigned to a member or element; `None` where nothing is assigned to it.
fn assigned(cx: Context<'_>, target: ExprId) -> Option<Option<ExprId>> {
    let Parent::Pattern(pattern) = cx.module.expr(target).parent else { return None };
    match cx.module.pattern(pattern).source {
        PatternSource::Value { value, .. } => Some(value),
        PatternSource::Augmented(_)
        | PatternSource::Iterate { .. }
        | PatternSource::Enter(_)
        | PatternSource::Parameter { .. }
        | PatternSource::Caught
        | PatternSource::Matched(_)
        | PatternSource::Part { .. } => Some(None),
    }
}

/// The variable that an expression is assigned to.
fn variable_of(module: &Module, value: ExprId) -> Option<(ScopeId, &str)> {
    let Parent::Stmt(stmt) = module.expr(value).parent else { return None };
    let StmtKind::Assign { targets, op: None, .. } = &module.stmt(stmt).kind else {
        return None;
    };
    let [target] = targets.as_slice() else { return None };
    let pattern = module.pattern(*target);
    match pattern.kind {
        PatternKind::Name(name) => Some((pattern.scope, module.text(name))),
        _ => None,
    }
}

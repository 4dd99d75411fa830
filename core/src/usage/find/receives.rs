//! Where a value goes, and whether null is declared there: a parameter, a field of a class, a key, a prop, an annotated
//! variable, what a function returns, an item of a typed collection.

use crate::code::eval::{Call, Context};
use crate::code::project::ImportTarget;
use crate::code::tree::{
    ArgumentSpread, BinaryOp, BindingKind, Entry, EntryKey, ExprId, ExprKind, FunctionId, Imported,
    MemberKind, Parent, PatternId, PatternKind, PatternSource, ScopeId, StmtKind, TypeId, TypeKind,
};
use crate::code::value::{FunctionRef, Place, Value};
use crate::usage::find::Finder;
use crate::usage::find::collections::{Part, part_of_type};
use crate::usage::find::refuses::{attribute_refuses, mapping_call, way_out};

/// Types by these names take null, or do not say what they take.
const TAKES_NULL: [&str; 11] = [
    "any",
    "unknown",
    "void",
    "never",
    "ReactNode",
    "Any",
    "object",
    "Object",
    "None",
    "Hashable",
    "JsonValue",
];

/// Python packages whose types are classes: an annotation by one of their names takes no `None`.
const TYPES_ARE_CLASSES: [&str; 11] = [
    "uuid",
    "datetime",
    "decimal",
    "pathlib",
    "fractions",
    "ipaddress",
    "enum",
    "zoneinfo",
    "pendulum",
    "pydantic",
    "strawberry",
];

/// Methods of a list or set whose argument is compared with the items: TypeScript wants it to be one.
const COMPARES_ITEMS: [&str; 4] = ["includes", "indexOf", "lastIndexOf", "has"];

/// How far a value is followed through literals that it is put into.
const DEEPEST_LITERAL: u32 = 6;

impl Finder<'_> {
    /// Whether the value of an expression goes to where something is declared that takes no null.
    pub(super) fn goes_where_null_may_not(&self, cx: Context<'_>, expr: ExprId) -> bool {
        let expr = if cx.module.language.is_python() { expr } else { way_out(cx.module, expr) };
        if let Parent::Expr(parent) = cx.module.expr(expr).parent {
            match &cx.module.expr(parent).kind {
                ExprKind::Object { entries } if !cx.module.language.is_python() => {
                    return self.key_refuses(cx, &self.wanted_of_object(cx, parent), entries, expr);
                }
                ExprKind::Jsx { attributes, .. } => {
                    return attribute_refuses(cx.module, parent, expr)
                        || self.key_refuses(cx, &self.eval.jsx_props(cx, parent).value, attributes, expr);
                }
                ExprKind::Call { .. } if self.language_refuses(cx, parent, expr) => return true,
                ExprKind::Call { callee, .. }
                    if *callee != expr && !cx.module.language.is_python() && self.compares(cx, *callee) =>
                {
                    return self.compared_items_exclude_null(cx, *callee);
                }
                _ => {}
            }
        }
        if self.library_refuses(cx, expr) {
            return true;
        }
        self.received_as(cx, expr, 0).is_some_and(|types| {
            !types.is_empty()
                && types.iter().all(|place| {
                    let Some(module) = self.eval.module(place.file) else { return false };
                    self.excludes_null(Context { module: &module, frame: place.frame }, place.id)
                })
        })
    }

    /// Whether the value is an argument of a library's function whose parameter is known to take no null.
    fn library_refuses(&self, cx: Context<'_>, expr: ExprId) -> bool {
        let Parent::Expr(parent) = cx.module.expr(expr).parent else { return false };
        let Some(call) = Call::at(cx, parent).filter(|_| cx.module.language.is_python()) else {
            return false;
        };
        let Some(index) = call.args.iter().position(|arg| arg.value == expr) else { return false };
        let callee = self.eval.expr(cx, call.callee).value.non_null();
        callee.alternatives().iter().all(|value| {
            let known =
                self.eval.libraries().find_map(|library| library.parameter(&self.eval, value, &call, index));
            known.is_some_and(|shape| shape.alternatives().iter().all(is_never_null))
        })
    }

    /// The written types of what may receive the value of an expression; `None` where one is not written.
    fn received_as(&self, cx: Context<'_>, expr: ExprId, depth: u32) -> Option<Vec<Place<TypeId>>> {
        let module = cx.module;
        if depth > DEEPEST_LITERAL {
            return None;
        }
        match module.expr(expr).parent {
            Parent::Expr(parent) => self.received_in(cx, parent, expr, depth),
            Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
                StmtKind::Return(_) => {
                    self.returned_as(cx, self.eval.function_around(module, module.expr(expr).scope)?, depth)
                }
                StmtKind::Assign { annotation: Some(ty), op: None, .. } => Some(vec![place(cx, *ty)]),
                StmtKind::Assign { targets, op: None, .. } => {
                    let [target] = targets.as_slice() else { return None };
                    self.target_type(cx, *target).map(|ty| vec![ty])
                }
                _ => None,
            },
            Parent::Function(function) if module.function(function).expression == Some(expr) => {
                self.returned_as(cx, function, depth)
            }
            _ => None,
        }
    }

    fn received_in(
        &self,
        cx: Context<'_>,
        parent: ExprId,
        expr: ExprId,
        depth: u32,
    ) -> Option<Vec<Place<TypeId>>> {
        let module = cx.module;
        let onwards = || self.received_as(cx, parent, depth + 1);
        let part = |part: Part| -> Option<Vec<Place<TypeId>>> {
            onwards()?.into_iter().map(|whole| part_of_type(&self.eval, whole, part)).collect()
        };
        match &module.expr(parent).kind {
            ExprKind::Call { callee, .. } if *callee != expr => self.argument_types(cx, parent, expr),
            ExprKind::Conditional { test, .. } if *test != expr => onwards(),
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::And | BinaryOp::Coalesce, right, .. }
                if *right == expr =>
            {
                onwards()
            }
            _ if !module.language.is_python() => None,
            ExprKind::Sequence { items, .. } => {
                part(Part::Item(items.iter().position(|item| *item == expr)?))
            }
            ExprKind::Comprehension { key: Some(key), .. } if *key == expr => part(Part::Key),
            ExprKind::Comprehension { key: Some(_), element, .. } if *element == expr => part(Part::Value),
            ExprKind::Comprehension { key: None, element, .. } if *element == expr => part(Part::Item(0)),
            ExprKind::Object { entries } => {
                let is_key = |entry: &Entry| matches!(entry.key, EntryKey::Computed(key) if key == expr);
                part(if entries.iter().any(is_key) { Part::Key } else { Part::Value })
            }
            ExprKind::Index { object, index, .. } if *index == expr => {
                part_of_type(&self.eval, self.written_type(cx, *object)?, Part::Key).map(|ty| vec![ty])
            }
            _ => None,
        }
    }

    /// The written types of the parameters that an argument may reach: one for each thing that the callee can be.
    fn argument_types(&self, cx: Context<'_>, at: ExprId, argument: ExprId) -> Option<Vec<Place<TypeId>>> {
        let call = Call::at(cx, at)?;
        let index = call.args.iter().position(|arg| arg.value == argument)?;
        if call.args.iter().take(index + 1).any(|arg| arg.spread != ArgumentSpread::None) {
            return None;
        }
        if let Some(item) = self.collection_argument(cx, &call, index) {
            return Some(vec![item]);
        }
        let callee = self.eval.expr(cx, call.callee).value;
        let of = |value: &Value| match value {
            Value::Function(function) => self.parameter_type(function, &call, index),
            Value::Class(class) => {
                let own = self.eval.constructor(*class);
                // `def __init__(self, **values)` of a pydantic base hands the keywords on to the fields.
                own.and_then(|function| self.parameter_type(&function, &call, index))
                    .or_else(|| self.eval.generated_parameter(*class, &call, index))
            }
            _ => None,
        };
        callee.alternatives().iter().map(of).collect()
    }

    /// What a method of a collection with a written type takes: `names.append(x)`, `by_id.setdefault(x, y)`.
    fn collection_argument(&self, cx: Context<'_>, call: &Call<'_>, index: usize) -> Option<Place<TypeId>> {
        let ExprKind::Member { object, name, .. } = cx.module.expr(call.callee).kind else { return None };
        let part = match (cx.module.text(name), index) {
            ("append" | "add" | "appendleft", 0) | ("insert", 1) => Part::Item(0),
            ("setdefault", 0) => Part::Key,
            ("setdefault", 1) => Part::Value,
            _ => return None,
        };
        if !cx.module.language.is_python() {
            return None;
        }
        part_of_type(&self.eval, self.written_type(cx, object)?, part)
    }

    fn parameter_type(&self, function: &FunctionRef, call: &Call<'_>, index: usize) -> Option<Place<TypeId>> {
        let module = self.eval.module(function.file)?;
        let position = self.eval.parameter_index(&module, function, call, index)?;
        let param = module.function(function.id).params.get(position)?;
        let null_is_default =
            param.default.is_some_and(|default| matches!(module.expr(default).kind, ExprKind::Null));
        let ty = param.annotation.filter(|_| !null_is_default)?;
        let cx = Context { module: &module, frame: function.frame };
        // Of a rest parameter the items are meant; Python writes their type.
        let is_rest = param.kind == crate::code::tree::ParamKind::RestItems && !module.language.is_python();
        match module.ty(ty).kind {
            TypeKind::Array(item) if is_rest => Some(place(cx, item)),
            _ => (!is_rest).then(|| place(cx, ty)),
        }
    }

    fn returned_as(&self, cx: Context<'_>, function: FunctionId, depth: u32) -> Option<Vec<Place<TypeId>>> {
        let module = cx.module;
        let declared = module.function(function);
        if declared.returns.is_none() {
            // `sum(rows.map((row) => row.amount))`: an item of what takes the list.
            let whole = self.received_as(cx, mapping_call(module, function)?, depth + 1)?;
            return whole.into_iter().map(|whole| part_of_type(&self.eval, whole, Part::Item(0))).collect();
        }
        let ty = declared.returns.filter(|_| !declared.is_generator)?;
        match &module.ty(ty).kind {
            TypeKind::Name { args, .. } if declared.is_async && !module.language.is_python() => {
                Some(vec![place(cx, *args.first()?)])
            }
            _ => Some(vec![place(cx, ty)]),
        }
    }

    /// The written type of what is assigned to.
    fn target_type(&self, cx: Context<'_>, target: PatternId) -> Option<Place<TypeId>> {
        match cx.module.pattern(target).kind {
            PatternKind::Name(name) => {
                self.declared_name(cx, cx.module.pattern(target).scope, cx.module.text(name))
            }
            PatternKind::Target(expr) => match cx.module.expr(expr).kind {
                ExprKind::Index { object, .. } => {
                    part_of_type(&self.eval, self.written_type(cx, object)?, Part::Value)
                }
                ExprKind::Member { .. } => self.written_type(cx, expr),
                _ => None,
            },
            _ => None,
        }
    }

    /// The type that is written for a variable, a parameter or an attribute.
    fn written_type(&self, cx: Context<'_>, expr: ExprId) -> Option<Place<TypeId>> {
        match cx.module.expr(expr).kind {
            ExprKind::Name(name) => self.declared_name(cx, cx.module.expr(expr).scope, cx.module.text(name)),
            ExprKind::Member { object, name, .. } => match self.eval.expr(cx, object).value.non_null() {
                Value::Instance(class, args) => self.eval.written_field(class, &args, cx.module.text(name)),
                _ => None,
            },
            ExprKind::Index { object, .. } => {
                part_of_type(&self.eval, self.written_type(cx, object)?, Part::Value)
            }
            _ => None,
        }
    }

    fn declared_name(&self, cx: Context<'_>, scope: ScopeId, name: &str) -> Option<Place<TypeId>> {
        let found = self.eval.lookup(cx.module, scope, name)?;
        found.bindings.iter().find_map(|binding| {
            let BindingKind::Pattern(pattern) = binding.kind else { return None };
            let annotation = match cx.module.pattern(pattern).source {
                PatternSource::Value { annotation, .. } => annotation,
                PatternSource::Parameter { function, index } => {
                    cx.module.function(function).params.get(index as usize)?.annotation
                }
                _ => None,
            };
            annotation.map(|ty| place(cx, ty))
        })
    }

    fn compares(&self, cx: Context<'_>, callee: ExprId) -> bool {
        matches!(cx.module.expr(callee).kind, ExprKind::Member { name, .. } if COMPARES_ITEMS.contains(&cx.module.text(name)))
    }

    fn compared_items_exclude_null(&self, cx: Context<'_>, callee: ExprId) -> bool {
        match cx.module.expr(callee).kind {
            ExprKind::Member { object, .. } => self.items_exclude_null(cx, object, 0),
            _ => false,
        }
    }

    /// Whether a list is written so that none of its items can be null: constants, a declared type.
    fn items_exclude_null(&self, cx: Context<'_>, list: ExprId, depth: u32) -> bool {
        let module = cx.module;
        match &module.expr(list).kind {
            ExprKind::Sequence { items, .. } => {
                let constant = |item: &ExprId| matches!(self.eval.expr(cx, *item).value, Value::Str(_));
                !items.is_empty() && items.iter().all(constant)
            }
            ExprKind::Cast { ty, value, .. } => match module.ty(*ty).kind {
                TypeKind::Array(item) => self.excludes_null(cx, item),
                _ => self.items_exclude_null(cx, *value, depth),
            },
            ExprKind::Name(name) if depth < 4 => {
                self.name_excludes_null(cx, module.expr(list).scope, module.text(*name), depth + 1)
            }
            _ => false,
        }
    }

    /// As [`Self::items_exclude_null`], of a list that is bound to a name here or in the file that it is imported from.
    fn name_excludes_null(&self, cx: Context<'_>, scope: ScopeId, name: &str, depth: u32) -> bool {
        let module = cx.module;
        let Some(found) = self.eval.lookup(module, scope, name) else { return false };
        let [binding] = found.bindings.as_slice() else { return false };
        match binding.kind {
            BindingKind::Pattern(pattern) => self.variable_excludes_null(cx, pattern, depth),
            BindingKind::Import { import, index } if depth < 4 => {
                let names = &module.import(import).names;
                let Some(Imported::Name(name)) = names.get(index as usize).map(|name| name.what) else {
                    return false;
                };
                let ImportTarget::File(file) = self.project.resolve_import(module, import) else {
                    return false;
                };
                self.eval.module(file).is_some_and(|from| {
                    let cx = Context::of(&from);
                    self.name_excludes_null(cx, from.root_scope(), module.text(name), depth + 1)
                })
            }
            _ => false,
        }
    }

    fn variable_excludes_null(&self, cx: Context<'_>, pattern: PatternId, depth: u32) -> bool {
        let of_items = |ty: TypeId| match cx.module.ty(ty).kind {
            TypeKind::Array(item) => self.excludes_null(cx, item),
            _ => false,
        };
        match cx.module.pattern(pattern).source {
            PatternSource::Value { annotation: Some(ty), .. } => of_items(ty),
            PatternSource::Parameter { function, index } => {
                let param = cx.module.function(function).params.get(index as usize);
                param.and_then(|param| param.annotation).is_some_and(of_items)
            }
            PatternSource::Value { value: Some(value), .. } => self.items_exclude_null(cx, value, depth),
            _ => false,
        }
    }

    /// Whether every shape that an object may have declares the key without null.
    fn key_refuses(&self, cx: Context<'_>, wanted: &Value, entries: &[Entry], value: ExprId) -> bool {
        let Some(entry) = entries.iter().find(|entry| entry.value == value) else { return false };
        let (EntryKey::Name(key) | EntryKey::Shorthand(key)) = entry.key else { return false };
        let key = cx.module.text(key);
        let shapes = wanted.alternatives();
        let mut shapes = shapes.iter().filter(|shape| !matches!(shape, Value::Null)).peekable();
        shapes.peek().is_some() && shapes.all(|shape| self.member_excludes_null(shape, key))
    }

    /// Whether an object type, interface or class itself declares a member without null. A row's own member changes with the column.
    fn member_excludes_null(&self, shape: &Value, key: &str) -> bool {
        match shape {
            Value::TypeObject(place) => self.eval.module(place.file).is_some_and(|module| {
                let TypeKind::Object(members) = &module.ty(place.id).kind else { return false };
                let found = members.iter().find(|member| module.text(member.name) == key);
                let cx = Context { module: &module, frame: place.frame };
                found.and_then(|member| member.ty).is_some_and(|ty| self.excludes_null(cx, ty))
            }),
            Value::Instance(class, _) => self.eval.module(class.file).is_some_and(|module| {
                let members = &module.class(class.id).members;
                let found = members.iter().find(|member| module.text(member.name) == key);
                found.is_some_and(|member| match member.kind {
                    MemberKind::Field { annotation: Some(ty), .. } => {
                        self.excludes_null(Context::of(&module), ty)
                    }
                    _ => false,
                })
            }),
            Value::Merged(parts) => parts.iter().any(|part| self.member_excludes_null(part, key)),
            _ => false,
        }
    }

    /// Whether a written type certainly has no null. One that is taken from another (`User["email"]`) may change with the
    /// column, one of a library is not known.
    pub(super) fn excludes_null(&self, cx: Context<'_>, ty: TypeId) -> bool {
        match &cx.module.ty(ty).kind {
            TypeKind::Union(items) => items.iter().all(|item| self.excludes_null(cx, *item)),
            TypeKind::Wrapped(inner) => self.excludes_null(cx, *inner),
            TypeKind::Array(_)
            | TypeKind::Tuple(_)
            | TypeKind::Object(_)
            | TypeKind::Function { .. }
            | TypeKind::StrLiteral(_)
            | TypeKind::OtherLiteral => true,
            TypeKind::Name { path, args } => {
                let last = path.last().map_or("", |name| cx.module.text(*name));
                if last == "Annotated" {
                    return args.first().is_some_and(|ty| self.excludes_null(cx, *ty));
                }
                let null_among =
                    |ty: &TypeId| last == "Literal" && matches!(cx.module.ty(*ty).kind, TypeKind::Null);
                let takes_null = last.is_empty() || TAKES_NULL.contains(&last) || args.iter().any(null_among);
                !takes_null && self.eval.type_value(cx, ty).value.alternatives().iter().all(is_never_null)
            }
            _ => false,
        }
    }
}

fn place(cx: Context<'_>, id: TypeId) -> Place<TypeId> {
    Place { file: cx.module.file, id, frame: cx.frame }
}

/// Whether no value of the type is null.
fn is_never_null(value: &Value) -> bool {
    match value {
        Value::Other
        | Value::Str(_)
        | Value::Instance(..)
        | Value::TypeObject(_)
        | Value::List(_)
        | Value::Map(_)
        | Value::Tuple(_)
        | Value::Row(_) => true,
        Value::ExternalInstance(path, _) => {
            path.split('.').next().is_some_and(|package| TYPES_ARE_CLASSES.contains(&package))
        }
        _ => false,
    }
}

//! What is said of a value that is written: whether it is null, or may be.

use crate::code::eval::Context;
use crate::code::library::{FieldAccess, NamedField};
use crate::code::tree::{
    BinaryOp, BindingKind, EntryKey, ExprId, ExprKind, MemberKind, Module, Parent, PatternId, PatternKind,
    PatternSource, Site, SiteKind, TypeId, TypeKind,
};
use crate::code::value::Value;
use crate::schema::ValueSource;
use crate::usage::ValueFact;
use crate::usage::find::Finder;
use crate::usage::find::guards::{is_defined, is_guarded};
use crate::usage::find::type_sites::leaves_out;

/// Variables are followed from one to the next so often.
const DEEPEST: u32 = 3;

/// What is written to.
struct Written<'a> {
    /// The field.
    named: &'a NamedField,
    /// Whether what is undefined is null in the end: a row is made, and nothing else fills the column.
    absent_is_null: bool,
}

impl Finder<'_> {
    /// What is said of the value: whether null is written, whether a type leaves it out.
    pub(super) fn value_fact(&self, module: &Module, site: Site, named: &NamedField) -> ValueFact {
        let value = match site.kind {
            SiteKind::Key { object, entry } => match &module.expr(object).kind {
                ExprKind::Object { entries } => entries.get(entry as usize).map(|entry| entry.value),
                _ => None,
            },
            SiteKind::Keyword { call, argument } => match &module.expr(call).kind {
                ExprKind::Call { args, .. } => args.get(argument as usize).map(|arg| arg.value),
                _ => None,
            },
            SiteKind::Member(expr) => assigned_to(module, expr)
                .or_else(|| keyed_by(module, expr).filter(|_| named.access == FieldAccess::Write)),
            SiteKind::Text(expr) => set_by_name(module, expr),
            SiteKind::TypeLiteral(ty) if leaves_out(module, ty) => return ValueFact::LeftOut,
            _ => None,
        };
        match value {
            Some(_) if self.default_takes_its_place(module, site, named) => ValueFact::Plain,
            Some(value) if self.writes_null(Context::of(module), value, named) => ValueFact::NullWritten,
            // A condition on a value that may be null is no condition on null.
            Some(value) if self.may_be_null(Context::of(module), value, site, named) => {
                ValueFact::NullPossible
            }
            Some(value) if named.access == FieldAccess::Write => literal(module, value).unwrap_or_default(),
            _ if named.access == FieldAccess::Aggregate => ValueFact::Aggregated,
            _ if named.access == FieldAccess::Define => ValueFact::Defined,
            _ => ValueFact::Plain,
        }
    }

    /// Whether null is what is written: the literal, on one of its ways, a variable or call that gives nothing else; or what a
    /// filter asks for.
    fn writes_null(&self, cx: Context<'_>, value: ExprId, named: &NamedField) -> bool {
        let module = cx.module;
        let inner = |value: ExprId| self.writes_null(cx, value, named);
        let in_python = module.language.is_python() && named.access == FieldAccess::Write;
        match &module.expr(value).kind {
            // `undefined` leaves a value as it is.
            ExprKind::Null => module.slice(module.expr(value).range) != "undefined",
            ExprKind::Conditional { test, then, otherwise } => {
                inner(*then) || (inner(*otherwise) && !self.is_always_true(cx, *test))
            }
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                inner(*right) && !self.is_field_itself(cx, *left, named)
            }
            ExprKind::Binary { op: BinaryOp::And, right, .. } => in_python && inner(*right),
            ExprKind::Name(_) | ExprKind::Call { .. } | ExprKind::Index { .. } => {
                in_python && self.eval.expr(cx, value).value == Value::Null
            }
            // `{ not: null }`, `{ equals: null }`.
            ExprKind::Object { entries } if named.in_query && named.access == FieldAccess::Filter => {
                entries.iter().any(|entry| match entry.key {
                    EntryKey::Name(key) => matches!(module.text(key), "not" | "equals") && inner(entry.value),
                    _ => false,
                })
            }
            _ => false,
        }
    }

    /// Whether a value is the field itself, of a row or of the data of one: as the column is required, it is never null.
    fn is_field_itself(&self, cx: Context<'_>, expr: ExprId, named: &NamedField) -> bool {
        let ExprKind::Member { object, name, optional: false } = cx.module.expr(expr).kind else {
            return false;
        };
        let object = self.eval.expr(cx, object).value.non_null();
        cx.module.text(name) == named.field
            && object.alternatives().iter().all(|value| match value {
                Value::Row(row) => row.entity == named.entity && !row.is_optional(),
                shape => {
                    let given =
                        self.eval.libraries().find_map(|library| library.typed_row(&self.eval, shape, shape));
                    given.is_some_and(|given| {
                        given.entity == named.entity && !given.fields.contains(&named.field)
                    })
                }
            })
    }

    /// Whether a test holds whatever happens: it asks for a library's object that is there (a session, a connection).
    fn is_always_true(&self, cx: Context<'_>, test: ExprId) -> bool {
        let is_name = matches!(cx.module.expr(test).kind, ExprKind::Name(_));
        is_name
            && cx.module.language.is_python()
            && matches!(self.eval.expr(cx, test).value, Value::Library(_))
    }

    /// Whether what null is given to takes the column's default for it.
    fn default_takes_its_place(&self, module: &Module, site: Site, named: &NamedField) -> bool {
        let info = self.eval.entity(named.entity);
        let field = info.as_ref().and_then(|info| info.entity.field(&named.field));
        if named.access != FieldAccess::Write || field.is_none_or(|field| field.default != ValueSource::Orm) {
            return false;
        }
        let cx = Context::of(module);
        let takers = match site.kind {
            SiteKind::Keyword { call, .. } => match module.expr(call).kind {
                ExprKind::Call { callee, .. } => self.eval.expr(cx, callee).value,
                _ => return false,
            },
            SiteKind::Key { object, .. } => self.eval.expected(cx, object).value,
            _ => return false,
        };
        takers.alternatives().iter().any(|taker| {
            self.eval.libraries().any(|library| library.takes_default_for_null(&self.eval, taker))
        })
    }

    /// Whether an expression that is written at a site of `named` may be null: the literal on one of its ways, or a value that is
    /// declared so and was not asked. The column's own value changes with the column.
    pub(super) fn may_be_null(&self, cx: Context<'_>, expr: ExprId, site: Site, named: &NamedField) -> bool {
        if cx.module.language.is_python() || named.access != FieldAccess::Write {
            return false;
        }
        let written = Written { named, absent_is_null: self.absent_is_null(cx, site, named) };
        self.holds_null(cx, expr, &written, 0)
    }

    /// Whether a key's value that is undefined leaves the column null: the object is a new row, and nothing else fills it.
    fn absent_is_null(&self, cx: Context<'_>, site: Site, named: &NamedField) -> bool {
        let SiteKind::Key { object, .. } = site.kind else { return false };
        let info = self.eval.entity(named.entity);
        let field = info.as_ref().and_then(|info| info.entity.field(&named.field));
        let makes_row = |shape: &Value| self.eval.libraries().any(|library| library.makes_row(shape));
        field.is_some_and(|field| field.default == ValueSource::None)
            && self.eval.expected(cx, object).value.alternatives().iter().any(makes_row)
    }

    fn holds_null(&self, cx: Context<'_>, expr: ExprId, written: &Written<'_>, depth: u32) -> bool {
        let module = cx.module;
        let inner = |expr: ExprId| depth < 8 && self.holds_null(cx, expr, written, depth + 1);
        match &module.expr(expr).kind {
            ExprKind::Null => is_null(module.slice(module.expr(expr).range)),
            ExprKind::Conditional { then, otherwise, .. } => inner(*then) || inner(*otherwise),
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => {
                inner(*right) && !self.is_field_itself(cx, *left, written.named)
            }
            ExprKind::Await(value) => inner(*value),
            ExprKind::Call { callee, .. } => self.call_gives_null(cx, *callee, written, depth),
            _ if is_guarded(module, expr) => false,
            ExprKind::Member { .. } | ExprKind::Name(_)
                if written.absent_is_null && is_defined(module, expr) =>
            {
                let defined = Written { named: written.named, absent_is_null: false };
                self.holds_null(cx, expr, &defined, depth)
            }
            ExprKind::Member { object, name, optional: false } => {
                self.member_holds_null(cx, *object, module.text(*name), written)
            }
            ExprKind::Name(name) if depth < DEEPEST => {
                let scope = module.expr(expr).scope;
                let found = self.eval.lookup(module, scope, module.text(*name));
                match found.as_ref().map(|found| found.bindings.as_slice()) {
                    Some([binding]) => match binding.kind {
                        BindingKind::Pattern(pattern) => {
                            self.variable_holds_null(cx, pattern, written, depth)
                        }
                        _ => false,
                    },
                    _ => false,
                }
            }
            _ => false,
        }
    }

    /// Whether a function of the project may give null: by its declared result, or by what it returns.
    fn call_gives_null(&self, cx: Context<'_>, callee: ExprId, written: &Written<'_>, depth: u32) -> bool {
        let function = match self.eval.expr(cx, callee).value {
            Value::Function(function) => function,
            // What a type says of a function: `Record<Key, (user: User) => string | null>`.
            Value::Callable { returns, .. } => return returns.alternatives().contains(&Value::Null),
            _ => return false,
        };
        let Some(module) = self.eval.module(function.file) else { return false };
        let cx = Context { module: &module, frame: function.frame };
        let declared = module.function(function.id);
        match declared.returns {
            Some(ty) => match &module.ty(ty).kind {
                TypeKind::Name { args, .. } if declared.is_async => {
                    args.first().is_some_and(|ty| self.type_holds_null(cx, *ty))
                }
                _ => self.type_holds_null(cx, ty),
            },
            None => {
                depth < DEEPEST
                    && declared
                        .return_values
                        .iter()
                        .any(|value| self.holds_null(cx, *value, written, depth + 1))
            }
        }
    }

    fn variable_holds_null(
        &self,
        cx: Context<'_>,
        pattern: PatternId,
        written: &Written<'_>,
        depth: u32,
    ) -> bool {
        match cx.module.pattern(pattern).source {
            PatternSource::Value { annotation: Some(ty), .. } => self.type_holds_null(cx, ty),
            PatternSource::Value { value: Some(value), .. } => self.holds_null(cx, value, written, depth + 1),
            PatternSource::Parameter { function, index } => {
                let param = cx.module.function(function).params.get(index as usize);
                param.is_some_and(|param| {
                    (param.optional && written.absent_is_null)
                        || param.annotation.is_some_and(|ty| self.type_holds_null(cx, ty))
                })
            }
            // `const { image } = input`.
            PatternSource::Part { whole, index } => {
                let PatternKind::Object(entries) = &cx.module.pattern(whole).kind else { return false };
                let key = match entries.get(index as usize).map(|entry| entry.key) {
                    Some(EntryKey::Name(key) | EntryKey::Shorthand(key)) => Some(key),
                    _ => None,
                };
                let object = self.eval.pattern(cx, whole).value;
                let holds = |key| {
                    let key = cx.module.text(key);
                    object.alternatives().iter().any(|value| self.value_holds_null(value, key, written))
                };
                key.is_some_and(holds)
            }
            _ => false,
        }
    }

    fn member_holds_null(&self, cx: Context<'_>, object: ExprId, name: &str, written: &Written<'_>) -> bool {
        let object = self.eval.expr(cx, object).value;
        object.alternatives().iter().any(|value| self.value_holds_null(value, name, written))
    }

    /// Whether `value.name` is declared to hold null.
    fn value_holds_null(&self, value: &Value, name: &str, written: &Written<'_>) -> bool {
        match value {
            Value::Row(row) => {
                let info = self.eval.entity(row.entity);
                let is_itself = row.entity == written.named.entity && name == written.named.field;
                let may_lack = row.is_optional() && written.absent_is_null;
                may_lack
                    || !is_itself
                        && info
                            .and_then(|info| info.entity.field(name).map(|field| field.nullable))
                            .unwrap_or(false)
            }
            Value::TypeObject(place) => self.eval.module(place.file).is_some_and(|module| {
                let TypeKind::Object(members) = &module.ty(place.id).kind else { return false };
                let found = members.iter().find(|member| module.text(member.name) == name);
                let cx = Context { module: &module, frame: place.frame };
                found.is_some_and(|member| {
                    (member.optional && written.absent_is_null)
                        || member.ty.is_some_and(|ty| self.type_holds_null(cx, ty))
                })
            }),
            Value::Instance(class, _) => self.eval.module(class.file).is_some_and(|module| {
                let members = &module.class(class.id).members;
                let found = members.iter().find(|member| module.text(member.name) == name);
                found.is_some_and(|member| match member.kind {
                    MemberKind::Field { annotation: Some(ty), .. } => {
                        (member.optional && written.absent_is_null)
                            || self.type_holds_null(Context::of(&module), ty)
                    }
                    MemberKind::Field { annotation: None, .. } | MemberKind::Method(_) => false,
                })
            }),
            Value::Merged(parts) => parts.iter().any(|part| self.value_holds_null(part, name, written)),
            // What a validator gives says itself whether it is null.
            Value::Library(_) => {
                let member = self.eval.member(&crate::code::value::Known::plain(value.clone()), name).value;
                matches!(member, Value::Union(_)) && member.alternatives().contains(&Value::Null)
            }
            _ => false,
        }
    }

    /// Whether a written type has null among its alternatives; `undefined` is no value to be written.
    fn type_holds_null(&self, cx: Context<'_>, ty: TypeId) -> bool {
        let module = cx.module;
        match &module.ty(ty).kind {
            TypeKind::Null => is_null(module.slice(module.ty(ty).range)),
            TypeKind::Union(items) => items.iter().any(|item| self.type_holds_null(cx, *item)),
            TypeKind::Wrapped(inner) => self.type_holds_null(cx, *inner),
            TypeKind::Name { path, .. } => path.len() == 1 && is_null(module.slice(module.ty(ty).range)),
            _ => false,
        }
    }
}

/// Whether a word is null itself, in either language.
fn is_null(word: &str) -> bool {
    matches!(word, "null" | "None")
}

/// What a literal says of the value that is written.
fn literal(module: &Module, value: ExprId) -> Option<ValueFact> {
    match &module.expr(value).kind {
        ExprKind::Str(_) => {
            u32::try_from(module.literal_str(value)?.chars().count()).ok().map(ValueFact::TextWritten)
        }
        ExprKind::Number => module.slice(module.expr(value).range).parse().ok().map(ValueFact::NumberWritten),
        _ => None,
    }
}

/// The value under a key that is an expression: `{User.email: None}`, `(User.email, None)`.
fn keyed_by(module: &Module, key: ExprId) -> Option<ExprId> {
    let Parent::Expr(object) = module.expr(key).parent else { return None };
    match &module.expr(object).kind {
        ExprKind::Object { entries } => {
            entries.iter().find(|entry| entry.key == EntryKey::Computed(key)).map(|entry| entry.value)
        }
        ExprKind::Sequence { items, .. } => match items.as_slice() {
            [first, value] if *first == key => Some(*value),
            _ => None,
        },
        _ => None,
    }
}

/// The value of `setattr(user, "email", None)`.
fn set_by_name(module: &Module, name: ExprId) -> Option<ExprId> {
    let Parent::Expr(call) = module.expr(name).parent else { return None };
    let ExprKind::Call { callee, args, .. } = &module.expr(call).kind else { return None };
    let [_, given, value] = args.as_slice() else { return None };
    let is_meant = given.value == name && module.slice(module.expr(*callee).range) == "setattr";
    is_meant.then_some(value.value)
}

/// What is assigned to `x.email`.
fn assigned_to(module: &Module, expr: ExprId) -> Option<ExprId> {
    let Parent::Pattern(pattern) = module.expr(expr).parent else { return None };
    match module.pattern(pattern).source {
        PatternSource::Value { value, .. } => value,
        // `user.email, user.name = None, "a"`.
        PatternSource::Part { whole, index } => {
            let PatternSource::Value { value: Some(value), .. } = module.pattern(whole).source else {
                return None;
            };
            match &module.expr(value).kind {
                ExprKind::Sequence { items, .. } => items.get(index as usize).copied(),
                _ => None,
            }
        }
        _ => None,
    }
}

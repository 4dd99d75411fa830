//! The value of an expression.

use std::rc::Rc;

use crate::code::eval::builtins::paths;
use crate::code::eval::{Context, Evaluator, Question};
use crate::code::project::ImportTarget;
use crate::code::tree::{
    BinaryOp, ComprehensionKind, ExprId, ExprKind, ImportId, Module, SequenceKind, UnaryOp,
};
use crate::code::value::{ClassRef, FunctionRef, Known, Place, Value};
use crate::text::TextRange;

impl Evaluator<'_> {
    /// The value of an expression.
    pub fn expr(&self, cx: Context<'_>, id: ExprId) -> Known {
        match &cx.module.expr(id).kind {
            // The commonest leaves are not worth an entry.
            ExprKind::Number | ExprKind::Bool(_) => Known::plain(Value::Other),
            ExprKind::Null => Known::plain(Value::Null),
            _ => self.ask(Question::Expr(cx.module.file, id, cx.frame), || self.expr_kind(cx, id)),
        }
    }

    fn expr_kind(&self, cx: Context<'_>, id: ExprId) -> Known {
        let module = cx.module;
        let expr = module.expr(id);
        let file = module.file;
        match &expr.kind {
            ExprKind::Name(name) => {
                let known = self.name_value(cx, expr.scope, module.text(*name), expr.range.start);
                self.narrowed(cx, id, known)
            }
            ExprKind::This => self.this(cx, id),
            ExprKind::Super => self.superclass(cx, id),
            ExprKind::Member { object, name, .. } => {
                let object = self.expr(cx, *object);
                let known = self.member(&object, module.text(*name));
                self.narrowed(cx, id, known)
            }
            ExprKind::Index { object, index, .. } => {
                let object = self.expr(cx, *object);
                if matches!(module.expr(*index).kind, ExprKind::Slice) {
                    return object;
                }
                if let Some(ty) = self.subscripted_type(cx, &object.value, *index) {
                    return Known::plain(ty);
                }
                if let Some(position) = position(module, *index) {
                    return self.at_position(&object, position);
                }
                let index = self.expr(cx, *index);
                self.index(&object, &index.value)
            }
            ExprKind::Call { .. } => self.call_expr(cx, id),
            ExprKind::Template { tag: Some(_), .. } => self.tagged_template(cx, id),
            ExprKind::Object { .. } => Known::plain(Value::Object(Place { file, id, frame: cx.frame })),
            ExprKind::Sequence { kind, items } => self.sequence(cx, *kind, items),
            ExprKind::Spread(inner) => {
                let inner = self.expr(cx, *inner);
                if module.language.is_python() { self.items(&inner) } else { self.iterated(&inner) }
            }
            ExprKind::Str(_) | ExprKind::Template { tag: None, .. } => {
                Known::plain(self.constant_str(cx, id).map_or(Value::Other, |text| Value::Str(text.into())))
            }
            ExprKind::Unary {
                op: UnaryOp::Not | UnaryOp::Minus | UnaryOp::Typeof | UnaryOp::Other, ..
            } => Known::plain(Value::Other),
            ExprKind::Binary { op, left, right } => self.binary(cx, id, *op, *left, *right),
            ExprKind::Conditional { then, otherwise, .. } => {
                let (then, otherwise) = (self.expr(cx, *then), self.expr(cx, *otherwise));
                self.join([then, otherwise])
            }
            ExprKind::Await(inner) => {
                let known = self.expr(cx, *inner);
                let value = known.value.awaited();
                let value =
                    if value == known.value { self.awaited_library(&value).unwrap_or(value) } else { value };
                known.with(value)
            }
            ExprKind::Yield { .. } => Known::unknown(),
            ExprKind::Function(function) => Known::plain(Value::Function(FunctionRef {
                file,
                id: *function,
                receiver: None,
                frame: cx.frame,
            })),
            ExprKind::Class(class) => Known::plain(Value::Class(ClassRef { file, id: *class })),
            ExprKind::Comprehension { kind, element, .. } => {
                let element = self.expr(cx, *element);
                let value = element.value.clone();
                element.with(match kind {
                    ComprehensionKind::Dict => Value::Map(Rc::new(value)),
                    ComprehensionKind::List | ComprehensionKind::Set | ComprehensionKind::Generator => {
                        Value::list(value)
                    }
                })
            }
            ExprKind::Assign { value, .. } => self.expr(cx, *value),
            ExprKind::Cast { value, ty, satisfies } => {
                let cast = self.type_value(cx, *ty);
                if *satisfies || cast.value.is_unknown() {
                    self.expr(cx, *value)
                } else {
                    self.over_actual(cx, cast, || self.expr(cx, *value))
                }
            }
            ExprKind::NonNull(inner) => {
                let known = self.expr(cx, *inner);
                known.with(known.value.non_null())
            }
            ExprKind::ImportCall(import) => self.import_call(module, *import),
            ExprKind::Number | ExprKind::Bool(_) | ExprKind::Slice | ExprKind::Jsx { .. } => {
                Known::plain(Value::Other)
            }
            ExprKind::Null => Known::plain(Value::Null),
            ExprKind::Other(_) => Known::unknown(),
        }
    }

    fn import_call(&self, module: &Module, import: ImportId) -> Known {
        let specifier = module.import(import).range;
        let is_require = module.slice(specifier).starts_with("require");
        let value = match self.project.resolve_import(module, import) {
            ImportTarget::File(file) => Value::Module(file),
            ImportTarget::External(path) => Value::external(path),
            ImportTarget::Folder(_) => return Known::unknown(),
        };
        Known::plain(if is_require { value } else { Value::promise(value) })
    }

    fn sequence(&self, cx: Context<'_>, kind: SequenceKind, items: &[ExprId]) -> Known {
        let values: Vec<Known> = items.iter().map(|item| self.expr(cx, *item)).collect();
        let spread = items.iter().any(|item| matches!(cx.module.expr(*item).kind, ExprKind::Spread(_)));
        // `[a, b]` of different kinds is read by position too (`Promise.all([...])`).
        let fixed = !spread && kind != SequenceKind::Set && !values.is_empty() && values.len() <= 16;
        let joined = self.join(values.iter().cloned());
        if fixed {
            let tuple: Vec<Value> = values.into_iter().map(|known| known.value).collect();
            joined.with(Value::Tuple(tuple.into()))
        } else {
            joined.with(Value::list(joined.value.clone()))
        }
    }

    fn binary(&self, cx: Context<'_>, id: ExprId, op: BinaryOp, left: ExprId, right: ExprId) -> Known {
        let module = cx.module;
        match op {
            // `a and b` is `b`, or something false.
            BinaryOp::And => self.expr(cx, right),
            BinaryOp::Or | BinaryOp::Coalesce => {
                let (left, right) = (self.expr(cx, left), self.expr(cx, right));
                self.join([left.with(left.value.non_null()), right])
            }
            BinaryOp::Add => {
                if let Some(text) = self.constant_str(cx, id) {
                    return Known::plain(Value::Str(text.into()));
                }
                let (left, right) = (self.expr(cx, left), self.expr(cx, right));
                let is_list = |known: &Known| matches!(known.value, Value::List(_) | Value::Tuple(_));
                if is_list(&left) || is_list(&right) {
                    let (left, right) = (self.items(&left), self.items(&right));
                    let joined = self.join([left, right]);
                    return joined.with(Value::list(joined.value.clone()));
                }
                Known::plain(Value::Other)
            }
            BinaryOp::BitOr | BinaryOp::BitAnd => {
                // Set and dict union, query conditions: one operand's kind is the result's.
                let known = self.expr(cx, left);
                if let Some(ty) = self.union_of_types(cx, &known.value, right) {
                    return Known::plain(ty);
                }
                // `{"a": 1} | more`: what both hold.
                if let Value::Object(_) | Value::Merged(_) = known.value
                    && module.language.is_python()
                {
                    let right = self.expr(cx, right).value;
                    return known.with(Value::Merged(Rc::from([known.value.clone(), right])));
                }
                if known.value.matters() { known } else { Known::plain(Value::Other) }
            }
            BinaryOp::Equal
            | BinaryOp::NotEqual
            | BinaryOp::Is
            | BinaryOp::IsNot
            | BinaryOp::Order
            | BinaryOp::In
            | BinaryOp::NotIn
            | BinaryOp::InstanceOf
            | BinaryOp::Percent => Known::plain(Value::Other),
            BinaryOp::Other => Known::plain(self.joined_path(cx, left, right).unwrap_or(Value::Other)),
        }
    }

    /// `HERE / "queries" / "find.sql"`.
    fn joined_path(&self, cx: Context<'_>, left: ExprId, right: ExprId) -> Option<Value> {
        let module = cx.module;
        let (from, to) = (module.expr(left).range.end, module.expr(right).range.start);
        let is_path = module.language.is_python()
            && matches!(module.expr(right).kind, ExprKind::Str(_) | ExprKind::Name(_))
            && module.slice(TextRange { start: from, end: to.max(from) }).trim() == "/";
        is_path.then(|| paths::joined(&self.expr(cx, left).value, &self.expr(cx, right).value))?
    }

    /// The text of an expression that is a constant string: literals, constants, their concatenation.
    pub fn constant_str(&self, cx: Context<'_>, id: ExprId) -> Option<String> {
        let module = cx.module;
        if let Some(text) = module.literal_str(id) {
            return Some(text);
        }
        match &module.expr(id).kind {
            ExprKind::Binary { op: BinaryOp::Add, left, right } => {
                let left = self.constant_str(cx, *left)?;
                Some(left + &self.constant_str(cx, *right)?)
            }
            ExprKind::Name(_) | ExprKind::Member { .. } => {
                self.expr(cx, id).value.as_str().map(str::to_owned)
            }
            // `Path("find.sql").read_text()`, `dedent("...")`.
            ExprKind::Call { .. } if module.language.is_python() => {
                self.expr(cx, id).value.as_str().map(str::to_owned)
            }
            _ => None,
        }
    }

    /// `this`: the class around the expression, or what the frame says.
    fn this(&self, cx: Context<'_>, id: ExprId) -> Known {
        let Some(class) = self.class_around(cx.module, id) else { return Known::unknown() };
        if let Some(receiver) = self.find_in_frames(cx.frame, |frame| frame.receiver.clone()) {
            return Known::plain(receiver);
        }
        Known::plain(self.instance_of(class, &[]))
    }

    /// The innermost class whose method holds the expression.
    pub fn class_around(&self, module: &Module, id: ExprId) -> Option<ClassRef> {
        use crate::code::tree::ScopeOwner;
        let mut current = Some(module.expr(id).scope);
        while let Some(scope) = current {
            let here = module.scope(scope);
            match here.owner {
                ScopeOwner::Class(id) => return Some(ClassRef { file: module.file, id }),
                ScopeOwner::Function(function) => {
                    if let Some(id) = module.function(function).class {
                        return Some(ClassRef { file: module.file, id });
                    }
                }
                ScopeOwner::Module | ScopeOwner::Block => {}
            }
            current = here.parent;
        }
        None
    }

    /// `super`: an instance of the class's base, as far as members go.
    fn superclass(&self, cx: Context<'_>, id: ExprId) -> Known {
        let Some(class) = self.class_around(cx.module, id) else { return Known::unknown() };
        let bases = self.base_values(class, &[]);
        self.join(bases.into_iter().map(|value| Known::plain(self.instantiated(&value))))
    }

    /// Whether the expression is the name `name`.
    pub fn is_name(&self, module: &Module, expr: ExprId, name: &str) -> bool {
        matches!(module.expr(expr).kind, ExprKind::Name(ident) if module.text(ident) == name)
    }

    /// What awaiting a library's value gives, where it is no promise (SQLAlchemy's async results).
    fn awaited_library(&self, value: &Value) -> Option<Value> {
        match value {
            Value::Library(_) => self.libraries().find_map(|library| library.member(self, value, "await")),
            _ => None,
        }
    }
}

/// The position that an index is, if it is a plain number; negative from the end.
fn position(module: &Module, index: ExprId) -> Option<isize> {
    match &module.expr(index).kind {
        ExprKind::Number => module.slice(module.expr(index).range).parse().ok(),
        ExprKind::Unary { op: UnaryOp::Minus, operand } => position(module, *operand).map(|number| -number),
        _ => None,
    }
}

//! Python's types that stand where values stand: `Users = list[User]`, `cast("User | None", x)`, `Repo[User](session)`.

use crate::code::eval::{Context, Evaluator};
use crate::code::tree::{BinaryOp, BindingKind, ExprId, ExprKind, PatternSource, ScopeId};
use crate::code::value::{Known, Value};

/// Types in strings nest no deeper than this.
const DEEPEST_TEXT: u32 = 8;

impl Evaluator<'_> {
    /// An expression read as a type: a class, a subscripted class, a `TypeVar`, a string with a type in it.
    pub fn type_of_expr(&self, cx: Context<'_>, expr: ExprId) -> Value {
        if let Some(key) = self.type_var(cx, expr) {
            return self.type_in_frame(cx.frame, key).unwrap_or(Value::Unknown);
        }
        match &cx.module.expr(expr).kind {
            ExprKind::Index { .. } => self.base_value(cx, expr),
            ExprKind::Binary { op: BinaryOp::BitOr, left, right } => {
                Value::union([self.type_of_expr(cx, *left), self.type_of_expr(cx, *right)])
            }
            ExprKind::Str(_) if cx.module.language.is_python() => {
                let text = cx.module.literal_str(expr).unwrap_or_default();
                self.type_in_text(cx, cx.module.expr(expr).scope, &text, 0)
            }
            // `Callable[[User], str]`.
            ExprKind::Sequence { items, .. } => {
                Value::Tuple(items.iter().map(|item| self.type_of_expr(cx, *item)).collect())
            }
            _ => {
                let value = self.expr(cx, expr).value;
                self.as_type(&value, &[])
            }
        }
    }

    /// `list[User]`, `Annotated[Session, ...]`, `Repo[User]` as a value: what its instances are.
    pub(super) fn subscripted_type(&self, cx: Context<'_>, object: &Value, index: ExprId) -> Option<Value> {
        if !cx.module.language.is_python() || !matches!(object, Value::External(_) | Value::Class(_)) {
            return None;
        }
        let args: Vec<Value> = match &cx.module.expr(index).kind {
            ExprKind::Sequence { items, .. } => {
                items.iter().map(|item| self.type_of_expr(cx, *item)).collect()
            }
            _ => vec![self.type_of_expr(cx, index)],
        };
        Some(self.as_type(object, &args))
    }

    /// `User | None` as a value: the union of the types, where the left one is a class.
    pub(super) fn union_of_types(&self, cx: Context<'_>, left: &Value, right: ExprId) -> Option<Value> {
        let is_class = |value: &Value| {
            matches!(value, Value::Class(_) | Value::Entity(_) | Value::External(_) | Value::Null)
                || matches!(value, Value::Union(items) if items.iter().any(|item| matches!(item, Value::Class(_))))
        };
        if !cx.module.language.is_python() || !is_class(left) {
            return None;
        }
        let right = self.expr(cx, right).value;
        is_class(&right).then(|| Value::union([left.clone(), right]))
    }

    /// The type that a Python variable stands for, if its value is one: an alias.
    pub(super) fn aliased_type(&self, cx: Context<'_>, binding: BindingKind) -> Option<Known> {
        let BindingKind::Pattern(pattern) = binding else { return None };
        let PatternSource::Value { value: Some(value), .. } = cx.module.pattern(pattern).source else {
            return None;
        };
        let is_type = cx.module.language.is_python()
            && matches!(
                cx.module.expr(value).kind,
                ExprKind::Index { .. } | ExprKind::Str(_) | ExprKind::Binary { op: BinaryOp::BitOr, .. }
            );
        is_type.then(|| Known::plain(self.type_of_expr(cx, value)))
    }

    /// A type in a string: names, subscripts, unions.
    fn type_in_text(&self, cx: Context<'_>, scope: ScopeId, text: &str, depth: u32) -> Value {
        let text = text.trim();
        if depth > DEEPEST_TEXT || text.is_empty() {
            return Value::Unknown;
        }
        let of = |part: &str| self.type_in_text(cx, scope, part, depth + 1);
        let alternatives = split_outside_brackets(text, '|');
        if alternatives.len() > 1 {
            return Value::union(alternatives.into_iter().map(of));
        }
        let (name, args) = match text.strip_suffix(']').and_then(|text| text.split_once('[')) {
            Some((name, args)) => (name.trim(), split_outside_brackets(args, ',')),
            None => (text, Vec::new()),
        };
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | '.');
        if !name.chars().all(is_name) {
            return Value::Unknown;
        }
        if name == "None" {
            return Value::Null;
        }
        let args: Vec<Value> = args.into_iter().map(of).collect();
        let mut parts = name.split('.');
        let first = parts.next().unwrap_or_default();
        let start = self.name_value(cx, scope, first, u32::MAX);
        let named = parts.fold(start, |known, part| self.member(&known, part));
        self.as_type(&named.value, &args)
    }
}

/// The parts of a text between separators that stand in no brackets.
fn split_outside_brackets(text: &str, separator: char) -> Vec<&str> {
    let mut depth = 0i32;
    text.split(|letter: char| {
        match letter {
            '[' | '(' => depth += 1,
            ']' | ')' => depth -= 1,
            _ => {}
        }
        letter == separator && depth == 0
    })
    .collect()
}

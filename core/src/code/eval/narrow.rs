//! Values that a test of their class narrows: `isinstance(x, User)`, `x instanceof User`, `case User():`.

use std::rc::Rc;

use crate::code::conditions::{Condition, decided_at, is_rebound};
use crate::code::eval::{Context, Evaluator};
use crate::code::tree::{BinaryOp, ExprId, ExprKind, Module, StmtKind, UnaryOp};
use crate::code::value::{ClassRef, Known, Value};

/// A test of a value's class.
#[derive(Clone, Copy)]
struct ClassTest {
    class: ExprId,
    /// Whether the value is one of the class, or certainly none.
    is: bool,
}

/// The values of a module whose class is tested somewhere, as they are written.
pub type TestedValues = Rc<[Box<str>]>;

impl Evaluator<'_> {
    /// The value of a name or attribute, narrowed by the tests of its class that are decided where it stands.
    pub(super) fn narrowed(&self, cx: Context<'_>, id: ExprId, known: Known) -> Known {
        let module = cx.module;
        let range = module.expr(id).range;
        let text = module.slice(range);
        if !self.tested_values(module).iter().any(|tested| **tested == *text) {
            return known;
        }
        let mut value = known.value.clone();
        for condition in decided_at(module, id).into_iter().rev() {
            for test in class_tests(module, condition, text) {
                if !is_rebound(module, id, module.expr(test.class).range.end, range.start) {
                    let class = self.expr(cx, test.class).value;
                    value = self.narrowed_to(&value, &class, test.is);
                }
            }
        }
        known.with(value)
    }

    /// The alternatives of a value that are, or are not, of a class.
    fn narrowed_to(&self, value: &Value, class: &Value, is: bool) -> Value {
        let classes = match class {
            Value::Tuple(items) => items.to_vec(),
            class => class.alternatives().to_vec(),
        };
        let matching = |alternative: &Value| classes.iter().any(|class| self.is_of(alternative, class));
        let (of_class, others): (Vec<Value>, Vec<Value>) =
            value.alternatives().iter().cloned().partition(matching);
        if !is {
            return if others.is_empty() { value.clone() } else { Value::union(others) };
        }
        if !of_class.is_empty() {
            return Value::union(of_class);
        }
        let narrowed = Value::union(classes.iter().map(|class| self.instantiated(class)));
        if narrowed.is_unknown() { value.clone() } else { narrowed }
    }

    /// Whether a value is an instance of a class of the project or of one derived from it.
    fn is_of(&self, value: &Value, class: &Value) -> bool {
        let of_class = |value: &Value| match value {
            Value::Instance(class, _) | Value::Class(class) => Some(*class),
            Value::Row(row) => self.entity(row.entity).and_then(|info| info.class),
            Value::Entity(entity) => self.entity(*entity).and_then(|info| info.class),
            _ => None,
        };
        match (of_class(value), of_class(class), value, class) {
            (Some(value), Some(base), _, Value::Class(_) | Value::Entity(_)) => self.derives(value, base),
            (_, _, Value::List(_), Value::External(path)) => {
                matches!(
                    &**path,
                    "list"
                        | "set"
                        | "tuple"
                        | "Array"
                        | "collections.abc.Sequence"
                        | "collections.abc.Iterable"
                )
            }
            (_, _, Value::Tuple(_), Value::External(path)) => matches!(&**path, "list" | "tuple"),
            (_, _, Value::Map(_) | Value::Object(_), Value::External(path)) => {
                matches!(&**path, "dict" | "collections.abc.Mapping")
            }
            _ => false,
        }
    }

    /// Whether a class is `base` or derived from it.
    pub fn derives(&self, class: ClassRef, base: ClassRef) -> bool {
        let mut open = vec![class];
        let mut steps = 0;
        while let Some(class) = open.pop() {
            steps += 1;
            if class == base {
                return true;
            }
            if steps > 32 {
                return false;
            }
            open.extend(self.base_values(class, &[]).iter().filter_map(|value| match value {
                Value::Instance(class, _) => Some(*class),
                Value::Row(row) => self.entity(row.entity).and_then(|info| info.class),
                _ => None,
            }));
        }
        false
    }

    /// The values of a module whose class is tested somewhere.
    fn tested_values(&self, module: &Module) -> TestedValues {
        if let Some(known) = self.tested.borrow().get(&module.file) {
            return known.clone();
        }
        let text = |expr: ExprId| Box::<str>::from(module.slice(module.expr(expr).range));
        let of_expr = module.exprs.iter().filter_map(|expr| match &expr.kind {
            ExprKind::Call { callee, args, .. } if is_isinstance(module, *callee) => {
                args.first().map(|arg| text(arg.value))
            }
            ExprKind::Binary { op: BinaryOp::InstanceOf, left, .. } => Some(text(*left)),
            _ => None,
        });
        let of_stmt = module.stmts.iter().filter_map(|stmt| match &stmt.kind {
            StmtKind::Switch { subject, .. } if module.language.is_python() => Some(text(*subject)),
            _ => None,
        });
        let mut found: Vec<Box<str>> = of_expr.chain(of_stmt).collect();
        found.sort();
        found.dedup();
        let found: TestedValues = found.into();
        self.tested.borrow_mut().insert(module.file, found.clone());
        found
    }
}

fn is_isinstance(module: &Module, callee: ExprId) -> bool {
    matches!(module.expr(callee).kind, ExprKind::Name(name) if module.text(name) == "isinstance")
}

/// What a condition says of the class of the value `text`.
fn class_tests(module: &Module, condition: Condition, text: &str) -> Vec<ClassTest> {
    let mut found = Vec::new();
    match condition {
        Condition::Test { test, holds } => collect_tests(module, test, holds, text, &mut found),
        Condition::Case { subject, value } => {
            if module.slice(module.expr(subject).range) == text
                && let ExprKind::Call { callee, .. } = module.expr(value).kind
            {
                found.push(ClassTest { class: callee, is: true });
            }
        }
        Condition::Assigned { .. } => {}
    }
    found
}

fn collect_tests(module: &Module, test: ExprId, holds: bool, text: &str, found: &mut Vec<ClassTest>) {
    let is_text = |expr: ExprId| module.slice(module.expr(expr).range) == text;
    match &module.expr(test).kind {
        ExprKind::Unary { op: UnaryOp::Not, operand } => collect_tests(module, *operand, !holds, text, found),
        ExprKind::Binary { op, left, right } => match op {
            BinaryOp::And if holds => {
                collect_tests(module, *left, true, text, found);
                collect_tests(module, *right, true, text, found);
            }
            BinaryOp::Or if !holds => {
                collect_tests(module, *left, false, text, found);
                collect_tests(module, *right, false, text, found);
            }
            BinaryOp::InstanceOf if is_text(*left) => found.push(ClassTest { class: *right, is: holds }),
            _ => {}
        },
        ExprKind::Call { callee, args, .. } if is_isinstance(module, *callee) => {
            if let [subject, class] = args.as_slice()
                && is_text(subject.value)
            {
                found.push(ClassTest { class: class.value, is: holds });
            }
        }
        _ => {}
    }
}

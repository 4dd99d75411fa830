//! Expressions.

use std::rc::Rc;

use crate::code::interpret::statement::Iteration;
use crate::code::interpret::{Arguments, Code, Frame, Run, Runner, Stop, TextBuilder, Value};
use crate::code::tree::{
    Argument, ArgumentSpread, BinaryOp, Clause, ComprehensionKind, Entry, EntryKey, ExprId, ExprKind,
    SequenceKind, StrPiece, TemplatePart, UnaryOp,
};

impl Runner<'_, '_> {
    pub(super) fn eval(&mut self, code: &Code, expr: ExprId) -> Run<Value> {
        if self.interpreter.depth >= self.interpreter.limits.depth {
            let reason = "it is nested too deeply";
            self.host.journal().left_out(code.module.span(code.module.expr(expr).range), reason);
            return Ok(Value::unknown(reason));
        }
        self.deeper(|run| run.eval_kind(code, expr))
    }

    fn eval_kind(&mut self, code: &Code, expr: ExprId) -> Run<Value> {
        let module = code.module.clone();
        let node = module.expr(expr);
        match &node.kind {
            ExprKind::Name(name) => self.lookup(code, module.text(*name)),
            ExprKind::This => self.lookup(code, "this"),
            ExprKind::Super => Ok(Value::unknown("`super` is not followed")),
            ExprKind::Member { object, name, optional } => {
                let object = self.eval(code, *object)?;
                if *optional && matches!(object, Value::None) {
                    return Ok(Value::None);
                }
                self.member(&object, module.text(*name))
            }
            ExprKind::Index { object, index, .. } => self.eval_index(code, *object, *index),
            ExprKind::Slice => Ok(Value::unknown("a slice alone has no value")),
            ExprKind::Call { callee, args, .. } => self.eval_call(code, *callee, args, node.range),
            ExprKind::Object { entries } => self.eval_object(code, entries),
            ExprKind::Sequence { kind, items } => self.eval_sequence(code, *kind, items),
            ExprKind::Spread(inner) | ExprKind::Await(inner) | ExprKind::NonNull(inner) => {
                self.eval(code, *inner)
            }
            ExprKind::Cast { value, .. } => self.eval(code, *value),
            ExprKind::Str(literal) => {
                let mut text = TextBuilder::default();
                for piece in &literal.pieces {
                    push_piece(&mut text, code, piece);
                }
                Ok(Value::Str(text.build()))
            }
            ExprKind::Template { tag: None, parts, .. } => self.eval_template(code, parts),
            ExprKind::Template { tag: Some(tag), parts, .. } => {
                let tag = self.eval(code, *tag)?;
                let text = self.eval_template(code, parts)?;
                self.call(&tag, &Rc::new(Arguments::of(vec![text])), module.span(node.range))
            }
            ExprKind::Number => Ok(number(module.slice(node.range))),
            ExprKind::Bool(value) => Ok(Value::Bool(*value)),
            ExprKind::Null => Ok(Value::None),
            ExprKind::Unary { op: UnaryOp::Other, operand } if self.interpreter.script => {
                match self.script_update(code, node.range, *operand)? {
                    Some(value) => Ok(value),
                    None => self.eval_unary(code, UnaryOp::Other, *operand),
                }
            }
            ExprKind::Unary { op, operand } => self.eval_unary(code, *op, *operand),
            ExprKind::Binary { op, left, right } => self.eval_binary(code, *op, *left, *right),
            ExprKind::Conditional { test, then, otherwise } => {
                let value = self.eval(code, *test)?;
                match self.truth(&value) {
                    Some(true) => self.eval(code, *then),
                    Some(false) => self.eval(code, *otherwise),
                    None => self.either(code, *then, *otherwise),
                }
            }
            ExprKind::Yield { value, each } => self.eval_yield(code, *value, *each),
            ExprKind::Function(function) => Ok(self.closure(code, *function)),
            ExprKind::Class(class) => Ok(self.class_value(code, *class)),
            ExprKind::Comprehension { kind, element, key, clauses } => {
                self.eval_comprehension(code, *kind, *element, *key, clauses)
            }
            ExprKind::Assign { target, value, op } => {
                let value = self.eval(code, *value)?;
                let value = match op {
                    Some(op) => self.augmented(code, *target, *op, value)?,
                    None => value,
                };
                self.bind(code, *target, value.clone())?;
                Ok(value)
            }
            ExprKind::ImportCall(import) => self.whole_module(code, *import),
            ExprKind::Other(parts) if self.interpreter.script => self.script_other(code, node.range, parts),
            ExprKind::Jsx { .. } | ExprKind::Other(_) => {
                Ok(Value::unknown("the expression is not understood"))
            }
        }
    }

    /// One of two values, where nobody knows which: known only if they are the same.
    fn either(&mut self, code: &Code, then: ExprId, otherwise: ExprId) -> Run<Value> {
        let then = self.eval(code, then)?;
        let otherwise = self.eval(code, otherwise)?;
        Ok(match self.equal(&then, &otherwise) {
            Some(true) => then,
            Some(false) | None => {
                Value::unknown("it depends on a condition that is not known before it runs")
            }
        })
    }

    fn eval_index(&mut self, code: &Code, object: ExprId, index: ExprId) -> Run<Value> {
        let value = self.eval(code, object)?;
        if matches!(code.module.expr(index).kind, ExprKind::Slice) {
            let bounds = code.module.slice(code.module.expr(index).range);
            return self.slice(&value, bounds);
        }
        let index = self.eval(code, index)?;
        self.item(&value, &index)
    }

    /// `value[a:b]`, where the bounds are plain numbers.
    fn slice(&mut self, value: &Value, bounds: &str) -> Run<Value> {
        let parts: Vec<&str> = bounds.split(':').map(str::trim).collect();
        let unknown = || Ok(Value::unknown("the bounds of a slice are not known"));
        let bound = |text: Option<&&str>| match text {
            None | Some(&"") => Ok(None),
            Some(text) => text.parse::<i64>().map(Some),
        };
        let (Ok(start), Ok(end)) = (bound(parts.first()), bound(parts.get(1))) else { return unknown() };
        let reversed = match parts.get(2) {
            None | Some(&"") | Some(&"1") => false,
            Some(&"-1") if start.is_none() && end.is_none() => true,
            Some(_) => return unknown(),
        };
        let clamp = |at: i64, len: usize| {
            let at = if at < 0 { at.saturating_add(i64::try_from(len).unwrap_or(i64::MAX)) } else { at };
            usize::try_from(at.max(0)).unwrap_or(usize::MAX).min(len)
        };
        let range = |len: usize| (clamp(start.unwrap_or(0), len), end.map_or(len, |end| clamp(end, len)));
        match value {
            Value::Str(text) if !text.has_holes() && !reversed => {
                let offsets: Vec<usize> =
                    text.value.char_indices().map(|(at, _)| at).chain([text.value.len()]).collect();
                let (from, to) = range(offsets.len() - 1);
                let at = |index: usize| offsets.get(index).copied().unwrap_or(text.value.len());
                Ok(Value::Str(text.slice(at(from), at(to.max(from)))))
            }
            Value::List(id) | Value::Tuple(id) => {
                let mut items = self.interpreter.heap.items(*id).clone();
                if reversed {
                    items.reverse();
                } else {
                    let (from, to) = range(items.len());
                    items = items.get(from..to.max(from)).unwrap_or_default().to_vec();
                }
                self.spend(items.len())?;
                let id = self.heap().push_items(items);
                Ok(if matches!(value, Value::List(_)) { Value::List(id) } else { Value::Tuple(id) })
            }
            _ => Ok(Value::unknown("it is a part of something not known")),
        }
    }

    fn eval_object(&mut self, code: &Code, entries: &[Entry]) -> Run<Value> {
        let id = self.heap().push_dict(Vec::new());
        let object = Value::Dict(id);
        for entry in entries {
            let value = self.eval(code, entry.value)?;
            let key = match entry.key {
                EntryKey::Name(name) | EntryKey::Shorthand(name) => {
                    let mut text = TextBuilder::default();
                    text.push_at(code.module.text(name), code.module.span(name.range));
                    Value::Str(text.build())
                }
                EntryKey::Computed(key) => self.eval(code, key)?,
                EntryKey::Spread => {
                    if let Value::Dict(other) = value {
                        for (key, value) in self.interpreter.heap.dict(other).clone() {
                            self.set_item(&object, &key, value);
                        }
                    }
                    continue;
                }
            };
            self.set_item(&object, &key, value);
        }
        Ok(object)
    }

    fn eval_sequence(&mut self, code: &Code, kind: SequenceKind, items: &[ExprId]) -> Run<Value> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.eval(code, *item)?;
            if !matches!(code.module.expr(*item).kind, ExprKind::Spread(_)) {
                values.push(value);
                continue;
            }
            match self.iterate(&value, false)? {
                Iteration::Items(items) => values.extend(items),
                Iteration::Unknown => return Ok(Value::unknown("a list holds items that are not known")),
            }
        }
        self.spend(values.len())?;
        Ok(match kind {
            SequenceKind::List => Value::List(self.heap().push_items(values)),
            SequenceKind::Tuple => Value::Tuple(self.heap().push_items(values)),
            SequenceKind::Set => self.set_of(values),
        })
    }

    /// A set of these items, in their order.
    pub(super) fn set_of(&mut self, values: Vec<Value>) -> Value {
        let mut items: Vec<Value> = Vec::new();
        for value in values {
            if !items.iter().any(|item| self.equal(item, &value) == Some(true)) {
                items.push(value);
            }
        }
        Value::Set(self.heap().push_items(items))
    }

    fn eval_template(&mut self, code: &Code, parts: &[TemplatePart]) -> Run<Value> {
        let mut text = TextBuilder::default();
        for part in parts {
            match part {
                TemplatePart::Text(piece) => push_piece(&mut text, code, piece),
                TemplatePart::Expr(expr) => {
                    let value = self.eval(code, *expr)?;
                    let value = self.to_text(&value);
                    text.push_text(&value);
                }
            }
            if text.len() > self.interpreter.limits.size {
                return Ok(Value::unknown("a string is too long"));
            }
        }
        self.spend(text.len() / 16)?;
        Ok(Value::Str(text.build()))
    }

    fn eval_unary(&mut self, code: &Code, op: UnaryOp, operand: ExprId) -> Run<Value> {
        let value = self.eval(code, operand)?;
        if self.interpreter.script
            && let Some(value) = self.script_unary(op, &value)
        {
            return Ok(value);
        }
        Ok(match (op, &value) {
            (UnaryOp::Not, _) => match self.truth(&value) {
                Some(truth) => Value::Bool(!truth),
                None => Value::unknown(&self.reason(&value)),
            },
            (UnaryOp::Minus, Value::Int(number)) => Value::Int(number.saturating_neg()),
            (UnaryOp::Minus, Value::Float(number)) => Value::Float(-number),
            (UnaryOp::Minus | UnaryOp::Typeof | UnaryOp::Other, Value::External(id)) => {
                // `~column`, `-column`: an expression of the library.
                Value::External(*id)
            }
            _ => Value::unknown("an operator on something not known"),
        })
    }

    fn eval_binary(&mut self, code: &Code, op: BinaryOp, left: ExprId, right: ExprId) -> Run<Value> {
        let first = self.eval(code, left)?;
        match (op, self.truth_if_logical(op, &first)) {
            (BinaryOp::And, Some(false)) | (BinaryOp::Or, Some(true)) => return Ok(first),
            (BinaryOp::And, Some(true)) | (BinaryOp::Or, Some(false)) => return self.eval(code, right),
            (BinaryOp::And | BinaryOp::Or, None) => {
                // Also what is not known can be decided by the other side.
                let second = self.eval(code, right)?;
                let decides = op == BinaryOp::Or;
                return Ok(match self.truth(&second) {
                    Some(truth) if truth == decides => second,
                    _ => Value::unknown(&self.reason(&first)),
                });
            }
            _ => {}
        }
        if op == BinaryOp::Coalesce {
            return if matches!(first, Value::None) { self.eval(code, right) } else { Ok(first) };
        }
        let second = self.eval(code, right)?;
        let module = &code.module;
        let between = module.expr(left).range.end as usize..module.expr(right).range.start as usize;
        let sign = module.source.text.get(between).unwrap_or("");
        let sign =
            sign.trim_matches(|letter: char| letter.is_whitespace() || "()\\".contains(letter)).to_owned();
        self.binary(op, &sign, &first, &second)
    }

    fn truth_if_logical(&mut self, op: BinaryOp, value: &Value) -> Option<bool> {
        matches!(op, BinaryOp::And | BinaryOp::Or).then(|| self.truth(value)).flatten()
    }

    fn eval_yield(&mut self, code: &Code, value: Option<ExprId>, each: bool) -> Run<Value> {
        let value = value.map_or(Ok(Value::None), |value| self.eval(code, value))?;
        let items = match each {
            true => match self.iterate(&value, false)? {
                Iteration::Items(items) => items,
                Iteration::Unknown => vec![],
            },
            false => vec![value],
        };
        if let Some(open) = self.interpreter.yields.last_mut() {
            open.extend(items);
        }
        Ok(Value::None)
    }

    fn eval_comprehension(
        &mut self,
        code: &Code,
        kind: ComprehensionKind,
        element: ExprId,
        key: Option<ExprId>,
        clauses: &[Clause],
    ) -> Run<Value> {
        let frame = Frame { parent: Some(code.frame), ..Frame::default() };
        let inner = Code::new(code.module.clone(), self.heap().push_frame(frame));
        let mut found: Vec<(Value, Value)> = Vec::new();
        if !self.walk_clauses(&inner, clauses, (key, element), &mut found)? {
            return Ok(Value::unknown("a comprehension walks over something not known"));
        }
        self.spend(found.len())?;
        let values = |found: Vec<(Value, Value)>| found.into_iter().map(|(_, value)| value).collect();
        Ok(match kind {
            ComprehensionKind::List | ComprehensionKind::Generator => {
                Value::List(self.heap().push_items(values(found)))
            }
            ComprehensionKind::Set => self.set_of(values(found)),
            ComprehensionKind::Dict => {
                let id = self.heap().push_dict(Vec::new());
                for (key, value) in found {
                    self.set_item(&Value::Dict(id), &key, value);
                }
                Value::Dict(id)
            }
        })
    }

    /// Walks the first clause and those inside it. False where something walked over, or a condition, is not known.
    fn walk_clauses(
        &mut self,
        code: &Code,
        clauses: &[Clause],
        (key, element): (Option<ExprId>, ExprId),
        found: &mut Vec<(Value, Value)>,
    ) -> Run<bool> {
        let Some((clause, rest)) = clauses.split_first() else {
            let key = key.map_or(Ok(Value::None), |key| self.eval(code, key))?;
            found.push((key, self.eval(code, element)?));
            return Ok(true);
        };
        let iterable = self.eval(code, clause.iterable)?;
        let Iteration::Items(items) = self.iterate(&iterable, false)? else { return Ok(false) };
        'items: for item in items {
            self.bind(code, clause.pattern, item)?;
            for condition in &clause.conditions {
                let value = self.eval(code, *condition)?;
                match self.truth(&value) {
                    Some(true) => {}
                    Some(false) => continue 'items,
                    None => return Ok(false),
                }
            }
            if !self.deeper(|run| run.walk_clauses(code, rest, (key, element), found))? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    pub(super) fn eval_arguments(&mut self, code: &Code, args: &[Argument]) -> Run<Arguments> {
        let mut arguments = Arguments::default();
        for arg in args {
            let value = self.eval(code, arg.value)?;
            match (arg.spread, arg.name) {
                (ArgumentSpread::None, None) => arguments.positional.push(value),
                (ArgumentSpread::None, Some(name)) => {
                    arguments.keywords.push((Rc::from(code.module.text(name)), value));
                }
                (ArgumentSpread::Items, _) => match self.iterate(&value, false)? {
                    Iteration::Items(items) => arguments.positional.extend(items),
                    Iteration::Unknown => arguments.incomplete = true,
                },
                (ArgumentSpread::Keywords, _) => match &value {
                    Value::Dict(id) => {
                        for (key, value) in self.interpreter.heap.dict(*id) {
                            match key {
                                Value::Str(key) => {
                                    arguments.keywords.push((key.value.clone(), value.clone()))
                                }
                                _ => arguments.incomplete = true,
                            }
                        }
                    }
                    _ => arguments.incomplete = true,
                },
            }
        }
        Ok(arguments)
    }

    /// Runs something that is not what the program is about with so many steps at most. `None` where they are not enough.
    pub(super) fn limited<T>(
        &mut self,
        steps: u32,
        inside: impl FnOnce(&mut Self) -> Run<T>,
    ) -> Run<Option<T>> {
        let before = self.interpreter.steps_left;
        let given = steps.min(before);
        let depth = self.interpreter.depth;
        self.interpreter.steps_left = given;
        let result = inside(self);
        let used = given.saturating_sub(self.interpreter.steps_left);
        self.interpreter.steps_left = before.saturating_sub(used);
        self.interpreter.depth = depth;
        match result {
            Ok(value) => Ok(Some(value)),
            Err(Stop::Exhausted(_)) => Ok(None),
            Err(stop) => Err(stop),
        }
    }

    /// Counts the size of what was made against the run's steps, so that memory is bounded as time is.
    pub(super) fn spend(&mut self, size: usize) -> Run<()> {
        let cost = u32::try_from(size / 8).unwrap_or(u32::MAX);
        let left = self.interpreter.steps_left.checked_sub(cost);
        self.interpreter.steps_left = left.ok_or(Stop::Exhausted("it holds too much"))?;
        Ok(())
    }
}

fn push_piece(text: &mut TextBuilder, code: &Code, piece: &StrPiece) {
    text.push_at(code.module.piece_value(piece), code.module.span(piece.range));
}

/// The value of a number as both languages write it.
fn number(text: &str) -> Value {
    let plain: String = text.chars().filter(|letter| *letter != '_').collect();
    let radix = |prefix: &str, radix: u32| {
        let digits = plain.to_ascii_lowercase().strip_prefix(prefix)?.to_owned();
        i64::from_str_radix(&digits, radix).ok()
    };
    if let Ok(number) = plain.trim_end_matches('n').parse::<i64>() {
        return Value::Int(number);
    }
    if let Some(number) = radix("0x", 16).or_else(|| radix("0o", 8)).or_else(|| radix("0b", 2)) {
        return Value::Int(number);
    }
    plain.parse::<f64>().map_or_else(|_| Value::unknown("the number is not understood"), Value::Float)
}

//! Statements: what is bound, where the path goes on.

use crate::code::interpret::{Code, Run, Runner, Stop, Text, Unsure, Value};
use crate::code::tree::{
    BinaryOp, EntryKey, ExprId, ExprKind, Handler, ImportId, PatternId, PatternKind, StmtId, StmtKind,
};

/// How a block ends.
#[derive(Debug, Clone)]
pub(super) enum Flow {
    /// At its end.
    Next,
    /// With `break`.
    Break,
    /// With `continue`.
    Continue,
    /// With `return`.
    Return(Value),
}

/// What an iteration over a value gives.
pub(super) enum Iteration {
    /// These items.
    Items(Vec<Value>),
    /// Nobody knows what.
    Unknown,
}

impl Runner<'_, '_> {
    pub(super) fn run_block(&mut self, code: &Code, block: &[StmtId]) -> Run<Flow> {
        if self.interpreter.script {
            self.hoist(code, block);
        }
        for statement in block {
            match self.run_statement(code, *statement)? {
                Flow::Next => {}
                flow => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    /// Functions can be called above where they stand.
    fn hoist(&mut self, code: &Code, block: &[StmtId]) {
        for statement in block {
            if let StmtKind::Function(function) = code.module.stmt(*statement).kind
                && let Some(name) = code.module.function(function).name
            {
                let value = self.closure(code, function);
                self.bind_name(code, code.module.text(name), value);
            }
        }
    }

    fn run_statement(&mut self, code: &Code, statement: StmtId) -> Run<Flow> {
        self.deeper(|run| run.run_kind(code, statement))
    }

    fn run_kind(&mut self, code: &Code, statement: StmtId) -> Run<Flow> {
        let module = code.module.clone();
        let stmt = module.stmt(statement);
        match &stmt.kind {
            StmtKind::Expr(expr) | StmtKind::ExportDefault(expr) => {
                self.eval(code, *expr)?;
            }
            StmtKind::Assign { targets, value, op, .. } => {
                self.run_assign(code, targets, *value, *op)?;
            }
            StmtKind::Return(value) => {
                let value = value.map_or(Ok(Value::None), |value| self.eval(code, value))?;
                return Ok(Flow::Return(value));
            }
            StmtKind::Raise(value) => {
                let error = value.map_or(Ok(Value::None), |value| self.eval(code, value))?;
                return Err(Stop::Raise(error));
            }
            StmtKind::If { test, then, otherwise } => return self.run_if(code, *test, then, otherwise),
            StmtKind::While { test, body, step } => {
                return self.run_while(code, *test, body, *step, statement);
            }
            StmtKind::For { pattern, iterable, body, otherwise, keys } => {
                let iterable = self.eval(code, *iterable)?;
                return self.run_for(code, *pattern, &iterable, (body, otherwise), *keys, statement);
            }
            StmtKind::With { items, body } => return self.run_with(code, items, body),
            StmtKind::Try { body, handlers, otherwise, finally } => {
                return self.run_try(code, body, handlers, otherwise, finally);
            }
            StmtKind::Switch { subject, cases } => return self.run_switch(code, *subject, cases),
            StmtKind::Function(function) => {
                if let Some(name) = module.function(*function).name {
                    let value = self.closure(code, *function);
                    let value = self.decorate(code, *function, value)?;
                    self.bind_name(code, module.text(name), value);
                }
            }
            StmtKind::Class(class) => {
                if let Some(name) = module.class(*class).name {
                    let value = self.class_value(code, *class);
                    self.bind_name(code, module.text(name), value);
                }
            }
            StmtKind::Import(import) => self.bind_import(code, *import),
            StmtKind::Block(body) | StmtKind::Other(body) => return self.run_block(code, body),
            StmtKind::Break => return Ok(Flow::Break),
            StmtKind::Continue => return Ok(Flow::Continue),
            StmtKind::Delete(targets) => self.run_delete(code, targets)?,
            StmtKind::Assert(_) | StmtKind::Alias(_) | StmtKind::Empty => {}
        }
        Ok(Flow::Next)
    }

    fn run_assign(
        &mut self,
        code: &Code,
        targets: &[PatternId],
        value: Option<ExprId>,
        op: Option<BinaryOp>,
    ) -> Run<()> {
        let value = match value {
            Some(expr) => self.eval(code, expr)?,
            None if self.interpreter.script => Value::None,
            None => return Ok(()),
        };
        for target in targets {
            let value = match op {
                Some(op) => self.augmented(code, *target, op, value.clone())?,
                None => value.clone(),
            };
            self.bind(code, *target, value)?;
        }
        Ok(())
    }

    /// The value after `target op= value`.
    pub(super) fn augmented(
        &mut self,
        code: &Code,
        target: PatternId,
        op: BinaryOp,
        value: Value,
    ) -> Run<Value> {
        let module = code.module.clone();
        let before = match &module.pattern(target).kind {
            PatternKind::Name(name) => self.lookup(code, module.text(*name))?,
            PatternKind::Target(expr) => self.eval(code, *expr)?,
            PatternKind::Object(_) | PatternKind::Sequence(_) | PatternKind::Rest(_) => {
                Value::unknown("a pattern has no value")
            }
        };
        // `+=` extends a list in place, for everybody who holds it.
        if let (Value::List(id), BinaryOp::Add) = (&before, op)
            && let Iteration::Items(items) = self.iterate(&value, false)?
        {
            self.heap().items_mut(*id).extend(items);
            return Ok(before);
        }
        let sign = match op {
            BinaryOp::Add => "+",
            BinaryOp::BitOr => "|",
            BinaryOp::BitAnd => "&",
            BinaryOp::Percent => "%",
            _ => "",
        };
        self.binary(op, sign, &before, &value)
    }

    fn run_delete(&mut self, code: &Code, targets: &[ExprId]) -> Run<()> {
        for target in targets {
            if let ExprKind::Index { object, index, .. } = &code.module.expr(*target).kind {
                let object = self.eval(code, *object)?;
                let index = self.eval(code, *index)?;
                self.remove_item(&object, &index);
            }
        }
        Ok(())
    }

    fn run_if(&mut self, code: &Code, test: ExprId, then: &[StmtId], otherwise: &[StmtId]) -> Run<Flow> {
        let value = self.eval(code, test)?;
        if let Some(holds) = self.truth(&value) {
            return self.run_block(code, if holds { then } else { otherwise });
        }
        // Leaving is the only way out of `while True`. Elsewhere, leaving the function would lose all that follows.
        let last = then.last().map(|last| &code.module.stmt(*last).kind);
        if code.in_while && matches!(last, Some(StmtKind::Break | StmtKind::Return(_) | StmtKind::Raise(_))) {
            return Ok(Flow::Break);
        }
        let span = code.module.span(code.module.expr(test).range);
        let reason = self.reason(&value);
        let leaves = self.leaves(code, then);
        let taken = match self.host.journal().unknown_condition(span, &reason, leaves) {
            Unsure::Holds => then,
            Unsure::Fails => otherwise,
        };
        let flow = self.run_block(code, taken);
        self.host.journal().unknown_branch_end();
        flow
    }

    /// Whether a block ends by leaving the function or the iteration.
    fn leaves(&self, code: &Code, block: &[StmtId]) -> bool {
        block.last().is_some_and(|last| {
            matches!(
                code.module.stmt(*last).kind,
                StmtKind::Return(_) | StmtKind::Raise(_) | StmtKind::Continue
            )
        })
    }

    /// Why a value is not known, for people.
    pub(super) fn reason(&self, value: &Value) -> String {
        match value {
            Value::Unknown(reason) => reason.to_string(),
            Value::External(id) => format!("`{}` is not known before it runs", self.interpreter.path(*id)),
            _ => "its value is not known before it runs".to_owned(),
        }
    }

    fn run_while(
        &mut self,
        code: &Code,
        test: Option<ExprId>,
        body: &[StmtId],
        step: Option<ExprId>,
        statement: StmtId,
    ) -> Run<Flow> {
        let inside = Code { in_while: true, ..code.clone() };
        for _ in 0..self.interpreter.limits.turns {
            let holds = match test {
                Some(test) => {
                    let value = self.eval(code, test)?;
                    self.truth(&value).unwrap_or(false)
                }
                None => true,
            };
            if !holds {
                return Ok(Flow::Next);
            }
            match self.run_block(&inside, body)? {
                Flow::Break => return Ok(Flow::Next),
                flow @ Flow::Return(_) => return Ok(flow),
                Flow::Next | Flow::Continue => {}
            }
            if let Some(step) = step {
                self.eval(code, step)?;
            }
        }
        let span = code.module.span(code.module.stmt(statement).range);
        self.host.journal().left_out(span, "a loop does not come to an end");
        Ok(Flow::Next)
    }

    fn run_for(
        &mut self,
        code: &Code,
        pattern: PatternId,
        iterable: &Value,
        (body, otherwise): (&[StmtId], &[StmtId]),
        keys: bool,
        statement: StmtId,
    ) -> Run<Flow> {
        let inside = &Code { in_while: false, ..code.clone() };
        match self.iterate(iterable, keys)? {
            Iteration::Items(items) => {
                for item in items {
                    self.bind(code, pattern, item)?;
                    match self.run_block(inside, body)? {
                        Flow::Break => return Ok(Flow::Next),
                        flow @ Flow::Return(_) => return Ok(flow),
                        Flow::Next | Flow::Continue => {}
                    }
                }
            }
            Iteration::Unknown => {
                let span = code.module.span(code.module.stmt(statement).range);
                self.host.journal().unknown_loop(span, true);
                let item = Value::unknown("it comes from what the loop walks over");
                let result = self.limited(self.interpreter.limits.side_steps, |run| {
                    run.bind(code, pattern, item)?;
                    run.run_block(inside, body)
                });
                self.host.journal().unknown_loop(span, false);
                // Whether the body runs at all is not known: what it returns or raises is not the function's end.
                if let Ok(None) = result {
                    self.host
                        .journal()
                        .left_out(span, "the body of a loop over something not known is too long to follow");
                }
            }
        }
        self.run_block(code, otherwise)
    }

    fn run_with(&mut self, code: &Code, items: &[(ExprId, Option<PatternId>)], body: &[StmtId]) -> Run<Flow> {
        let mut suppresses = false;
        let mut entered_outside = Vec::new();
        for (manager, pattern) in items {
            let manager = self.eval(code, *manager)?;
            if let Value::External(id) = &manager {
                suppresses |= self.interpreter.path(*id) == "contextlib.suppress()";
                self.host.enter(self.interpreter, *id);
                entered_outside.push(*id);
            }
            let entered = match &manager {
                Value::Instance(_) => {
                    self.call_method(&manager, "__enter__", &std::rc::Rc::default(), None)?
                }
                // A project's generator with `@contextmanager`: what it yields is what is bound.
                Value::List(id) => self.interpreter.heap.items(*id).first().cloned().unwrap_or(Value::None),
                _ => manager,
            };
            if let Some(pattern) = pattern {
                self.bind(code, *pattern, entered)?;
            }
        }
        let run = |run: &mut Self| {
            let flow = run.run_block(code, body);
            for manager in entered_outside.into_iter().rev() {
                run.host.leave(run.interpreter, manager, flow.is_err())?;
            }
            flow
        };
        if !suppresses {
            return run(self);
        }
        match self.guarded(run) {
            Err(Stop::Raise(_)) => Ok(Flow::Next),
            flow => flow,
        }
    }

    /// Runs what stands where an exception is caught.
    fn guarded<T>(&mut self, inside: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        self.interpreter.guarded += 1;
        let result = inside(self);
        self.interpreter.guarded -= 1;
        result
    }

    fn run_try(
        &mut self,
        code: &Code,
        body: &[StmtId],
        handlers: &[Handler],
        otherwise: &[StmtId],
        finally: &[StmtId],
    ) -> Run<Flow> {
        let result = if handlers.is_empty() {
            self.run_block(code, body)
        } else {
            self.guarded(|run| run.run_block(code, body))
        };
        let result = match result {
            Ok(Flow::Next) => self.run_block(code, otherwise),
            Err(Stop::Raise(error)) => self.run_handlers(code, handlers, error),
            result => result,
        };
        match self.run_block(code, finally)? {
            Flow::Next => result,
            flow => Ok(flow),
        }
    }

    fn run_handlers(&mut self, code: &Code, handlers: &[Handler], error: Value) -> Run<Flow> {
        for handler in handlers {
            let caught = match handler.types {
                None => true,
                Some(types) => {
                    let types = self.eval(code, types)?;
                    self.catches(&types, &error)
                }
            };
            if caught {
                if let Some(pattern) = handler.pattern {
                    self.bind(code, pattern, error)?;
                }
                return self.run_block(code, &handler.body);
            }
        }
        Err(Stop::Raise(error))
    }

    /// Whether `except types` catches the error: decided by name where both have one, else taken to.
    fn catches(&self, types: &Value, error: &Value) -> bool {
        if let Some(items) = self.interpreter.items(types) {
            return items.iter().any(|item| self.catches(item, error));
        }
        let (Some(wanted), Some(raised)) = (self.type_name(types), self.type_name(error)) else {
            return true;
        };
        // The bases of a library's exceptions are not known; only Python's own are certain not to be related.
        const UNRELATED: &[&str] =
            &["ImportError", "ModuleNotFoundError", "KeyError", "AttributeError", "TypeError"];
        wanted == raised || !(UNRELATED.contains(&wanted.as_str()) || UNRELATED.contains(&raised.as_str()))
    }

    /// The last part of the name of a class, or of what something is an instance of.
    fn type_name(&self, value: &Value) -> Option<String> {
        match value {
            Value::Builtin(name) => Some(name.to_string()),
            Value::External(id) => {
                let path = self.interpreter.path(*id);
                path.trim_end_matches("()").rsplit('.').next().map(str::to_owned)
            }
            Value::Class(id) => self.class_name(*id),
            Value::Instance(id) => self.class_name(self.interpreter.heap.instance(*id).class),
            _ => None,
        }
    }

    fn run_switch(&mut self, code: &Code, subject: ExprId, cases: &[crate::code::tree::Case]) -> Run<Flow> {
        let subject = self.eval(code, subject)?;
        for (at, case) in cases.iter().enumerate() {
            let mut matched = Some(case.values.is_empty());
            for value in &case.values {
                let value = self.eval(code, *value)?;
                match self.equal(&subject, &value) {
                    Some(true) => matched = Some(true),
                    Some(false) => {}
                    None if matched == Some(false) => matched = None,
                    None => {}
                }
            }
            for pattern in &case.patterns {
                self.bind(code, *pattern, subject.clone())?;
            }
            if let (Some(guard), true) = (case.guard, matched != Some(false)) {
                let guard = self.eval(code, guard)?;
                matched = self.truth(&guard);
            }
            if matched == Some(true) {
                // In JavaScript one case runs into the next.
                let cases = cases.get(at..).unwrap_or_default();
                let length = if self.interpreter.script { cases.len() } else { 1 };
                for case in cases.iter().take(length) {
                    match self.run_block(code, &case.body)? {
                        Flow::Next => {}
                        Flow::Break => return Ok(Flow::Next),
                        flow => return Ok(flow),
                    }
                }
                return Ok(Flow::Next);
            }
        }
        Ok(Flow::Next)
    }

    /// Binds a value to a pattern.
    pub(super) fn bind(&mut self, code: &Code, pattern: PatternId, value: Value) -> Run<()> {
        self.deeper(|run| run.bind_kind(code, pattern, value))
    }

    fn bind_kind(&mut self, code: &Code, pattern: PatternId, value: Value) -> Run<()> {
        let module = code.module.clone();
        match &module.pattern(pattern).kind {
            PatternKind::Name(name) => self.bind_name(code, module.text(*name), value),
            PatternKind::Sequence(parts) => {
                let items = match self.iterate(&value, false)? {
                    Iteration::Items(items) => Some(items),
                    Iteration::Unknown => None,
                };
                for (index, part) in parts.iter().enumerate() {
                    let Some(part) = part else { continue };
                    if let PatternKind::Rest(inner) = module.pattern(*part).kind {
                        let after = parts.len() - index - 1;
                        let rest = items.as_ref().map(|items| {
                            let end = items.len().saturating_sub(after).max(index);
                            items.get(index..end).unwrap_or_default().to_vec()
                        });
                        let rest = match rest {
                            Some(rest) => self.interpreter.list(rest),
                            None => Value::unknown("it is a part of something not known"),
                        };
                        self.bind(code, inner, rest)?;
                        continue;
                    }
                    let known = items.as_ref().and_then(|items| items.get(index).cloned());
                    let item = known.unwrap_or_else(|| Value::unknown("it is a part of something not known"));
                    self.bind(code, *part, item)?;
                }
            }
            PatternKind::Object(entries) => {
                for entry in entries {
                    let item = match entry.key {
                        EntryKey::Name(key) | EntryKey::Shorthand(key) => {
                            self.member(&value, module.text(key))?
                        }
                        EntryKey::Computed(key) => {
                            let key = self.eval(code, key)?;
                            self.item(&value, &key)?
                        }
                        EntryKey::Spread => Value::unknown("it is a part of something not known"),
                    };
                    let item = match (&item, entry.default) {
                        (Value::None, Some(default)) => self.eval(code, default)?,
                        _ => item,
                    };
                    self.bind(code, entry.pattern, item)?;
                }
            }
            PatternKind::Rest(inner) => self.bind(code, *inner, value)?,
            PatternKind::Target(expr) => self.store(code, *expr, value)?,
        }
        Ok(())
    }

    /// `object.name = value`, `object[index] = value`.
    pub(super) fn store(&mut self, code: &Code, target: ExprId, value: Value) -> Run<()> {
        match &code.module.expr(target).kind {
            ExprKind::Member { object, name, .. } => {
                let object = self.eval(code, *object)?;
                let name = code.module.text(*name).to_owned();
                self.set_member(&object, &name, value)?;
            }
            ExprKind::Index { object, index, .. } => {
                let object = self.eval(code, *object)?;
                let index = self.eval(code, *index)?;
                self.set_item(&object, &index, value);
            }
            _ => {}
        }
        Ok(())
    }

    pub(super) fn bind_name(&mut self, code: &Code, name: &str, value: Value) {
        let frame = self.frame_to_write(code, name);
        self.heap().frame_mut(frame).names.insert(name.into(), value);
    }

    /// Names that a `from x import *` or `import x` makes; what they are is found out when somebody asks.
    fn bind_import(&mut self, code: &Code, import: ImportId) {
        let module = code.module.clone();
        for (index, name) in module.import(import).names.iter().enumerate() {
            if name.what == crate::code::tree::Imported::Star {
                let frame = self.heap().frame_mut(code.frame);
                frame.stars.push((module.file, import));
                continue;
            }
            let lazy =
                Value::Import { file: module.file, import, name: u32::try_from(index).unwrap_or(u32::MAX) };
            self.bind_name(code, module.text(name.local), lazy);
        }
    }

    /// The items that a loop over a value walks.
    pub(super) fn iterate(&mut self, value: &Value, keys: bool) -> Run<Iteration> {
        let items = match value {
            Value::List(id) | Value::Tuple(id) | Value::Set(id) => {
                let items = self.interpreter.heap.items(*id);
                if keys {
                    (0..items.len()).map(|index| Value::text(&index.to_string())).collect()
                } else {
                    items.clone()
                }
            }
            // A `Map`: an object cannot be walked.
            Value::Dict(id) if self.interpreter.script && !keys => {
                let entries = self.interpreter.heap.dict(*id).clone();
                let pair = |(key, value)| self.interpreter.list(vec![key, value]);
                entries.into_iter().map(pair).collect()
            }
            Value::Dict(id) => self.interpreter.heap.dict(*id).iter().map(|(key, _)| key.clone()).collect(),
            Value::Str(text) if !text.has_holes() => text
                .value
                .char_indices()
                .map(|(at, letter)| Value::Str(text.slice(at, at + letter.len_utf8())))
                .collect(),
            Value::Class(id) => match self.enum_members(*id)? {
                Some(members) => members,
                None => return Ok(Iteration::Unknown),
            },
            Value::Import { .. } => {
                let value = self.settle(value.clone())?;
                return self.iterate_settled(&value, keys);
            }
            _ => return Ok(Iteration::Unknown),
        };
        if items.len() > self.interpreter.limits.iterations {
            return Err(Stop::Exhausted("a loop runs for too long"));
        }
        Ok(Iteration::Items(items))
    }

    fn iterate_settled(&mut self, value: &Value, keys: bool) -> Run<Iteration> {
        if matches!(value, Value::Import { .. }) {
            return Ok(Iteration::Unknown);
        }
        self.iterate(value, keys)
    }

    /// Joins strings as `+` does; longer ones than the limit are not kept.
    pub(super) fn checked_text(&self, text: Text) -> Value {
        if text.value.len() > self.interpreter.limits.size {
            return Value::unknown("a string is too long");
        }
        Value::Str(text)
    }
}

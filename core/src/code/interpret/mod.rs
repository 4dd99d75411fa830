//! A small, bounded, concrete interpreter over the common tree, for code that is written once and run once: migrations.
//!
//! It runs one path: a loop over a constant list runs for each item, a helper of the project is entered, an `if` is
//! decided. What a library does is not known here: calls of it go to a [`Host`], which answers with a value, or leaves
//! them symbolic ([`External`]). Unlike `code::eval`, which asks what an expression *can* be, this asks what *happens*.
//!
//! Input is hostile, so that steps, depth and sizes are bounded ([`Limits`]); what goes over ends in [`Stop::Exhausted`].

mod builtins;
mod call;
mod class;
mod expression;
mod javascript;
mod methods;
mod modules;
mod operators;
mod pending;
mod regex;
mod standard;
mod statement;
mod symbolic;
mod text_format;
mod value;

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

pub use symbolic::Symbolic;
pub use value::{
    Arguments, ClassValueId, Closure, ClosureId, DictId, External, ExternalId, Frame, FrameId, Heap,
    Instance, InstanceId, ItemsId, Text, TextBuilder, Value,
};

use crate::code::interpret::pending::Pending;
use crate::code::project::Project;
use crate::code::tree::{Module, StmtId};
use crate::text::{FileId, Span};

/// Why a run ends before its end.
#[derive(Debug, Clone)]
pub enum Stop {
    /// An exception.
    Raise(Value),
    /// A limit was reached: which.
    Exhausted(&'static str),
}

/// A result, or why there is none.
pub type Run<T> = Result<T, Stop>;

/// What the host makes of a condition that is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unsure {
    /// As if it held.
    Holds,
    /// As if it did not.
    Fails,
}

/// What a run tells of what it does not know.
pub trait Journal {
    /// A condition that is not known is met; `leaves` where its first branch does nothing but leave the function.
    fn unknown_condition(&mut self, span: Span, reason: &str, leaves: bool) -> Unsure;

    /// The branch that was taken on such a condition ends.
    fn unknown_branch_end(&mut self);

    /// Something is left out because of a limit.
    fn left_out(&mut self, span: Span, reason: &str);

    /// A loop over something that is not known begins (its body is run once) or ends.
    fn unknown_loop(&mut self, span: Span, begins: bool);
}

/// The world outside the project.
pub trait Host {
    /// Calls something outside the project. `None` leaves the call symbolic.
    ///
    /// # Errors
    /// An exception that the call raises.
    fn call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        callee: ExternalId,
        arguments: &Rc<Arguments>,
        span: Span,
    ) -> Run<Option<Value>>;

    /// A member of something outside the project. `None` leaves it symbolic.
    fn member(&mut self, interpreter: &mut Interpreter<'_>, object: ExternalId, name: &str) -> Option<Value>;

    /// A member that a project's class has from a base outside the project.
    ///
    /// # Errors
    /// A limit that was reached while the class was read.
    fn class_member(
        &mut self,
        _interpreter: &mut Interpreter<'_>,
        _class: ClassValueId,
        _name: &str,
    ) -> Run<Option<Value>> {
        Ok(None)
    }

    /// Whether a file is run as a script, and not imported as a module of its package.
    fn is_script(&self, _interpreter: &Interpreter<'_>, _file: FileId) -> bool {
        false
    }

    /// Whether a top-level name is that of a library that the host stands for, whatever files are called so.
    fn is_library(&self, _name: &str) -> bool {
        false
    }

    /// Whether `value` is an instance of `class`, where one of them is outside the project.
    fn is_instance(
        &mut self,
        _interpreter: &mut Interpreter<'_>,
        _value: &Value,
        _class: &Value,
    ) -> Option<bool> {
        None
    }

    /// Who is told what is not known.
    fn journal(&mut self) -> &mut dyn Journal;

    /// Something that is not known is called; `name` where it is a method of something in JavaScript.
    fn unknown_call(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: Option<&str>,
        reason: &str,
        arguments: &Arguments,
        span: Span,
    );

    /// A `with` is entered on something outside the project.
    fn enter(&mut self, _interpreter: &mut Interpreter<'_>, _manager: ExternalId) {}

    /// Such a `with` is left; `fails` where an exception goes through it.
    ///
    /// # Errors
    /// An exception that leaving raises.
    fn leave(&mut self, _interpreter: &mut Interpreter<'_>, _manager: ExternalId, _fails: bool) -> Run<()> {
        Ok(())
    }
}

/// Expressions are left out at the limit of depth; what is on the way then still has this much to come to its end.
const DEPTH_RESERVE: u32 = 24;

/// How much a run may do.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Expressions and statements of one run.
    pub steps: u32,
    /// Of these, what one name of another module, or the body of a loop that may never run, may take.
    pub side_steps: u32,
    /// Nesting of expressions, statements and calls together.
    pub depth: u32,
    /// Iterations of one `for`.
    pub iterations: usize,
    /// Iterations of one `while`.
    pub turns: usize,
    /// Length of a string in bytes, and of a list or dict.
    pub size: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { steps: 400_000, side_steps: 20_000, depth: 160, iterations: 10_000, turns: 500, size: 1 << 20 }
    }
}

/// The state of a run: objects, modules, limits. It lasts over several runs, so that modules are read once.
pub struct Interpreter<'p> {
    /// The project whose modules can be imported.
    pub project: &'p Project<'p>,
    /// The objects.
    pub heap: Heap,
    modules: FxHashMap<FileId, FrameId>,
    /// Statements of modules that have not run, by the names that they bind or change.
    pending: FxHashMap<FileId, Pending>,
    /// Statements of modules that have run.
    done: FxHashSet<(FileId, StmtId)>,
    /// Names that a function of the module declares `global` or `nonlocal`.
    outer_names: FxHashMap<FileId, FxHashSet<String>>,
    limits: Limits,
    steps_left: u32,
    depth: u32,
    /// How many `try` with handlers are open: whether an exception would be caught.
    guarded: u32,
    /// What open generators have yielded.
    yields: Vec<Vec<Value>>,
    /// Whether the programs are JavaScript or TypeScript.
    script: bool,
}

impl<'p> Interpreter<'p> {
    /// An interpreter for a project's code.
    pub fn new(project: &'p Project<'p>, limits: Limits) -> Self {
        Self {
            project,
            heap: Heap::default(),
            modules: FxHashMap::default(),
            pending: FxHashMap::default(),
            done: FxHashSet::default(),
            outer_names: FxHashMap::default(),
            limits,
            steps_left: limits.steps,
            depth: 0,
            guarded: 0,
            yields: Vec::new(),
            script: false,
        }
    }

    /// An interpreter for a project's JavaScript and TypeScript.
    pub fn for_scripts(project: &'p Project<'p>, limits: Limits) -> Self {
        Self { script: true, ..Self::new(project, limits) }
    }

    /// Whether an exception would be caught by the program.
    pub fn is_guarded(&self) -> bool {
        self.guarded > 0
    }

    /// Starts a new run: its steps are counted from nothing.
    pub fn renew(&mut self) {
        self.steps_left = self.limits.steps;
        self.depth = 0;
        self.guarded = 0;
        self.yields.clear();
    }

    /// A new list.
    pub fn list(&mut self, items: Vec<Value>) -> Value {
        Value::List(self.heap.push_items(items))
    }

    /// A new dict with string keys.
    pub fn dict<const N: usize>(&mut self, entries: [(&str, Value); N]) -> Value {
        let entries = entries.into_iter().map(|(key, value)| (Value::text(key), value)).collect();
        Value::Dict(self.heap.push_dict(entries))
    }

    /// Something outside the project, by its dotted name.
    pub fn symbol(&mut self, path: &str) -> Value {
        Value::External(self.heap.push_external(External::Symbol(Rc::from(path))))
    }

    /// The dotted name of something outside the project; calls in it stand as `()`.
    pub fn path(&self, external: ExternalId) -> String {
        let mut parts: Vec<&str> = Vec::new();
        let mut at = external;
        // A chain of calls can be as long as the program likes; its beginning says what it is.
        for _ in 0..64 {
            match self.heap.external(at) {
                External::Symbol(path) => {
                    parts.push(path);
                    break;
                }
                External::Member { object, name } => {
                    parts.extend([&**name, "."]);
                    at = *object;
                }
                External::Call { callee, .. } => {
                    parts.push("()");
                    at = *callee;
                }
            }
        }
        parts.iter().rev().copied().collect()
    }

    /// The items of a list, tuple or set.
    pub fn items(&self, value: &Value) -> Option<&[Value]> {
        match value {
            Value::List(id) | Value::Tuple(id) | Value::Set(id) => Some(self.heap.items(*id)),
            _ => None,
        }
    }

    /// The value of a string key of a dict.
    pub fn entry(&self, value: &Value, key: &str) -> Option<&Value> {
        let Value::Dict(id) = value else { return None };
        let is_key = |entry: &Value| matches!(entry, Value::Str(text) if &*text.value == key);
        self.heap.dict(*id).iter().find(|(entry, _)| is_key(entry)).map(|(_, value)| value)
    }

    /// The string of a string, or of a member of an enum of strings.
    pub fn as_text(&self, value: &Value) -> Option<Text> {
        match value {
            Value::Str(text) => Some(text.clone()),
            Value::Instance(id) => match self.heap.instance(*id).attributes.get("value") {
                Some(Value::Str(text)) => Some(text.clone()),
                _ => None,
            },
            _ => None,
        }
    }
}

/// The code that is run: a module, and the names in reach.
#[derive(Debug, Clone)]
struct Code {
    module: Arc<Module>,
    frame: FrameId,
    /// Whether the innermost loop of the function is a `while`.
    in_while: bool,
}

impl Code {
    fn new(module: Arc<Module>, frame: FrameId) -> Self {
        Self { module, frame, in_while: false }
    }
}

/// One run: the state, and the world outside.
pub struct Runner<'r, 'p> {
    /// The state.
    pub interpreter: &'r mut Interpreter<'p>,
    /// The world outside.
    pub host: &'r mut dyn Host,
}

impl<'p> Runner<'_, 'p> {
    fn heap(&mut self) -> &mut Heap {
        &mut self.interpreter.heap
    }

    /// Counts a step, and goes one level deeper for the time of `inside`.
    fn deeper<T>(&mut self, inside: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        let state = &mut *self.interpreter;
        if state.steps_left == 0 {
            return Err(Stop::Exhausted("it runs for too long"));
        }
        if state.depth >= state.limits.depth + DEPTH_RESERVE {
            return Err(Stop::Exhausted("it is nested too deeply"));
        }
        state.steps_left -= 1;
        state.depth += 1;
        let result = inside(self);
        self.interpreter.depth -= 1;
        result
    }
}

//! What tools have in common whose migrations are programs in JavaScript or TypeScript: each step is run on paper, and the
//! calls that it makes become the SQL that the tool would send, which `schema_source::sql` reads.

mod files;
mod sql;
mod values;

use std::rc::Rc;

pub(super) use files::{in_folders, is_script, title};
pub(super) use sql::{Sql, literal};
pub(super) use values::{Options, made_up};

use crate::code::interpret::{Arguments, Host, Interpreter, Runner, Stop, Text, Value};
use crate::diagnostic::Unanalyzed;
use crate::migration::{History, Operation, OperationKind, Revision};
use crate::schema::{Dialect, Mapping, Schema};
use crate::schema_source::record::Record;
use crate::schema_source::{Baseline, BaselineOrigin, BaselinePart, SchemaSource, SourceKind};
use crate::text::{FileId, Span};

/// A migration that is to be run.
pub(super) struct Step {
    /// What names it.
    pub id: String,
    pub title: Option<String>,
    /// What applies it; `None` where there is nothing of this name.
    pub up: Option<Value>,
    pub down: Option<Value>,
    pub span: Span,
}

/// The world of one tool.
pub(super) trait ScriptHost: Host {
    fn record(&mut self) -> &mut Record;

    /// Starts a migration, at this place.
    fn begin_step(&mut self, here: Span) {
        self.record().begin(here);
    }

    /// Takes an operation into the model and the record.
    fn emit(&mut self, kind: OperationKind, span: Span) {
        let record = self.record();
        let operation = record.operation(kind, span);
        record.apply(&operation);
        record.keep(operation);
    }

    fn emit_opaque(&mut self, reason: impl Into<String>, tables: Vec<String>, span: Span)
    where
        Self: Sized,
    {
        self.emit(OperationKind::Opaque { reason: reason.into(), tables }, span);
    }

    /// Takes what a text of SQL does that the project writes itself: each operation stands where its statement does.
    fn execute(&mut self, text: &Text, span: Span) {
        for operation in self.record().read_sql(text, span) {
            self.emit(operation.kind, operation.span);
        }
    }

    /// Takes what a statement does that the tool makes of a call.
    fn execute_call(&mut self, text: &Text, span: Span) {
        for operation in self.record().read_sql(text, span) {
            self.emit(operation.kind, span);
        }
    }
}

/// What a tool's migrations come to.
pub(super) struct Loaded {
    pub kind: SourceKind,
    pub path: String,
    pub files: Vec<FileId>,
    pub notes: Vec<Unanalyzed>,
}

/// Runs the steps in their order, each with `argument`, and makes a source of them.
pub(super) fn replay(
    interpreter: &mut Interpreter<'_>,
    host: &mut dyn ScriptHost,
    steps: Vec<Step>,
    argument: &Value,
    loaded: Loaded,
) -> SchemaSource {
    let baseline = host.record().schema.clone();
    let dialect = baseline.dialect;
    let mut parts = Vec::new();
    if !baseline.tables.is_empty() {
        parts.push(BaselinePart::of(BaselineOrigin::Given, "", &baseline, &Schema::new(dialect)));
    }
    let mut history = History { baseline, revisions: vec![], unanalyzed: vec![] };
    let mut notes = loaded.notes;
    for step in steps {
        let parents = history.revisions.last().map(|before| before.id.clone()).into_iter().collect();
        let up = run(interpreter, host, step.up.as_ref(), argument, step.span);
        notes.extend(up.notes);
        let down = step.down.as_ref().and_then(|down| run_down(interpreter, host, down, argument, step.span));
        let revision = Revision {
            title: step.title,
            parents,
            operations: up.operations,
            down,
            ..Revision::new(step.id, step.span)
        };
        history.revisions.push(revision);
    }
    history.unanalyzed.clone_from(&notes);
    let (schema, more) = history.schema_after(history.revisions.len());
    notes.extend(more);
    SchemaSource {
        kind: loaded.kind,
        path: loaded.path,
        dialect,
        schema,
        history: Some(history),
        mapping: Mapping::default(),
        files: loaded.files,
        baseline: parts,
        unanalyzed: notes,
    }
}

/// What `down` does, with the model left as it was; `None` where it raises, as those do that cannot be taken back.
fn run_down(
    interpreter: &mut Interpreter<'_>,
    host: &mut dyn ScriptHost,
    down: &Value,
    argument: &Value,
    span: Span,
) -> Option<Vec<Operation>> {
    let upgraded = host.record().schema.clone();
    let done = run(interpreter, host, Some(down), argument, span);
    host.record().schema = upgraded;
    done.ends.then_some(done.operations)
}

/// What a function did.
struct Done {
    operations: Vec<Operation>,
    notes: Vec<Unanalyzed>,
    /// Whether it came to its end.
    ends: bool,
}

fn run(
    interpreter: &mut Interpreter<'_>,
    host: &mut dyn ScriptHost,
    function: Option<&Value>,
    argument: &Value,
    span: Span,
) -> Done {
    host.begin_step(span);
    interpreter.renew();
    let mut stopped = None;
    let mut ends = true;
    if let Some(function) = function {
        let arguments = Rc::new(Arguments::of(vec![argument.clone()]));
        let result = call(interpreter, host, function, &arguments, span);
        match result {
            Ok(value) => ends = !Runner::is_raised(&value),
            Err(stop) => stopped = Some(stop),
        }
    }
    let (operations, mut notes) = host.record().finish();
    if let Some(stop) = stopped {
        ends = false;
        let reason = match stop {
            Stop::Raise(_) => "the migration raises an error; what follows in it is not read".to_owned(),
            Stop::Exhausted(limit) => format!("the migration is not read to its end: {limit}"),
        };
        notes.push(Unanalyzed::new(span, reason));
    }
    Done { operations, notes, ends }
}

fn call(
    interpreter: &mut Interpreter<'_>,
    host: &mut dyn ScriptHost,
    function: &Value,
    arguments: &Rc<Arguments>,
    span: Span,
) -> Result<Value, Stop> {
    // A trait object of a sub-trait is one of the trait.
    let host: &mut dyn Host = host;
    Runner { interpreter, host }.call(function, arguments, span)
}

/// The schema before the first step.
pub(super) fn schema_before(baseline: &Baseline, dialect: Dialect) -> Schema {
    match baseline {
        Baseline::Schema(schema) => (**schema).clone(),
        Baseline::Automatic | Baseline::Nothing | Baseline::Models | Baseline::Files(_) => {
            Schema::new(dialect)
        }
    }
}

//! What a migration that is a program does: the model as it stands, and the operations so far.

use crate::code::interpret::{Journal, Text, Unsure};
use crate::diagnostic::Unanalyzed;
use crate::migration::{Operation, OperationKind, apply};
use crate::schema::{Schema, TableName};
use crate::schema_source::sql::read_sql;
use crate::text::{FileId, Span, TextRange};

/// The record of one revision at a time.
pub(super) struct Record {
    /// The model as it stands.
    pub schema: Schema,
    /// What the revision has done so far.
    pub operations: Vec<Operation>,
    /// Where calls are reported that have no place of their own.
    pub here: Span,
    /// Loops over something not known that are open: what stands in them may never happen.
    open_loops: u32,
    /// Steps so far that change the schema, those included that are not operations yet.
    steps: usize,
    /// Conditions that are not known and whose branch is being run: the place, why, and the steps before.
    assumed: Vec<(Span, String, usize)>,
    /// What was not understood beside operations.
    notes: Vec<Unanalyzed>,
}

impl Record {
    /// The place of a call that the program does not write.
    pub(super) const NOWHERE: Span = Span { file: FileId(u32::MAX), range: TextRange { start: 0, end: 0 } };

    pub(super) fn new(schema: Schema) -> Self {
        Self {
            schema,
            operations: vec![],
            here: Self::NOWHERE,
            open_loops: 0,
            steps: 0,
            assumed: vec![],
            notes: vec![],
        }
    }

    /// Starts a revision.
    pub(super) fn begin(&mut self, here: Span) {
        self.here = here;
        self.open_loops = 0;
        self.steps = 0;
        self.operations.clear();
        self.assumed.clear();
        self.notes.clear();
    }

    /// What the revision did. A condition that was not known, and after which the schema was changed, is said.
    pub(super) fn finish(&mut self) -> (Vec<Operation>, Vec<Unanalyzed>) {
        (std::mem::take(&mut self.operations), std::mem::take(&mut self.notes))
    }

    /// Whether what happens now may never happen, or many times.
    pub(super) fn in_unknown_loop(&self) -> bool {
        self.open_loops > 0
    }

    /// Counts a step that will be an operation later.
    pub(super) fn count_step(&mut self) {
        self.steps += 1;
    }

    /// The operation at its place, as it is known: in a loop over something that is not known it is not.
    pub(super) fn operation(&self, kind: OperationKind, span: Span) -> Operation {
        let span = if span.file == Self::NOWHERE.file { self.here } else { span };
        let kind = match kind {
            OperationKind::Irrelevant | OperationKind::Opaque { .. } => kind,
            kind if self.open_loops > 0 => OperationKind::Opaque {
                reason: "how often this runs depends on what the database holds".to_owned(),
                tables: tables_of(&kind),
            },
            kind => kind,
        };
        Operation { kind, span }
    }

    /// Applies an operation to the model; whether the database would take it, as far as the model says.
    pub(super) fn apply(&mut self, operation: &Operation) -> bool {
        let mut notes = Vec::new();
        apply(&mut self.schema, operation, &mut notes);
        notes.is_empty() || matches!(operation.kind, OperationKind::Opaque { .. })
    }

    /// Keeps an operation that was applied.
    pub(super) fn keep(&mut self, operation: Operation) {
        self.steps += usize::from(operation.kind != OperationKind::Irrelevant);
        self.operations.push(operation);
    }

    /// Notes something that is no operation.
    pub(super) fn note(&mut self, span: Span, reason: impl Into<String>) {
        self.notes.push(Unanalyzed::new(span, reason));
    }

    /// What a text of SQL does that is executed at `span`. Each operation stands where its statement does.
    pub(super) fn read_sql(&self, text: &Text, span: Span) -> Vec<Operation> {
        // Rows that are copied from one column into another are evidence of a rename.
        let may_copy = !text.has_holes() && begins_with(&text.value, &["UPDATE", "INSERT"]);
        if only_data(&text.value) && !may_copy {
            return vec![Operation { kind: OperationKind::Irrelevant, span }];
        }
        if text.has_holes() {
            let reason = "a part of the statement is not known before it runs".to_owned();
            return vec![Operation { kind: OperationKind::Opaque { reason, tables: vec![] }, span }];
        }
        let origin = |range: TextRange| place_of(text, range).unwrap_or(span);
        read_sql(&text.value, origin, self.schema.dialect)
    }
}

impl Journal for Record {
    fn unknown_condition(&mut self, span: Span, reason: &str, leaves: bool) -> Unsure {
        self.assumed.push((span, reason.to_owned(), self.steps));
        if leaves { Unsure::Fails } else { Unsure::Holds }
    }

    fn unknown_branch_end(&mut self) {
        let Some((span, reason, before)) = self.assumed.pop() else { return };
        if self.steps > before {
            self.note(span, format!("what stands here is taken to run, which is not certain: {reason}"));
        }
    }

    fn left_out(&mut self, span: Span, reason: &str) {
        let known = self.notes.iter().any(|note| note.reason == reason);
        if !known {
            self.note(span, reason);
        }
    }

    fn unknown_loop(&mut self, _span: Span, begins: bool) {
        self.open_loops = if begins { self.open_loops + 1 } else { self.open_loops.saturating_sub(1) };
    }
}

/// Where a part of the statement stands in the file.
fn place_of(text: &Text, range: TextRange) -> Option<Span> {
    let range = range.as_usize();
    text.slice(range.start, range.end).span()
}

/// The tables that an operation names.
fn tables_of(kind: &OperationKind) -> Vec<String> {
    let name = |table: &TableName| vec![table.to_string()];
    match kind {
        OperationKind::CreateTable { table, .. } => name(&table.name),
        OperationKind::DropTable { table, .. }
        | OperationKind::RenameTable { table, .. }
        | OperationKind::AddColumn { table, .. }
        | OperationKind::DropColumn { table, .. }
        | OperationKind::RenameColumn { table, .. }
        | OperationKind::AlterColumn { table, .. }
        | OperationKind::AddConstraint { table, .. }
        | OperationKind::DropConstraint { table, .. } => name(table),
        _ => vec![],
    }
}

/// First words of statements that only read or change rows, or rights and settings.
const DATA: &[&str] = &[
    "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "GRANT", "REVOKE", "ANALYZE", "VACUUM", "LOCK", "SET",
    "PRAGMA", "SHOW",
];

fn begins_with(text: &str, words: &[&str]) -> bool {
    let first = text.split(|letter: char| !letter.is_ascii_alphabetic()).find(|word| !word.is_empty());
    first.is_some_and(|first| words.iter().any(|word| first.eq_ignore_ascii_case(word)))
}

/// Whether a statement, of which a part may not be known, can only read or change rows.
fn only_data(text: &str) -> bool {
    let single = !text.trim_end().trim_end_matches(';').contains(';');
    // What a database is called, and how it sorts, is not known here and changes no table.
    let of_database =
        text.trim_start().get(..14).is_some_and(|begin| begin.eq_ignore_ascii_case("ALTER DATABASE"));
    single && (of_database || begins_with(text, DATA))
}

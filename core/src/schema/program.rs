//! What a database holds beside tables that runs by itself or is called, and names their columns.

use crate::schema::TableName;
use crate::text::Span;

/// What a program is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProgramKind {
    /// A function.
    Function,
    /// A procedure.
    Procedure,
    /// A trigger.
    Trigger,
    /// A policy of row security (PostgreSQL).
    Policy,
}

impl ProgramKind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Function => "function",
            Self::Procedure => "procedure",
            Self::Trigger => "trigger",
            Self::Policy => "policy",
        }
    }
}

/// A function, procedure, trigger or policy, as far as its text says what it uses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// What it is.
    pub kind: ProgramKind,
    /// Its name.
    pub name: TableName,
    /// The table that a trigger or policy belongs to.
    pub table: Option<TableName>,
    /// The columns of `UPDATE OF`.
    pub columns: Vec<String>,
    /// A trigger's condition, a policy's expressions: about the table's own row, as written.
    pub condition: String,
    /// The body, as written.
    pub body: String,
    /// Whether the database keeps the body as a tree and not as text (PostgreSQL: `RETURN`, `BEGIN ATOMIC`).
    pub is_tree: bool,
    /// The function that a trigger runs (PostgreSQL).
    pub calls: Option<TableName>,
    /// The table whose rows a function gives.
    pub row_of: Option<TableName>,
    /// How many parameters it has: PostgreSQL tells functions of one name apart by them.
    pub parameters: usize,
    /// Where it was made.
    pub span: Span,
}

impl Program {
    /// Whether both are the same program, and one takes the place of the other.
    pub fn is_same(&self, other: &Self) -> bool {
        let of_table = self.table == other.table || self.kind != ProgramKind::Policy;
        self.kind == other.kind && self.name == other.name && self.parameters == other.parameters && of_table
    }
}

//! Indexes, and what is said of the parts of their keys.

use crate::schema::Dialect;
use crate::text::Span;

/// An index.
#[derive(Debug, Clone, PartialEq)]
pub struct Index {
    /// Its name, where given.
    pub name: Option<String>,
    /// Plain columns in order; `None` stands for an expression.
    pub columns: Vec<Option<String>>,
    /// The expressions among the columns, in order and as written; empty where the source does not say them.
    pub expressions: Vec<String>,
    /// What is said of the parts beside what they are, by place; shorter than `columns` where nothing is said of the rest.
    pub options: Vec<KeyOptions>,
    /// Whether it is unique.
    pub unique: bool,
    /// The `WHERE` of a partial index, as written.
    pub predicate: Option<String>,
    /// How it is kept, in lower case: `gin`, `gist`, `fulltext`; `None` is a plain tree, which all databases take unasked.
    pub method: Option<String>,
    /// Columns that it holds and that are no part of its key (`INCLUDE`).
    pub include: Vec<String>,
    /// Whether two rows with NULL are the same to it (PostgreSQL's `NULLS NOT DISTINCT`).
    pub nulls_not_distinct: bool,
    /// Whether it is of an exclusion constraint (PostgreSQL), whose operators are in `options`.
    pub exclusion: bool,
    /// Whether the database made it for a foreign key by itself, and drops it when another index will do (MySQL).
    pub automatic: bool,
    /// Where it was made.
    pub span: Span,
}

impl Index {
    /// An index that is not unique.
    pub fn new(name: Option<String>, columns: Vec<Option<String>>, span: Span) -> Self {
        Self {
            name,
            columns,
            expressions: Vec::new(),
            options: Vec::new(),
            unique: false,
            predicate: None,
            method: None,
            include: Vec::new(),
            nulls_not_distinct: false,
            exclusion: false,
            automatic: false,
            span,
        }
    }

    /// The parts of its key in order.
    pub fn parts(&self) -> impl Iterator<Item = KeyPart<'_>> {
        let mut expressions = self.expressions.iter();
        self.columns.iter().enumerate().map(move |(at, column)| KeyPart {
            column: column.as_deref(),
            expression: if column.is_none() { expressions.next().map(String::as_str) } else { None },
            options: self.options.get(at).unwrap_or(&KeyOptions::NONE),
        })
    }

    /// Takes columns out of the key, with what is said of them.
    pub(crate) fn retain_columns(&mut self, keep: impl Fn(&str) -> bool) {
        let kept: Vec<bool> = self.columns.iter().map(|column| column.as_deref().is_none_or(&keep)).collect();
        let mut at = kept.iter();
        self.columns.retain(|_| at.next().copied().unwrap_or(true));
        let mut at = kept.iter();
        self.options.retain(|_| at.next().copied().unwrap_or(true));
    }
}

/// One part of an index's key.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct KeyPart<'i> {
    /// The column, where it is one.
    pub column: Option<&'i str>,
    /// The expression, where it is one and its source says it.
    pub expression: Option<&'i str>,
    /// What is said of it.
    pub options: &'i KeyOptions,
}

/// What is said of a part of a key beside what it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyOptions {
    /// How much of the column the key holds: characters, or bytes of a binary column (MySQL).
    pub length: Option<u32>,
    /// `COLLATE`, as written.
    pub collation: Option<String>,
    /// The operator class, as written (PostgreSQL).
    pub operator_class: Option<String>,
    /// `DESC`.
    pub descending: bool,
    /// `NULLS FIRST` or `NULLS LAST`, where it is said: whether they come first.
    pub nulls_first: Option<bool>,
    /// The operator of an exclusion constraint, as written.
    pub operator: Option<String>,
}

impl KeyOptions {
    /// Nothing is said.
    pub const NONE: Self = Self {
        length: None,
        collation: None,
        operator_class: None,
        descending: false,
        nulls_first: None,
        operator: None,
    };

    /// These options without the last ones that say nothing.
    pub(crate) fn trimmed(mut options: Vec<Self>) -> Vec<Self> {
        while options.last().is_some_and(|last| *last == Self::NONE) {
            options.pop();
        }
        options
    }

    /// Whether NULL comes first: last in PostgreSQL unless the order is turned round (manual, 11.4), first elsewhere.
    pub fn has_nulls_first(&self, dialect: Dialect) -> bool {
        self.nulls_first.unwrap_or(match dialect {
            Dialect::Postgres => self.descending,
            Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => !self.descending,
        })
    }

    /// The words that stand behind the part, each with a space before it.
    pub fn words(&self, dialect: Dialect) -> String {
        let mut words = String::new();
        let mut say = |word: &str| {
            words.push(' ');
            words.push_str(word);
        };
        if let Some(collation) = &self.collation {
            say(&format!("COLLATE {collation}"));
        }
        if let Some(class) = &self.operator_class {
            say(class);
        }
        if self.descending {
            say("DESC");
        }
        if self.has_nulls_first(dialect)
            != (Self { nulls_first: None, ..self.clone() }).has_nulls_first(dialect)
        {
            say(if self.nulls_first == Some(true) { "NULLS FIRST" } else { "NULLS LAST" });
        }
        if let Some(operator) = &self.operator {
            say(&format!("WITH {operator}"));
        }
        words
    }
}

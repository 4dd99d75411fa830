//! What a library makes of values on their way between code and database: whether a statement fails when the database holds
//! another kind of value than the library was told.

use crate::schema::TypeFamily;

/// Kinds of values that libraries treat alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Numbers of every size.
    Number,
    /// Text.
    Text,
    /// One of the values of an enum.
    Enum,
}

impl Kind {
    /// The kind of a type; `None` where nothing is known of its conversions.
    pub fn of(family: &TypeFamily) -> Option<Self> {
        match family {
            TypeFamily::Integer { .. } | TypeFamily::Float { .. } | TypeFamily::Decimal { .. } => {
                Some(Self::Number)
            }
            TypeFamily::Text { .. } => Some(Self::Text),
            TypeFamily::Enum(_) => Some(Self::Enum),
            TypeFamily::Boolean
            | TypeFamily::Bytes
            | TypeFamily::Date
            | TypeFamily::Time
            | TypeFamily::Timestamp { .. }
            | TypeFamily::Interval
            | TypeFamily::Json
            | TypeFamily::Uuid
            | TypeFamily::Array(_)
            | TypeFamily::Other(_) => None,
        }
    }
}

/// How a statement fares that does not know of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It does what it did.
    Passes,
    /// It fails on rows that hold what the library does not know.
    FailsOnSome,
    /// It fails.
    Fails,
}

/// How statements fare when a column's type changes and the code is as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Retyping {
    /// What the column held.
    pub before: Kind,
    /// What it holds now.
    pub after: Kind,
    /// Statements that select it.
    pub read: Fate,
    /// Statements that write it.
    pub write: Fate,
    /// Statements that compare it.
    pub filter: Fate,
}

/// What a library does to values, as far as it decides whether a statement fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Conversion {
    /// Whether a NULL in a column that the model declares as never NULL fails the query that selects it.
    pub refuses_null: bool,
    /// Changes of type that are known; on PostgreSQL, where a parameter has a type.
    pub retypings: &'static [Retyping],
}

impl Conversion {
    /// How statements fare when the column's type changes so; `None` where it is not known.
    pub fn retyping(&self, before: &TypeFamily, after: &TypeFamily) -> Option<&'static Retyping> {
        let (before, after) = (Kind::of(before)?, Kind::of(after)?);
        self.retypings.iter().find(|known| known.before == before && known.after == after)
    }
}

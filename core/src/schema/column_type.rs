//! Column types: the text, and what kind of value it holds.

/// A column's type as the database would print it, and its family.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ColumnType {
    /// The type in the database's words, lower case, with its arguments: `varchar(20)`, `numeric(10,2)`, `text[]`.
    pub name: String,
    /// What kind of value it holds.
    pub family: TypeFamily,
}

/// Kinds of values, for judging whether a change of type keeps readers and writers working.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeFamily {
    /// Whole numbers of so many bytes.
    Integer {
        /// 1, 2, 4 or 8.
        bytes: u8,
    },
    /// Binary floating point of so many bytes.
    Float {
        /// 4 or 8.
        bytes: u8,
    },
    /// Exact decimals.
    Decimal {
        /// Digits in all, and digits after the point, where given.
        precision: Option<(u32, u32)>,
    },
    /// Text; the longest length in characters where there is one.
    Text {
        /// Longest length in characters.
        length: Option<u32>,
    },
    /// True and false.
    Boolean,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A moment; with or without time zone.
    Timestamp {
        /// Whether a time zone is kept or applied.
        zoned: bool,
    },
    /// A span of time.
    Interval,
    /// JSON, binary or text.
    Json,
    /// UUID.
    Uuid,
    /// A named enum, or MySQL's inline one (then the name is empty and the values are in the type's text).
    Enum(String),
    /// An array of another family.
    Array(Box<TypeFamily>),
    /// Anything else, by name: `tsvector`, `geometry`, a domain.
    Other(String),
}

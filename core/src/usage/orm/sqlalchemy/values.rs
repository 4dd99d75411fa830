//! What SQLAlchemy's types do to values: executed with 2.1 and psycopg on PostgreSQL 15, `fails_in_scenario` of the table
//! of implicit references.

use crate::code::conversion::{Conversion, Fate, Kind, Retyping};

/// Parameters are sent with the type of the model's column; what comes back is taken as the driver gives it, but for enums,
/// whose values are looked up (LookupError).
pub static CONVERSION: Conversion = Conversion { refuses_null: false, retypings: RETYPINGS };

static RETYPINGS: &[Retyping] = &[
    // `operator does not exist: text = integer`; an assignment casts.
    Retyping {
        before: Kind::Number,
        after: Kind::Text,
        read: Fate::Passes,
        write: Fate::Passes,
        filter: Fate::Fails,
    },
    // `column is of type integer but expression is of type character varying`; a number is handed on as it is.
    Retyping {
        before: Kind::Text,
        after: Kind::Number,
        read: Fate::Passes,
        write: Fate::Fails,
        filter: Fate::Fails,
    },
    Retyping {
        before: Kind::Enum,
        after: Kind::Text,
        read: Fate::FailsOnSome,
        write: Fate::Passes,
        filter: Fate::Passes,
    },
];

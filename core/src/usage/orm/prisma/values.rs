//! What Prisma's engines do to values: executed with 5.22, 6.19 and 7.10 on PostgreSQL 15, `fails_in_scenario` of the
//! table of implicit references.

use crate::code::conversion::{Conversion, Fate, Kind, Retyping};

/// The engine written in Rust, all there was before version 6: NULL in a required field is refused (P2032), and a row
/// without its required relation ("Inconsistent query result").
pub static RUST_ENGINE: Conversion = Conversion { refuses_null: true, retypings: RETYPINGS };

/// The query compiler, an offer of version 6 (`engineType = "client"`) and all that there is in version 7: NULL comes
/// through into a field that is typed without it.
pub static QUERY_COMPILER: Conversion = Conversion { refuses_null: false, retypings: RETYPINGS };

/// The first major version without the engine written in Rust.
pub const WITHOUT_RUST_ENGINE: u32 = 7;

/// The first major version in which a project can do without it.
pub const FIRST_WITH_QUERY_COMPILER: u32 = 6;

static RETYPINGS: &[Retyping] = &[
    // Numbers are sent without a type and read back from their digits.
    Retyping {
        before: Kind::Number,
        after: Kind::Text,
        read: Fate::Passes,
        write: Fate::Passes,
        filter: Fate::Passes,
    },
    // P2032, P2023: a number where text was promised; `invalid input syntax for type integer`.
    Retyping {
        before: Kind::Text,
        after: Kind::Number,
        read: Fate::Fails,
        write: Fate::Fails,
        filter: Fate::Fails,
    },
    // A filter casts its value to the enum: `operator does not exist: text = mood`. Text that is no value of the enum
    // cannot be read.
    Retyping {
        before: Kind::Enum,
        after: Kind::Text,
        read: Fate::FailsOnSome,
        write: Fate::Passes,
        filter: Fate::Fails,
    },
];

//! What stops a run. Content never does: only options, paths and configuration can be wrong in a way that ends here.

use std::fmt;

/// Why a run could not be done. The message names the input and the way out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    /// The class of the error: bindings turn it into an exception type or a code.
    pub kind: ErrorKind,
    /// What was wrong and what to do, for people.
    pub message: String,
}

/// The classes of errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// An option, or a combination of options, is not valid.
    Option,
    /// A path that was named does not exist or cannot be read.
    Path,
    /// A configuration file is not valid.
    Config,
    /// No schema was found, or the one that was named holds none.
    Schema,
    /// A name (table, column, rule, revision) is not known.
    Name,
    /// Git was asked and refused.
    Git,
    /// Seawall itself failed: a bug.
    Internal,
}

impl ErrorKind {
    /// All classes.
    pub const ALL: [Self; 7] =
        [Self::Option, Self::Path, Self::Config, Self::Schema, Self::Name, Self::Git, Self::Internal];

    /// The stable code of this class, as the Node package gives it in `error.code`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Option => "SEAWALL_OPTION",
            Self::Path => "SEAWALL_PATH",
            Self::Config => "SEAWALL_CONFIG",
            Self::Schema => "SEAWALL_SCHEMA",
            Self::Name => "SEAWALL_NAME",
            Self::Git => "SEAWALL_GIT",
            Self::Internal => "SEAWALL_INTERNAL",
        }
    }
}

impl Error {
    /// An error of this class.
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into() }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}

/// A result whose error stops the run.
pub type Result<T, E = Error> = std::result::Result<T, E>;

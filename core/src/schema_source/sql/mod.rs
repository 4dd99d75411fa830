//! SQL schema files and migration folders.

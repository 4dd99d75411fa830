//! Reports: the only serialisable types (`wire`) and one file per output format.

pub mod wire;

//! Private: benches.

//! The extension module `seawall._native`: options in as JSON, reports out as JSON, and the command line.
//!
//! The signatures that people call are in `python/seawall/_verbs.py`, written by `cargo x codegen` from the core's types.

use std::ffi::OsString;

use pyo3::create_exception;
use pyo3::exceptions::{PyException, PyValueError};
use pyo3::prelude::*;
use seawall::ErrorKind;
use seawall::json::Verb;

create_exception!(
    seawall._native,
    CallError,
    PyException,
    "What stopped a call: its arguments are a code and a message."
);

/// The extension module.
///
/// It holds no state, so it does not need the global interpreter lock.
#[pymodule(gil_used = false)]
mod _native {
    #[pymodule_export]
    use super::{CallError, call, run};
    use super::{ErrorKind, PyResult};
    use pyo3::prelude::*;
    use pyo3::types::PyTuple;

    #[pymodule_init]
    fn init(module: &Bound<'_, PyModule>) -> PyResult<()> {
        let codes = ErrorKind::ALL.iter().map(|kind| kind.code());
        module.add("ERROR_CODES", PyTuple::new(module.py(), codes.collect::<Vec<_>>())?)?;
        module.add("__version__", env!("CARGO_PKG_VERSION"))
    }
}

/// Calls a verb of the core with options as JSON text, and gives its report as JSON text.
#[pyfunction]
fn call(py: Python<'_>, verb: &str, options: &str) -> PyResult<String> {
    let verb = Verb::parse(verb).ok_or_else(|| PyValueError::new_err(format!("no such verb: {verb}")))?;
    py.detach(|| seawall::json::call(verb, options))
        .map_err(|error| CallError::new_err((error.kind.code(), error.message)))
}

/// Runs the command line with these arguments (the program's name first) and gives the exit code.
#[pyfunction]
fn run(py: Python<'_>, args: Vec<OsString>) -> u8 {
    py.detach(|| seawall::cli::run(args))
}

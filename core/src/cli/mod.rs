//! The command line: the only place that prints.

use std::ffi::OsString;

/// Runs the command line with these arguments (the program's name first) and gives the exit code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let _ = args.into_iter().count();
    2
}

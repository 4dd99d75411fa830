//! The Node addon: options in as JSON, an envelope with the report or the error out as JSON, and the command line.
//!
//! The functions that people call are in `verbs.cjs`, written by `cargo x codegen` from the core's types.

use napi::bindgen_prelude::AsyncTask;
use napi::{Env, Result, Status, Task};
use napi_derive::napi;
use seawall::ErrorKind;
use seawall::json::{Verb, envelope};

/// Calls a verb of the core on this thread and gives `{"report": ...}` or `{"error": {"code", "message"}}` as text.
#[napi]
pub fn call_sync(verb: String, options: String) -> Result<String> {
    Ok(envelope(parse_verb(&verb)?, &options))
}

/// Calls a verb of the core on a thread of the pool; the event loop goes on meanwhile.
#[napi]
pub fn call(verb: String, options: String) -> Result<AsyncTask<Call>> {
    Ok(AsyncTask::new(Call { verb: parse_verb(&verb)?, options }))
}

/// Runs the command line with these arguments (the program's name first) and gives the exit code.
#[napi]
pub fn run(args: Vec<String>) -> u32 {
    u32::from(seawall::cli::run(args.into_iter().map(Into::into)))
}

/// The codes that an error can have.
#[napi]
pub fn error_codes() -> Vec<&'static str> {
    ErrorKind::ALL.iter().map(|kind| kind.code()).collect()
}

fn parse_verb(name: &str) -> Result<Verb> {
    Verb::parse(name).ok_or_else(|| napi::Error::new(Status::InvalidArg, format!("no such verb: {name}")))
}

/// A call on its way through the thread pool.
pub struct Call {
    verb: Verb,
    options: String,
}

impl Task for Call {
    type Output = String;
    type JsValue = String;

    fn compute(&mut self) -> Result<String> {
        Ok(envelope(self.verb, &self.options))
    }

    fn resolve(&mut self, _env: Env, output: String) -> Result<String> {
        Ok(output)
    }
}

//! Proofs against real databases: the statement of every witness of the cases, the examples and some deploy windows must
//! succeed before the change and fail after it.

use std::collections::{BTreeMap, BTreeSet};

use seawall::json::{Verb, envelope};
use serde_json::Value;

use super::super::{Outcome, parity};

/// What a proof says.
pub struct Proof {
    /// Where it comes from, for messages.
    place: String,
    /// Makes the tables.
    pub before: String,
    /// Makes the change.
    pub change: String,
    /// The statement.
    pub statement: String,
}

/// What a database said to a proof.
pub struct Answer {
    /// What went wrong up to the change.
    pub first: Option<String>,
    /// How the statement failed after it.
    pub second: Option<String>,
}

/// Runs every proof for a dialect by `run`.
pub fn judge(dialect: &str, mut run: impl FnMut(&Proof) -> Outcome<Answer>) -> Outcome {
    let (proofs, without) = proofs(dialect)?;
    let mut wrong = Vec::new();
    for proof in &proofs {
        let answer = run(proof)?;
        let failed = match (&answer.first, &answer.second) {
            (Some(error), _) => format!("fails before the change: {error}"),
            (None, None) => "succeeds after the change".to_owned(),
            (None, Some(_)) => continue,
        };
        let Proof { place, before, change, statement } = proof;
        wrong.push(format!("{place}: the statement {failed}\n{before}{statement}{change}"));
    }
    println!("  {} proofs executed, {} wrong", proofs.len(), wrong.len());
    for (reason, count) in without {
        println!("  {count} findings without a statement: {reason}");
    }
    match (wrong.is_empty(), proofs.is_empty()) {
        (true, false) => Ok(()),
        (true, true) => Err("no proof was found: the cases have none".to_owned()),
        (false, _) => Err(wrong.join("\n\n")),
    }
}

/// The proofs that differ, and why findings have none, with their number.
fn proofs(dialect: &str) -> Outcome<(Vec<Proof>, BTreeMap<String, usize>)> {
    let (mut proofs, mut without, mut seen) = (Vec::new(), BTreeMap::new(), BTreeSet::new());
    for (place, report) in witnesses()? {
        if report["dialect"] != dialect {
            continue;
        }
        let text = |name: &str| report[name].as_str().map(str::to_owned);
        let (Some(before), Some(change)) = (text("before"), text("change")) else {
            return Err(format!("{place}: not a witness: {report}"));
        };
        let Some(statement) = text("statement") else {
            *without.entry(text("no_statement").unwrap_or_default()).or_insert(0) += 1;
            continue;
        };
        if seen.insert((before.clone(), change.clone(), statement.clone())) {
            proofs.push(Proof { place, before, change, statement });
        }
    }
    Ok((proofs, without))
}

/// The witness of every finding that is about a change.
fn witnesses() -> Outcome<Vec<(String, Value)>> {
    let mut found = Vec::new();
    for options in parity::checks()? {
        let report = ask(Verb::Check, &options)?;
        for finding in report["findings"].as_array().into_iter().flatten() {
            if finding["change"].is_null() {
                continue;
            }
            let mut options = options.clone();
            options["finding"] = finding["fingerprint"].clone();
            let place = format!("{options} {}", finding["rule"]);
            found.push((place, ask(Verb::Witness, &options)?));
        }
    }
    Ok(found)
}

fn ask(verb: Verb, options: &Value) -> Outcome<Value> {
    let answer: Value =
        serde_json::from_str(&envelope(verb, &options.to_string())).map_err(|error| error.to_string())?;
    match answer.get("report") {
        Some(report) => Ok(report.clone()),
        None if verb == Verb::Check => Ok(Value::Null),
        None => Err(format!("{options}: {answer}")),
    }
}

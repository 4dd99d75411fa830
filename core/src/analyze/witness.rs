//! The proof of one finding of `check`.

use crate::analyze::run::check_and_prove;
use crate::analyze::{ChangeSource, Options};
use crate::report::wire::{FindingReport, VERSION, WitnessReport};
use crate::report::witness::Witness;
use crate::rules::DeployOrder;
use crate::{Error, ErrorKind, Result};

/// The shortest beginning of a fingerprint that may stand for it.
const SHORTEST: usize = 4;

/// The proof of the finding that `name` stands for: a fingerprint, the beginning of one, or `PATH:LINE[:COLUMN]`.
pub(crate) fn witness(
    options: &Options,
    change: &ChangeSource,
    order: Option<DeployOrder>,
    name: &str,
) -> Result<WitnessReport> {
    let (report, proofs) = check_and_prove(options, change, order)?;
    let named: Vec<_> =
        report.findings.iter().zip(proofs).filter(|(finding, _)| is_named(finding, name)).collect();
    let fingerprints: Vec<&str> = named.iter().map(|(finding, _)| finding.fingerprint.as_str()).collect();
    if fingerprints.len() > 1 {
        let message = format!(
            "`{name}` stands for {} findings: name one of them by its fingerprint, {}",
            fingerprints.len(),
            fingerprints.join(", ")
        );
        return Err(Error::new(ErrorKind::Name, message));
    }
    let Some((finding, proof)) = named.into_iter().next() else {
        let message = format!(
            "`check` with these options has no finding `{name}`: FINDING is a fingerprint (`--format json` has them), the \
             beginning of one, or PATH:LINE[:COLUMN]"
        );
        return Err(Error::new(ErrorKind::Name, message));
    };
    proof.map(|proof| of(finding, proof)).ok_or_else(|| {
        let message = format!("`{name}` ({}) is about no change: there is nothing to prove", finding.rule);
        Error::new(ErrorKind::Name, message)
    })
}

fn is_named(finding: &FindingReport, name: &str) -> bool {
    let place = &finding.location;
    let line = format!("{}:{}", place.path, place.line);
    (name.len() >= SHORTEST && finding.fingerprint.starts_with(name))
        || name == line
        || name == format!("{line}:{}", place.column)
}

fn of(finding: &FindingReport, proof: Witness) -> WitnessReport {
    let (statement, no_statement) = match proof.statement {
        Ok(statement) => (Some(statement), None),
        Err(reason) => (None, Some(reason)),
    };
    let (statement, sent_by) = statement.unzip();
    WitnessReport {
        version: VERSION,
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.clone(),
        message: finding.message.clone(),
        location: finding.location.clone(),
        dialect: proof.dialect,
        before: proof.before,
        change: proof.change,
        statement,
        sent_by,
        no_statement,
    }
}

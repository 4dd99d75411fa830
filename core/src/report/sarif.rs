//! SARIF 2.1.0, as GitHub code scanning takes it.
//!
//! GitHub shows a result in a pull request only where its first location lies in the changes, so that the first location
//! is the migration's statement, and the usage is a related location that the message links to ("SARIF support for code
//! scanning", docs.github.com). A result without a change stands where its finding does.

use serde_json::{Value, json};

use crate::report::pages;
use crate::report::printable::clean;
use crate::report::wire::{CheckReport, FindingReport, Location, RuleReport};
use crate::rules::Severity;

const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// GitHub cuts rule texts at this number of characters.
const RULE_TEXT: usize = 1024;

/// The report of `check`.
pub(crate) fn check(report: &CheckReport) -> String {
    let pages = pages::all();
    let rules: Vec<Value> = pages.iter().map(rule).collect();
    let results: Vec<Value> = report.findings.iter().map(|item| result(report, item, &pages)).collect();
    let notes: Vec<Value> = report
        .unanalyzed
        .iter()
        .map(|place| {
            json!({
                "level": "note",
                "message": { "text": text_of(&place.reason) },
                "locations": [{ "physicalLocation": physical(&place.location) }],
            })
        })
        .collect();
    super::json::render(&json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "Seawall",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "informationUri": env!("CARGO_PKG_REPOSITORY"),
                "rules": rules,
            } },
            "automationDetails": { "id": "seawall/" },
            "columnKind": "unicodeCodePoints",
            "invocations": [{ "executionSuccessful": true, "toolExecutionNotifications": notes }],
            "results": results,
        }],
    }))
}

fn rule(page: &RuleReport) -> Value {
    json!({
        "id": page.name,
        "shortDescription": { "text": cut(&page.summary) },
        "fullDescription": { "text": cut(&page.summary) },
        "help": { "text": page.page, "markdown": page.page },
        "defaultConfiguration": { "level": level(page.severity) },
        "properties": {
            "tags": ["database", "migration"],
            "precision": "high",
            "problem.severity": match page.severity {
                Severity::Error => "error",
                Severity::Warning => "warning",
                Severity::Note => "recommendation",
            },
        },
    })
}

fn result(report: &CheckReport, finding: &FindingReport, pages: &[RuleReport]) -> Value {
    let change = finding.change.and_then(|index| report.changes.get(index));
    let mut text = text_of(&finding.message);
    let mut related = Vec::new();
    let primary = match change {
        Some(change) => {
            // The link's number is the related location's id (SARIF 3.11.6).
            let place = format!("{}:{}", finding.location.path, finding.location.line);
            text = format!("{}\n\nUsed in [{}](1).", escape_links(&text), escape_links(&place));
            related.push(related_location(1, &finding.location, "the code that meets the change"));
            &change.difference.location
        }
        None => &finding.location,
    };
    for link in &finding.evidence {
        if let Some(place) = &link.location {
            related.push(related_location(related.len() + 1, place, &link.message));
        }
    }
    let mut result = json!({
        "ruleId": finding.rule,
        "level": level(finding.severity),
        "message": { "text": text },
        "locations": [{ "physicalLocation": physical(primary) }],
        "partialFingerprints": { "seawall/v1": finding.fingerprint },
    });
    let index = pages.iter().position(|page| page.name == finding.rule);
    if let Some(object) = result.as_object_mut() {
        if let Some(index) = index {
            object.insert("ruleIndex".to_owned(), json!(index));
        }
        if !related.is_empty() {
            object.insert("relatedLocations".to_owned(), Value::Array(related));
        }
    }
    result
}

fn related_location(id: usize, place: &Location, message: &str) -> Value {
    json!({ "id": id, "message": { "text": text_of(message) }, "physicalLocation": physical(place) })
}

fn physical(place: &Location) -> Value {
    // A region ends on the line it begins on: GitHub shows an alert only where all its lines are changed.
    let mut region = json!({ "startLine": place.line, "startColumn": place.column });
    if place.end_line == place.line
        && let Some(object) = region.as_object_mut()
    {
        object.insert("endLine".to_owned(), json!(place.end_line));
        object.insert("endColumn".to_owned(), json!(place.end_column));
    }
    json!({ "artifactLocation": artifact(&place.path), "region": region })
}

/// Relative to the root; a file outside it is named by its own URI.
fn artifact(path: &str) -> Value {
    match path.strip_prefix('/') {
        Some(absolute) => json!({ "uri": format!("file:///{}", uri(absolute)) }),
        None => json!({ "uri": uri(path) }),
    }
}

/// The path as a relative URI reference (RFC 3986, 3.3): what is no `pchar` is encoded. A colon too: before the first
/// slash it would end a scheme.
fn uri(path: &str) -> String {
    let mut out = String::new();
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'/' | b'-' | b'.' | b'_' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+'
            | b',' | b';' | b'=' | b'@' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// GitHub refuses empty texts.
fn text_of(text: &str) -> String {
    let text = clean(text);
    if text.trim().is_empty() { "(no text)".to_owned() } else { text.into_owned() }
}

fn cut(text: &str) -> String {
    text_of(text).chars().take(RULE_TEXT).collect()
}

/// Brackets begin a link, in a message that has one (SARIF 3.11.6).
fn escape_links(text: &str) -> String {
    text.replace('\\', "\\\\").replace('[', "\\[").replace(']', "\\]")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::samples::{finding, report};

    #[test]
    fn the_first_location_is_the_statement_and_the_message_links_to_the_code() {
        let text = check(&report(vec![finding("src/[id]/a b.ts", 2)]));
        let log: Value = serde_json::from_str(&text).expect("JSON");
        let result = log.pointer("/runs/0/results/0").expect("a result");
        let at = |pointer: &str| result.pointer(pointer).cloned().unwrap_or_default();
        assert_eq!(at("/locations/0/physicalLocation/artifactLocation/uri"), "db/2.sql");
        assert_eq!(at("/locations/0/physicalLocation/region/startLine"), 2);
        assert_eq!(at("/relatedLocations/0/physicalLocation/artifactLocation/uri"), "src/%5Bid%5D/a%20b.ts");
        assert_eq!(at("/relatedLocations/1/message/text"), "`user` is a row of users");
        assert_eq!(at("/message/text"), "users.email is read\n\nUsed in [src/\\[id\\]/a b.ts:2](1).");
    }
}

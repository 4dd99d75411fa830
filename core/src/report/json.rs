//! The stable JSON of [`crate::report::wire`].

use serde::Serialize;

/// The report as JSON, indented, with a line break at the end.
pub(crate) fn render(report: &impl Serialize) -> String {
    // Wire types have string keys and finite numbers only, so that they always have a JSON form.
    let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
    text.push('\n');
    text
}

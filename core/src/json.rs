//! The verbs over JSON text: options in, a report out. The bindings call nothing else.

use std::panic::{AssertUnwindSafe, catch_unwind};

use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::report::wire::{
    CheckReport, CompatReport, DiffReport, RuleReport, RulesReport, SchemaReport, UsagesReport, WitnessReport,
};
use crate::{CheckOptions, Error, ErrorKind, Options, Releases, Result};

/// The functions of the crate, the wheel and the npm package.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verb {
    /// [`crate::check`] with the fields of [`CheckOptions`].
    Check,
    /// [`crate::compat`] with the fields of [`Options`] and [`Releases`].
    Compat,
    /// [`crate::usages`] with the fields of [`Options`] and `target`.
    Usages,
    /// [`crate::load_schema`] with the fields of [`Options`] and `at`.
    LoadSchema,
    /// [`crate::diff`] with the fields of [`Options`], `before` and `after`.
    Diff,
    /// [`crate::witness`] with the fields of [`CheckOptions`] and `finding`.
    Witness,
    /// [`crate::rules`] without options.
    Rules,
    /// [`crate::explain`] with `rule`.
    Explain,
}

/// What [`Verb::Usages`] takes beside [`Options`].
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct UsagesArguments {
    /// What to look for: `TABLE`, `TABLE.COLUMN` or `Entity.field`, by code names or database names.
    target: String,
}

/// What [`Verb::LoadSchema`] takes beside [`Options`].
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct LoadSchemaArguments {
    /// A revision: the schema is what it was after that one; else after the newest.
    at: Option<String>,
}

/// What [`Verb::Diff`] takes beside [`Options`].
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct DiffArguments {
    /// The schema source before.
    before: String,
    /// The schema source after.
    after: String,
}

/// What [`Verb::Witness`] takes beside [`CheckOptions`].
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct WitnessArguments {
    /// The finding: its fingerprint, the beginning of one, or `PATH:LINE[:COLUMN]`.
    finding: String,
}

/// What [`Verb::Rules`] takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RulesArguments {}

/// What [`Verb::Explain`] takes.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct ExplainArguments {
    /// The name of a rule.
    rule: String,
}

impl Verb {
    /// All verbs.
    pub const ALL: [Self; 8] = [
        Self::Check,
        Self::Compat,
        Self::Usages,
        Self::LoadSchema,
        Self::Diff,
        Self::Witness,
        Self::Rules,
        Self::Explain,
    ];

    /// The name, as in Rust and Python.
    pub fn name(self) -> &'static str {
        match self {
            Self::Check => "check",
            Self::Compat => "compat",
            Self::Usages => "usages",
            Self::LoadSchema => "load_schema",
            Self::Diff => "diff",
            Self::Witness => "witness",
            Self::Rules => "rules",
            Self::Explain => "explain",
        }
    }

    /// The verb of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verb| verb.name() == name)
    }

    /// One sentence: what it does.
    pub fn summary(self) -> &'static str {
        match self {
            Self::Compat => "Finds the releases that still work on the schema.",
            Self::Check => "Judges a change: which lines of the project does it break?",
            Self::Usages => "Finds every usage of a table or column.",
            Self::LoadSchema => "Reads the schema of the project.",
            Self::Diff => "Compares two schema sources.",
            Self::Witness => "Gives the smallest proof of a finding of `check` with the same options.",
            Self::Rules => "Lists all rules with their pages.",
            Self::Explain => "Gives one rule with its page.",
        }
    }

    /// The JSON Schema of its options.
    pub fn options_schema(self) -> Value {
        match self {
            Self::Check => input_schema::<CheckOptions>(),
            Self::Compat => completed::<Options>(input_schema::<Releases>()),
            Self::Usages => completed::<Options>(input_schema::<UsagesArguments>()),
            Self::LoadSchema => completed::<Options>(input_schema::<LoadSchemaArguments>()),
            Self::Diff => completed::<Options>(input_schema::<DiffArguments>()),
            Self::Witness => completed::<CheckOptions>(input_schema::<WitnessArguments>()),
            Self::Rules => input_schema::<RulesArguments>(),
            Self::Explain => input_schema::<ExplainArguments>(),
        }
    }

    /// The JSON Schema of its report.
    pub fn report_schema(self) -> Value {
        match self {
            Self::Check => output_schema::<CheckReport>(),
            Self::Compat => output_schema::<CompatReport>(),
            Self::Usages => output_schema::<UsagesReport>(),
            Self::LoadSchema => output_schema::<SchemaReport>(),
            Self::Diff => output_schema::<DiffReport>(),
            Self::Witness => output_schema::<WitnessReport>(),
            Self::Rules => output_schema::<RulesReport>(),
            Self::Explain => output_schema::<RuleReport>(),
        }
    }
}

/// Calls a verb with an object of options; missing options have their defaults.
///
/// # Errors
/// As the verb, and options that are not valid. A panic on the way, which would be a bug, comes back as an error too:
/// it must not reach the other language.
pub fn call(verb: Verb, options: &str) -> Result<String> {
    catch_unwind(AssertUnwindSafe(|| dispatch(verb, options))).unwrap_or_else(|panic| {
        let what = panic.downcast_ref::<String>().map(String::as_str);
        let what = what.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no message");
        Err(Error::new(ErrorKind::Internal, format!("Seawall failed, which is a bug: {what}")))
    })
}

/// As [`call`], with the error in the text: `{"report": ...}` or `{"error": {"code": ..., "message": ...}}`.
pub fn envelope(verb: Verb, options: &str) -> String {
    match call(verb, options) {
        Ok(report) => format!("{{\"report\":{report}}}"),
        Err(error) => json!({ "error": { "code": error.kind.code(), "message": error.message } }).to_string(),
    }
}

fn dispatch(verb: Verb, options: &str) -> Result<String> {
    let given = parse_object(options)?;
    match verb {
        Verb::Check => render(&crate::check_with(parse_fields::<CheckOptions>(given)?)?),
        Verb::Compat => {
            let (options, releases) = parse_split::<Options, Releases>(given)?;
            render(&crate::compat(&options, &releases)?)
        }
        Verb::Usages => {
            let (options, arguments) = parse_split::<Options, UsagesArguments>(given)?;
            render(&crate::usages(&options, &arguments.target)?)
        }
        Verb::LoadSchema => {
            let (options, arguments) = parse_split::<Options, LoadSchemaArguments>(given)?;
            render(&crate::load_schema(&options, arguments.at.as_deref())?)
        }
        Verb::Diff => {
            let (options, arguments) = parse_split::<Options, DiffArguments>(given)?;
            render(&crate::diff(&options, &arguments.before, &arguments.after)?)
        }
        Verb::Witness => {
            let (options, arguments) = parse_split::<CheckOptions, WitnessArguments>(given)?;
            render(&crate::witness(options, &arguments.finding)?)
        }
        Verb::Rules => {
            parse_fields::<RulesArguments>(given)?;
            render(&crate::rules())
        }
        Verb::Explain => render(&crate::explain(&parse_fields::<ExplainArguments>(given)?.rule)?),
    }
}

fn render(report: &impl Serialize) -> Result<String> {
    serde_json::to_string(report)
        .map_err(|error| Error::new(ErrorKind::Internal, format!("the report has no JSON form: {error}")))
}

fn parse_object(options: &str) -> Result<Map<String, Value>> {
    match serde_json::from_str(options) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(Error::new(ErrorKind::Option, "options must be an object")),
        Err(error) => Err(Error::new(ErrorKind::Option, format!("options are not valid JSON text: {error}"))),
    }
}

/// The fields that are in `O`, and the others.
fn parse_split<O: DeserializeOwned + JsonSchema, T: DeserializeOwned>(
    given: Map<String, Value>,
) -> Result<(O, T)> {
    let common = property_names(&input_schema::<O>());
    let (ours, theirs) = given.into_iter().partition(|(name, _)| common.contains(name));
    Ok((parse_fields(ours)?, parse_fields(theirs)?))
}

fn parse_fields<T: DeserializeOwned>(given: Map<String, Value>) -> Result<T> {
    serde_json::from_value(Value::Object(given))
        .map_err(|error| Error::new(ErrorKind::Option, format!("options are not valid: {error}")))
}

fn input_schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_deserialize().into_generator().into_root_schema_for::<T>().to_value()
}

fn output_schema<T: JsonSchema>() -> Value {
    SchemaSettings::draft2020_12().for_serialize().into_generator().into_root_schema_for::<T>().to_value()
}

fn property_names(schema: &Value) -> Vec<String> {
    let properties = schema.get("properties").and_then(Value::as_object);
    properties.into_iter().flat_map(|properties| properties.keys().cloned()).collect()
}

/// The schema of a verb's own arguments, completed with those of `O`.
fn completed<O: JsonSchema>(mut own: Value) -> Value {
    let common = input_schema::<O>();
    for part in ["properties", "$defs"] {
        let Some(source) = common.get(part).and_then(Value::as_object) else { continue };
        let Some(object) = own.as_object_mut() else { continue };
        let target = object.entry(part).or_insert_with(|| Value::Object(Map::new()));
        if let Some(target) = target.as_object_mut() {
            target.extend(source.iter().map(|(name, schema)| (name.clone(), schema.clone())));
        }
    }
    own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(verb: Verb, options: &str, code: &str, message: &str) {
        let error = call(verb, options).unwrap_err();
        assert_eq!((error.kind.code(), error.message.as_str()), (code, message), "{verb:?} {options}");
    }

    #[test]
    fn options_that_are_not_valid_are_refused_by_name() {
        const CODE: &str = "SEAWALL_OPTION";
        check(Verb::Check, "[]", CODE, "options must be an object");
        check(
            Verb::Check,
            r#"{"schema": 3}"#,
            CODE,
            "options are not valid: invalid type: integer `3`, expected a sequence",
        );
        check(
            Verb::Explain,
            r#"{"rules": "x"}"#,
            CODE,
            "options are not valid: unknown field `rules`, expected `rule`",
        );
        check(Verb::Usages, r#"{"root": "."}"#, CODE, "options are not valid: missing field `target`");
        check(
            Verb::Diff,
            r#"{"before": "a", "after": "b", "at": "c"}"#,
            CODE,
            "options are not valid: unknown field `at`, expected `before` or `after`",
        );
        assert!(
            call(Verb::Check, r#"{"root": "\udcff"}"#).unwrap_err().message.contains("not valid JSON text")
        );
    }

    #[test]
    fn the_envelope_is_one_json_object() {
        let report: Value = serde_json::from_str(&envelope(Verb::Rules, "{}")).unwrap();
        assert_eq!(report["report"]["version"], 1);
        let error: Value = serde_json::from_str(&envelope(Verb::Rules, "\"\"")).unwrap();
        assert_eq!(
            error,
            json!({ "error": { "code": "SEAWALL_OPTION", "message": "options must be an object" } })
        );
    }

    #[test]
    fn every_verb_is_found_by_its_name_and_has_schemas() {
        for verb in Verb::ALL {
            assert_eq!(Verb::parse(verb.name()), Some(verb));
            assert_eq!(verb.options_schema()["additionalProperties"], false, "{verb:?}");
            assert_eq!(verb.report_schema()["type"], "object", "{verb:?}");
        }
        let names = property_names(&Verb::Usages.options_schema());
        assert_eq!(names, ["target", "root", "schema", "dialect", "baseline", "config"]);
    }
}

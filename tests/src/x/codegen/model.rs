//! The verbs and their types, read from the JSON Schemas that the core gives: as much of JSON Schema as those use.

use seawall::json::Verb;
use serde_json::Value;

use crate::x::Outcome;

/// All verbs and all types that their options and reports are made of.
pub struct Model {
    pub functions: Vec<Function>,
    /// Reports first, in the order of the verbs, each followed by what it is made of.
    pub types: Vec<Named>,
}

/// A verb as a function.
pub struct Function {
    pub name: &'static str,
    pub summary: &'static str,
    pub options: Vec<Field>,
    /// The name of its report's type.
    pub report: String,
}

/// A type with a name.
#[derive(PartialEq)]
pub struct Named {
    pub name: String,
    pub doc: String,
    pub shape: Shape,
}

#[derive(PartialEq)]
pub enum Shape {
    /// One of these texts.
    Choice(Vec<String>),
    Object(Vec<Field>),
}

#[derive(PartialEq)]
pub struct Field {
    pub name: String,
    pub doc: String,
    pub ty: Type,
    pub required: bool,
}

#[derive(PartialEq)]
pub enum Type {
    Text,
    Integer,
    Bool,
    List(Box<Type>),
    Nullable(Box<Type>),
    Reference(String),
}

impl Model {
    /// Reads the schemas of all verbs.
    pub fn read() -> Outcome<Self> {
        let mut model = Self { functions: Vec::new(), types: Vec::new() };
        for verb in Verb::ALL {
            let (options, report) = (verb.options_schema(), verb.report_schema());
            model.functions.push(Function {
                name: verb.name(),
                summary: verb.summary(),
                options: fields(&options)?,
                report: text(&report, "title"),
            });
            model.add(named(text(&report, "title"), &report)?)?;
            for (name, schema) in entries(&report, "$defs").chain(entries(&options, "$defs")) {
                model.add(named(name.clone(), schema)?)?;
            }
        }
        Ok(model)
    }

    fn add(&mut self, named: Named) -> Outcome {
        match self.types.iter().find(|known| known.name == named.name) {
            None => {
                self.types.push(named);
                Ok(())
            }
            Some(known) if *known == named => Ok(()),
            Some(_) => Err(format!("two different types are called {}", named.name)),
        }
    }
}

impl Function {
    /// Options that must be given: positional in the other languages.
    pub fn required(&self) -> impl Iterator<Item = &Field> {
        self.options.iter().filter(|field| field.required)
    }

    /// Options that may be left out.
    pub fn optional(&self) -> impl Iterator<Item = &Field> {
        self.options.iter().filter(|field| !field.required)
    }
}

impl Field {
    /// The type of a field that is present: one that may be absent is left out rather than null.
    pub fn present(&self) -> &Type {
        match &self.ty {
            Type::Nullable(inner) if !self.required => inner,
            other => other,
        }
    }
}

fn named(name: String, schema: &Value) -> Outcome<Named> {
    let doc = text(schema, "description");
    let shape = match choices(schema) {
        Some(values) => Shape::Choice(values),
        None => Shape::Object(fields(schema).map_err(|error| format!("{name}: {error}"))?),
    };
    Ok(Named { name, doc, shape })
}

/// The values of an enum: `enum`, or `oneOf` with a `const` each where they are documented.
fn choices(schema: &Value) -> Option<Vec<String>> {
    let owned = |value: &Value| value.as_str().map(str::to_owned);
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.iter().map(owned).collect();
    }
    let branches = schema.get("oneOf")?.as_array()?;
    let values: Vec<Option<Vec<String>>> = branches
        .iter()
        .map(|branch| match branch.get("const") {
            Some(value) => Some(vec![owned(value)?]),
            None => choices(branch),
        })
        .collect();
    values.into_iter().collect::<Option<Vec<_>>>().map(|values| values.concat())
}

fn fields(schema: &Value) -> Outcome<Vec<Field>> {
    if schema.get("type").and_then(Value::as_str) != Some("object") {
        return Err(format!("a type that codegen does not know: {schema}"));
    }
    let required: Vec<&str> = schema
        .get("required")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    entries(schema, "properties")
        .map(|(name, property)| {
            Ok(Field {
                name: name.clone(),
                doc: text(property, "description"),
                ty: ty(property).map_err(|error| format!("{name}: {error}"))?,
                required: required.contains(&name.as_str()),
            })
        })
        .collect()
}

fn ty(schema: &Value) -> Outcome<Type> {
    let unknown = || format!("a type that codegen does not know: {schema}");
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        return reference
            .strip_prefix("#/$defs/")
            .map(|name| Type::Reference(name.to_owned()))
            .ok_or_else(unknown);
    }
    if let Some(branches) = schema.get("anyOf").and_then(Value::as_array) {
        return match branches.as_slice() {
            [inner, null] if null.get("type").and_then(Value::as_str) == Some("null") => {
                Ok(Type::Nullable(Box::new(ty(inner)?)))
            }
            _ => Err(unknown()),
        };
    }
    match schema.get("type").ok_or_else(unknown)? {
        Value::String(name) => plain(name, schema).ok_or_else(unknown)?,
        Value::Array(names) => match names.as_slice() {
            [Value::String(name), Value::String(null)] if null == "null" => {
                Ok(Type::Nullable(Box::new(plain(name, schema).ok_or_else(unknown)??)))
            }
            _ => Err(unknown()),
        },
        _ => Err(unknown()),
    }
}

fn plain(name: &str, schema: &Value) -> Option<Outcome<Type>> {
    match name {
        "string" => Some(Ok(Type::Text)),
        "integer" => Some(Ok(Type::Integer)),
        "boolean" => Some(Ok(Type::Bool)),
        "array" => schema.get("items").map(|items| Ok(Type::List(Box::new(ty(items)?)))),
        _ => None,
    }
}

fn text(schema: &Value, name: &str) -> String {
    schema.get(name).and_then(Value::as_str).unwrap_or_default().replace('\n', " ")
}

fn entries<'a>(schema: &'a Value, name: &str) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
    schema.get(name).and_then(Value::as_object).into_iter().flatten()
}

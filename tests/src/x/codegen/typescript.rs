//! The Node side: declarations for both module systems, the functions, and the ESM entry.

use super::Generated;
use super::model::{Field, Function, Model, Named, Shape, Type};

const NOTICE: &str =
    "// Written by `cargo x codegen` from the core's types: change those, then run it again.\n";

pub fn generate(model: &Model) -> Vec<Generated> {
    let folder = "bindings-node";
    vec![
        Generated { path: format!("{folder}/index.d.cts"), text: declarations(model) },
        Generated {
            path: format!("{folder}/index.d.mts"),
            text: format!("{NOTICE}export * from \"./index.cjs\";\n"),
        },
        Generated { path: format!("{folder}/verbs.cjs"), text: functions(model) },
        Generated { path: format!("{folder}/index.mjs"), text: module(model) },
    ]
}

fn declarations(model: &Model) -> String {
    let mut out = format!("{NOTICE}\n");
    out.push_str(
        "/** What stops a run. Findings are never errors: they are in the report. */\n\
         export class SeawallError extends Error {\n  /** The stable code of the kind of error. */\n  readonly code: ErrorCode;\n  private constructor();\n}\n\n",
    );
    let codes: Vec<String> =
        seawall::ErrorKind::ALL.iter().map(|kind| format!("  | \"{}\"", kind.code())).collect();
    out.push_str(&format!("/** The kinds of errors. */\nexport type ErrorCode =\n{};\n\n", codes.join("\n")));
    out.push_str("/** The version of this package. */\nexport const version: string;\n");
    model.functions.iter().for_each(|function| out.push_str(&signatures(function)));
    model.types.iter().for_each(|named| out.push_str(&declaration(named)));
    out
}

fn signatures(function: &Function) -> String {
    let name = camel_case(function.name);
    let options = pascal_case(function.name) + "Options";
    let required: Vec<String> = function.required().map(|field| format!("{}: string", field.name)).collect();
    let has_options = function.optional().next().is_some();
    let mut parameters = required;
    if has_options {
        parameters.push(format!("options?: {options}"));
    }
    let parameters = parameters.join(", ");
    let params: String =
        function.required().map(|field| format!(" * @param {} {}\n", field.name, field.doc)).collect();
    let doc =
        |more: &str| format!("/**\n * {}{more}\n{params} * @throws SeawallError\n */\n", function.summary);
    let report = &function.report;
    let mut out = format!(
        "\n{}export function {name}Sync({parameters}): {report};\n\n{}export function {name}({parameters}): Promise<{report}>;\n",
        doc(""),
        doc(" It works on another thread.")
    );
    if has_options {
        let fields: String = function
            .optional()
            .map(|field| {
                format!(
                    "{}  {}?: {};\n",
                    comment(&field.doc, "  "),
                    camel_case(&field.name),
                    option_type(field)
                )
            })
            .collect();
        out.push_str(&format!(
            "\n/** Options of `{name}` and `{name}Sync`. */\nexport interface {options} {{\n{fields}}}\n"
        ));
    }
    out
}

fn declaration(named: &Named) -> String {
    let doc = comment(&named.doc, "");
    match &named.shape {
        Shape::Choice(values) => {
            let values: Vec<String> = values.iter().map(|value| format!("  | \"{value}\"")).collect();
            format!("\n{doc}export type {} =\n{};\n", named.name, values.join("\n"))
        }
        Shape::Object(fields) => {
            let fields: String = fields
                .iter()
                .map(|field| {
                    let mark = if field.required { "" } else { "?" };
                    format!(
                        "{}  {}{mark}: {};\n",
                        comment(&field.doc, "  "),
                        field.name,
                        report_type(field.present())
                    )
                })
                .collect();
            format!("\n{doc}export interface {} {{\n{fields}}}\n", named.name)
        }
    }
}

fn report_type(ty: &Type) -> String {
    match ty {
        Type::Text => "string".to_owned(),
        Type::Integer => "number".to_owned(),
        Type::Bool => "boolean".to_owned(),
        Type::List(item) => match **item {
            Type::Nullable(_) => format!("Array<{}>", report_type(item)),
            Type::Text | Type::Integer | Type::Bool | Type::List(_) | Type::Reference(_) => {
                format!("{}[]", report_type(item))
            }
        },
        Type::Nullable(inner) => format!("{} | null", report_type(inner)),
        Type::Reference(name) => name.clone(),
    }
}

fn option_type(field: &Field) -> String {
    match field.present() {
        Type::List(item) => format!("{0} | readonly {0}[] | undefined", report_type(item)),
        ty @ (Type::Text | Type::Integer | Type::Bool | Type::Nullable(_) | Type::Reference(_)) => {
            format!("{} | undefined", report_type(ty))
        }
    }
}

fn functions(model: &Model) -> String {
    let mut out =
        format!("{NOTICE}\"use strict\";\n\nconst {{ call, callSync }} = require(\"./call.cjs\");\n");
    for function in &model.functions {
        let (verb, name) = (function.name, camel_case(function.name));
        let required: Vec<&str> = function.required().map(|field| field.name.as_str()).collect();
        let lists: Vec<String> = function
            .optional()
            .filter(|field| matches!(field.ty, Type::List(_)))
            .map(|field| format!("\"{}\"", field.name))
            .collect();
        let lists = format!("[{}]", lists.join(", "));
        let given = match required.is_empty() {
            true => "{}".to_owned(),
            false => format!("{{ {} }}", required.join(", ")),
        };
        let mut parameters = required;
        parameters.push("options");
        let parameters = parameters.join(", ");
        out.push_str(&format!(
            "\nexports.{name}Sync = function {name}Sync({parameters}) {{\n  return callSync(\"{verb}\", {given}, options, {lists});\n}};\n\
             \nexports.{name} = async function {name}({parameters}) {{\n  return call(\"{verb}\", {given}, options, {lists});\n}};\n"
        ));
    }
    out
}

fn module(model: &Model) -> String {
    let mut names = vec!["SeawallError".to_owned(), "version".to_owned()];
    for function in &model.functions {
        let name = camel_case(function.name);
        names.extend([format!("{name}Sync"), name]);
    }
    let lines: String = names.iter().map(|name| format!("  {name},\n")).collect();
    format!("{NOTICE}import seawall from \"./index.cjs\";\n\nexport const {{\n{lines}}} = seawall;\n")
}

fn comment(doc: &str, indent: &str) -> String {
    format!("{indent}/** {} */\n", doc.replace("*/", "*\\/"))
}

fn camel_case(name: &str) -> String {
    let pascal = pascal_case(name);
    let mut chars = pascal.chars();
    chars.next().map(|first| first.to_ascii_lowercase().to_string() + chars.as_str()).unwrap_or_default()
}

fn pascal_case(name: &str) -> String {
    name.split('_')
        .map(|word| {
            let mut chars = word.chars();
            chars
                .next()
                .map(|first| first.to_ascii_uppercase().to_string() + chars.as_str())
                .unwrap_or_default()
        })
        .collect()
}

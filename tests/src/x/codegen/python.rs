//! The Python side: `reports.py` holds the types, `_verbs.py` the functions.

use super::Generated;
use super::model::{Field, Function, Model, Named, Shape, Type};

const NOTICE: &str =
    "# Written by `cargo x codegen` from the core's types: change those, then run it again.\n";
const WIDTH: usize = 100;

/// Options that name a file or folder: they take `os.PathLike` too.
const PATHS: [&str; 5] = ["root", "schema", "config", "before", "after"];

pub fn generate(model: &Model) -> Vec<Generated> {
    let folder = "bindings-python/python/seawall";
    vec![
        Generated { path: format!("{folder}/reports.py"), text: reports(model) },
        Generated { path: format!("{folder}/_verbs.py"), text: verbs(model) },
        Generated { path: format!("{folder}/__init__.py"), text: package(model) },
    ]
}

fn reports(model: &Model) -> String {
    let mut out = format!(
        "{NOTICE}\"\"\"The shapes of the reports, as `typing.TypedDict`: the reports themselves are plain dictionaries.\"\"\"\n\n\
         from __future__ import annotations\n\nfrom typing import Literal, Optional, TypedDict\n\n"
    );
    out.push_str(&all(model.types.iter().map(|named| named.name.as_str()).collect()));
    // Aliases are run when the module is loaded, so that they stand before what names them.
    for named in &model.types {
        if let Shape::Choice(values) = &named.shape {
            let values: Vec<String> = values.iter().map(|value| format!("    \"{value}\",\n")).collect();
            out.push_str(&format!("\n{} = Literal[\n{}]\n", named.name, values.concat()));
            out.push_str(&docstring(&named.doc, ""));
        }
    }
    for named in &model.types {
        if let Shape::Object(fields) = &named.shape {
            out.push_str(&class(named, fields));
        }
    }
    out
}

/// A class; fields that may be absent are in a second one, as Python before 3.11 has no `NotRequired`.
fn class(named: &Named, fields: &[Field]) -> String {
    let (required, optional): (Vec<&Field>, Vec<&Field>) = fields.iter().partition(|field| field.required);
    let doc = docstring(&named.doc, "    ");
    let body = |fields: &[&Field]| -> String { fields.iter().map(|field| attribute(field)).collect() };
    if optional.is_empty() {
        return format!("\n\nclass {}(TypedDict):\n{doc}{}", named.name, body(&required));
    }
    if required.is_empty() {
        return format!("\n\nclass {}(TypedDict, total=False):\n{doc}{}", named.name, body(&optional));
    }
    format!(
        "\n\nclass _{name}Always(TypedDict):\n{}\n\nclass {name}(_{name}Always, total=False):\n{doc}{}",
        body(&required).trim_start_matches('\n'),
        body(&optional),
        name = named.name
    )
}

fn attribute(field: &Field) -> String {
    format!("\n    {}: {}\n{}", field.name, report_type(field.present()), docstring(&field.doc, "    "))
}

fn report_type(ty: &Type) -> String {
    match ty {
        Type::Text => "str".to_owned(),
        Type::Integer => "int".to_owned(),
        Type::Bool => "bool".to_owned(),
        Type::List(item) => format!("list[{}]", report_type(item)),
        Type::Nullable(inner) => format!("Optional[{}]", report_type(inner)),
        Type::Reference(name) => name.clone(),
    }
}

fn verbs(model: &Model) -> String {
    let mut used: Vec<&str> = model.functions.iter().map(|function| function.report.as_str()).collect();
    used.extend(model.functions.iter().flat_map(|function| &function.options).filter_map(|field| {
        match field.present() {
            Type::Reference(name) => Some(name.as_str()),
            Type::Text | Type::Integer | Type::Bool | Type::List(_) | Type::Nullable(_) => None,
        }
    }));
    used.sort_unstable();
    used.dedup();
    let imports: String = used.iter().map(|name| format!("    {name},\n")).collect();
    let mut out = format!(
        "{NOTICE}\"\"\"The functions of the package, one for each verb of the command line.\"\"\"\n\n\
         from __future__ import annotations\n\nimport os\nfrom typing import Iterable, Optional, Union\n\n\
         from seawall._call import call, listed\nfrom seawall.reports import (\n{imports})\n\n\
         StrPath = Union[str, \"os.PathLike[str]\"]\n\"\"\"A path, as text or as `pathlib.Path`.\"\"\"\n"
    );
    model.functions.iter().for_each(|function| out.push_str(&definition(function)));
    out
}

fn definition(function: &Function) -> String {
    let (positional, named): (Vec<&Field>, Vec<&Field>) =
        function.optional().partition(|field| field.name == "root");
    let mut parameters: Vec<String> =
        function.required().map(|field| format!("    {}: {},\n", field.name, option_type(field))).collect();
    parameters.extend(positional.iter().map(|field| with_default(field)));
    if !named.is_empty() {
        parameters.push("    *,\n".to_owned());
        parameters.extend(named.iter().map(|field| with_default(field)));
    }
    let parameters = match parameters.is_empty() {
        true => String::new(),
        false => format!("\n{}", parameters.concat()),
    };
    let ordered = || function.required().chain(function.optional());
    let options: Vec<String> = ordered().map(passed).collect();
    let options = match options.is_empty() {
        true => "{}".to_owned(),
        false => format!("{{\n{}    }}", options.concat()),
    };
    format!(
        "\n\ndef {name}({parameters}) -> {report}:\n{doc}    report: {report} = call(\"{name}\", {options})\n    return report\n",
        name = function.name,
        report = function.report,
        doc = function_docstring(function, ordered()),
    )
}

fn function_docstring<'a>(function: &Function, options: impl Iterator<Item = &'a Field>) -> String {
    let mut out = format!("    \"\"\"{}\n", function.summary);
    let mut options = options.peekable();
    if options.peek().is_some() {
        out.push_str("\n    Args:\n");
    }
    for field in options {
        out.push_str(&wrapped(&format!("{}: {}", field.name, field.doc), "        ", "            "));
    }
    out.push_str(
        "\n    Raises:\n        SeawallError: The run could not be done; the subclass says what was wrong.\n",
    );
    out.push_str("    \"\"\"\n");
    out
}

fn with_default(field: &Field) -> String {
    let default = match field.ty {
        Type::List(_) => "()",
        Type::Text => "\"\"",
        Type::Integer | Type::Bool | Type::Nullable(_) | Type::Reference(_) => "None",
    };
    format!("    {}: {} = {default},\n", field.name, option_type(field))
}

fn option_type(field: &Field) -> String {
    let text = if PATHS.contains(&field.name.as_str()) { "StrPath" } else { "str" };
    let of = |ty: &Type| match ty {
        Type::Text => text.to_owned(),
        Type::List(item) if **item == Type::Text => format!("Union[{text}, Iterable[{text}]]"),
        Type::Integer | Type::Bool | Type::List(_) | Type::Nullable(_) | Type::Reference(_) => {
            report_type(ty)
        }
    };
    match &field.ty {
        Type::Nullable(inner) => format!("Optional[{}]", of(inner)),
        Type::Integer | Type::Bool if !field.required => format!("Optional[{}]", of(&field.ty)),
        Type::Text | Type::Integer | Type::Bool | Type::List(_) | Type::Reference(_) => of(&field.ty),
    }
}

fn passed(field: &Field) -> String {
    match field.present() {
        Type::List(_) => format!("        \"{0}\": listed({0}),\n", field.name),
        Type::Text | Type::Integer | Type::Bool | Type::Nullable(_) | Type::Reference(_) => {
            format!("        \"{0}\": {0},\n", field.name)
        }
    }
}

fn package(model: &Model) -> String {
    let functions: Vec<&str> = model.functions.iter().map(|function| function.name).collect();
    let types: Vec<&str> = model.types.iter().map(|named| named.name.as_str()).collect();
    let errors = [
        "ConfigError",
        "GitError",
        "InternalError",
        "OptionError",
        "PathError",
        "SchemaError",
        "SeawallError",
        "UnknownNameError",
    ];
    let import = |module: &str, names: &[&str]| {
        let mut names = names.to_vec();
        names.sort_unstable();
        let lines: String = names.iter().map(|name| format!("    {name},\n")).collect();
        format!("from {module} import (\n{lines})\n")
    };
    let names = [functions.as_slice(), &types, &errors, &["__version__"]].concat();
    format!(
        "{NOTICE}\"\"\"Seawall tells which lines of code a database change will break, before it is deployed.\n\n\
         The functions take paths and options, and give plain dictionaries: the same JSON as `seawall --format json`.\n\
         They release the global interpreter lock while they work, so that `asyncio.to_thread(seawall.check)` and\n\
         threads run beside them.\n\"\"\"\n\n{}{}{}{}\n{}",
        "from seawall._native import __version__\n",
        import("seawall._verbs", &functions),
        import("seawall.errors", &errors),
        import("seawall.reports", &types),
        all(names),
    )
}

fn all(mut names: Vec<&str>) -> String {
    names.sort_unstable();
    let lines: String = names.iter().map(|name| format!("    \"{name}\",\n")).collect();
    format!("__all__ = [\n{lines}]\n")
}

fn docstring(doc: &str, indent: &str) -> String {
    let text = wrapped(
        &format!("\"\"\"{}\"\"\"", doc.replace('\\', "\\\\").replace("\"\"\"", "'''")),
        indent,
        indent,
    );
    // A quote at the end would run into the closing ones.
    text.replace("\"\"\"\"", "\\\"\"\"\"")
}

fn wrapped(text: &str, first: &str, rest: &str) -> String {
    let mut lines: Vec<String> = Vec::new();
    let mut line = first.to_owned();
    let mut is_empty = true;
    for word in text.split(' ') {
        if !is_empty && line.chars().count() + 1 + word.chars().count() > WIDTH {
            lines.push(std::mem::replace(&mut line, rest.to_owned()));
            is_empty = true;
        }
        if !is_empty {
            line.push(' ');
        }
        line.push_str(word);
        is_empty = false;
    }
    lines.push(line);
    lines.iter().map(|line| format!("{line}\n")).collect()
}

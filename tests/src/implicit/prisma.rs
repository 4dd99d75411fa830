//! Rows of Prisma as TypeScript.

use super::Row;
use super::project::{Target, data};

/// The column that a row is about.
pub fn target(row: &Row) -> Target {
    let of = |table: &str, column: &str| Target { table: table.to_owned(), column: column.to_owned() };
    let mut parts = row.id.split('.');
    match (parts.next().unwrap_or_default(), parts.next().unwrap_or_default()) {
        ("kind", model) => of(&upper_first(model), "legacy"),
        ("ignored", _) => of("KIgn", "legacy"),
        ("view", _) => of("UserView", "legacy"),
        _ if row.call.contains(".owner") || row.call.contains(".child") => of("Child", "legacyFk"),
        _ => of("User", "legacy"),
    }
}

fn upper_first(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// The files of a project that uses this version: schema, manifest, the clients.
pub fn files(version: &str, scenario: bool) -> Vec<(&'static str, String)> {
    let number = version.split([' ', '-']).next().unwrap_or_default();
    let schema = data("schema.prisma");
    let schema = match version.contains("relationMode") {
        true => schema.replacen("\n}\nmodel", "\n  relationMode = \"prisma\"\n}\nmodel", 1),
        false => schema,
    };
    let schema = match number.starts_with('6') && !version.contains("ust") {
        true => schema.replacen("\n  output", "\n  engineType = \"client\"\n  output", 1),
        false => schema,
    };
    let more = if scenario { data("scenario.prisma") } else { String::new() };
    vec![
        ("prisma/schema.prisma", schema + &more),
        ("package.json", format!("{{\"dependencies\": {{\"@prisma/client\": \"{number}\"}}}}\n")),
        ("src/db.ts", data("clients.ts")),
    ]
}

/// The file of a row: what stands after `judged` is judged.
pub fn source(index: usize, row: &Row) -> (String, String) {
    let text = format!(
        "import {{ p, pOmit, pExt, pQ }} from \"../db\"\n\nexport async function run() {{\n  // judged\n  const r = await {}\n  return r\n}}\n",
        row.call
    );
    (format!("src/rows/row{index}.ts"), text)
}

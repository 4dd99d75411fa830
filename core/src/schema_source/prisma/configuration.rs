//! The literal forms of `prisma.config.ts`: where schema and migrations are.

/// The path that `schema:` names.
pub fn schema(text: &str) -> Option<String> {
    value_of(text, "schema")
}

/// The path that `migrations: { path: ... }` names.
pub fn migrations(text: &str) -> Option<String> {
    let (_, behind) = text.split_once("migrations")?;
    let (_, block) = behind.trim_start().strip_prefix(':')?.split_once('{')?;
    value_of(block.split_once('}').map_or(block, |(inside, _)| inside), "path")
}

/// The literal behind the first `key:`; a call of `path.join` over literals counts as one.
fn value_of(text: &str, key: &str) -> Option<String> {
    for (at, _) in text.match_indices(key) {
        let before = text.get(..at)?.chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '.') {
            continue;
        }
        let rest = text.get(at + key.len()..)?.trim_start_matches(['"', '\'']).trim_start();
        let Some(value) = rest.strip_prefix(':').map(str::trim_start) else { continue };
        if let Some(literal) = first_string(value) {
            return Some(literal);
        }
        let (function, arguments) = value.split_once('(')?;
        if matches!(function.trim(), "path.join" | "join" | "path.resolve" | "resolve") {
            let arguments = arguments.split_once(')').map_or(arguments, |(inside, _)| inside);
            let parts: Vec<String> =
                arguments.split(',').filter_map(|part| first_string(part.trim())).collect();
            return (!parts.is_empty()).then(|| parts.join("/"));
        }
    }
    None
}

/// The string literal that the text begins with; none where it has holes.
pub fn first_string(text: &str) -> Option<String> {
    let quote = text.chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let rest = text.get(1..)?;
    let value = rest.get(..rest.find(quote)?)?;
    (!value.contains("${")).then(|| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_read_and_programs_are_not() {
        let check = |text: &str, expected: [Option<&str>; 2]| {
            assert_eq!([schema(text).as_deref(), migrations(text).as_deref()], expected, "{text}");
        };
        check("{ schema: 'a/b', migrations: { seed: 'x', path: \"c/d\" } }", [Some("a/b"), Some("c/d")]);
        check(
            "{ schema: path.join('a', `b`), migrations: { path: join('c', 'd') } }",
            [Some("a/b"), Some("c/d")],
        );
        check("{ schema: process.env.SCHEMA, migrations }", [None, None]);
        check("{ schema: `${root}/b`", [None, None]);
        check("my.schema = 1", [None, None]);
    }
}

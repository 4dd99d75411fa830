//! Python's `re`, as far as names are taken apart and put together with it.

use fancy_regex::{Captures, Regex, RegexBuilder};

use crate::code::interpret::{Arguments, External, ExternalId, Runner, Value};

/// The longest pattern that is compiled, in bytes.
const LONGEST_PATTERN: usize = 1000;

/// How often an expression may go back at one place before the match is given up.
const MOST_BACKTRACKS: usize = 100_000;

impl Runner<'_, '_> {
    /// Calls a function of `re`, or a method of a compiled pattern; `None` where its result is not known here.
    pub(super) fn regex_call(&mut self, callee: ExternalId, arguments: &Arguments) -> Option<Value> {
        let path = self.interpreter.path(callee);
        let name = path.strip_prefix("re.")?;
        match (name.strip_prefix("compile()."), self.compiled(callee)) {
            (Some(method), Some(pattern)) => self.match_pattern(method, &pattern, arguments, 0),
            _ => {
                let pattern = arguments.get(0, "pattern").and_then(|pattern| self.plain_text(pattern))?;
                self.match_pattern(name, &pattern, arguments, 1)
            }
        }
    }

    /// The pattern of `re.compile(pattern)`, of whose result a method is called.
    fn compiled(&self, method: ExternalId) -> Option<String> {
        let External::Member { object, .. } = self.interpreter.heap.external(method) else { return None };
        let External::Call { arguments, .. } = self.interpreter.heap.external(*object) else { return None };
        arguments.get(0, "pattern").and_then(|pattern| self.plain_text(pattern))
    }

    /// `re.sub`, `re.split` and `re.findall` (Python library reference, "re"); the arguments behind the pattern begin at
    /// `first`.
    fn match_pattern(
        &mut self,
        name: &str,
        pattern: &str,
        arguments: &Arguments,
        first: usize,
    ) -> Option<Value> {
        if !matches!(name, "sub" | "split" | "findall") || has_options(arguments, first, name) {
            return None;
        }
        let regex = compile(pattern)?;
        if name == "sub" {
            let replacement = self.plain_text(arguments.get(first, "repl")?)?;
            let text = self.plain_text(arguments.get(first + 1, "string")?)?;
            return Some(Value::text(&substitute(&regex, &replacement, &text)?));
        }
        let text = self.plain_text(arguments.get(first, "string")?)?;
        let found = if name == "split" { split(&regex, &text)? } else { find_all(&regex, &text)? };
        let items = found.iter().map(|item| Value::text(item)).collect();
        Some(self.interpreter.list(items))
    }

    /// A string all of which is known.
    fn plain_text(&self, value: &Value) -> Option<String> {
        let text = self.interpreter.as_text(value)?;
        (!text.has_holes()).then(|| text.value.to_string())
    }
}

/// Whether flags or a count are given, which are not followed.
fn has_options(arguments: &Arguments, first: usize, name: &str) -> bool {
    let own = if name == "sub" { first + 2 } else { first + 1 };
    let is_option = |keyword: &str| matches!(keyword, "flags" | "count" | "maxsplit");
    arguments.positional.len() > own || arguments.keywords.iter().any(|(keyword, _)| is_option(keyword))
}

fn compile(pattern: &str) -> Option<Regex> {
    if pattern.len() > LONGEST_PATTERN {
        return None;
    }
    RegexBuilder::new(pattern).backtrack_limit(MOST_BACKTRACKS).build().ok()
}

/// All matches; `None` where one is given up.
fn matches<'t>(regex: &Regex, text: &'t str) -> Option<Vec<Captures<'t, str>>> {
    regex.captures_iter(text).collect::<Result<_, _>>().ok()
}

fn split(regex: &Regex, text: &str) -> Option<Vec<String>> {
    let mut pieces = Vec::new();
    let mut last = 0;
    for found in matches(regex, text)? {
        let whole = found.get(0)?;
        pieces.push(text.get(last..whole.start())?.to_owned());
        // Groups stand among the pieces.
        pieces.extend(found.iter().skip(1).flatten().map(|group| group.as_str().to_owned()));
        last = whole.end();
    }
    pieces.push(text.get(last..)?.to_owned());
    Some(pieces)
}

/// The matches, or their only group; `None` for several groups, which give tuples.
fn find_all(regex: &Regex, text: &str) -> Option<Vec<String>> {
    let group = usize::from(regex.captures_len() > 1);
    if regex.captures_len() > 2 {
        return None;
    }
    let found = matches(regex, text)?;
    Some(found.iter().map(|found| found.get(group).map_or("", |group| group.as_str()).to_owned()).collect())
}

fn substitute(regex: &Regex, replacement: &str, text: &str) -> Option<String> {
    let mut result = String::new();
    let mut last = 0;
    for found in matches(regex, text)? {
        let whole = found.get(0)?;
        result.push_str(text.get(last..whole.start())?);
        expand(replacement, &found, &mut result)?;
        last = whole.end();
    }
    result.push_str(text.get(last..)?);
    Some(result)
}

/// Writes a replacement: `\1`, `\g<1>`, `\g<name>`; `None` for other escapes.
fn expand(replacement: &str, found: &Captures<'_, str>, result: &mut String) -> Option<()> {
    let mut rest = replacement;
    while let Some((plain, escape)) = rest.split_once('\\') {
        result.push_str(plain);
        let (group, after) = match escape.strip_prefix("g<") {
            Some(named) => named.split_once('>')?,
            None => escape.split_at_checked(1)?,
        };
        let group = match group.parse::<usize>() {
            Ok(number) => found.get(number),
            Err(_) if escape.starts_with("g<") => found.name(group),
            Err(_) => return None,
        };
        result.push_str(group.map_or("", |group| group.as_str()));
        rest = after;
    }
    result.push_str(rest);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::{compile, find_all, split, substitute};

    /// What CPython 3.11 gave for the same calls.
    #[test]
    fn names_are_taken_apart_as_python_does() {
        let capital = compile("(?=[A-Z])").unwrap();
        assert_eq!(split(&capital, "CaseCostType").unwrap(), ["", "Case", "Cost", "Type"]);
        let capital = compile(r"(?<!^)(?=[A-Z])").unwrap();
        assert_eq!(substitute(&capital, "_", "UserProfile").unwrap(), "User_Profile");
        let words = compile("(.)([A-Z][a-z]+)").unwrap();
        assert_eq!(substitute(&words, r"\1_\2", "HTTPProxyRule").unwrap(), "HTTP_ProxyRule");
        assert_eq!(split(&compile("(-)").unwrap(), "a-b").unwrap(), ["a", "-", "b"]);
        assert_eq!(find_all(&compile("[A-Z][a-z]*").unwrap(), "UserProfile").unwrap(), ["User", "Profile"]);
    }

    #[test]
    fn a_pattern_without_measure_is_not_compiled() {
        assert!(compile(&"a".repeat(2000)).is_none());
    }
}

//! One thing about a schema changed, in every way that a hand changes one.

use super::Files;

/// What is done to a line of a schema; `None` where it does not fit.
type Mutation = fn(&Line<'_>) -> Option<String>;

const OF_FIELDS: &[(&str, Mutation)] = &[
    ("dropped", |_| Some(String::new())),
    ("renamed", |line| Some(line.with_name(&format!("{}Renamed", line.name)))),
    ("mapped", |line| {
        let mapped = line.text.contains("@map");
        (!mapped).then(|| format!("{} @map(\"{}_mapped\")", line.text, line.name))
    }),
    ("optional", |line| line.with_arity("", "?")),
    ("required", |line| line.with_arity("?", "")),
    ("list", |line| line.with_arity("", "[]")),
    ("widened", |line| line.with_type("Int", "BigInt")),
    ("narrowed", |line| line.with_type("BigInt", "Int")),
    ("text", |line| line.with_type("Int", "String")),
    ("number", |line| line.with_type("String", "Int")),
    ("shorter", |line| (line.ty == "String").then(|| format!("{} @db.VarChar(12)", line.text))),
    ("unique", |line| (!line.text.contains("@unique")).then(|| format!("{} @unique", line.text))),
    ("not unique", |line| line.text.contains(" @unique").then(|| line.text.replace(" @unique", ""))),
    ("with a default", |line| {
        let value = match line.ty {
            "Int" | "BigInt" => "7",
            "String" => "\"seven\"",
            "Boolean" => "true",
            "DateTime" => "now()",
            _ => return None,
        };
        (!line.text.contains("@default")).then(|| format!("{} @default({value})", line.text))
    }),
    ("cascading", |line| {
        let plain = line.text.contains("references: [") && !line.text.contains("onDelete");
        plain.then(|| line.text.replacen("])", "], onDelete: Cascade)", 1))
    }),
    ("beside another", |line| Some(format!("{}\n  anotherField String?", line.text))),
    ("before a required one", |line| Some(format!("{}\n  anotherField Int @default(0)", line.text))),
];

const OF_VALUES: &[(&str, Mutation)] = &[
    ("dropped", |_| Some(String::new())),
    ("renamed", |line| Some(line.with_name(&format!("{}_2", line.name)))),
    ("beside another", |line| Some(format!("{}\n  another_value", line.text))),
];

const OF_ATTRIBUTES: &[(&str, Mutation)] = &[
    ("dropped", |_| Some(String::new())),
    ("unique", |line| line.text.contains("@@index").then(|| line.text.replace("@@index", "@@unique"))),
    ("an index", |line| line.text.contains("@@unique").then(|| line.text.replace("@@unique", "@@index"))),
    ("mapped", |line| {
        line.text.contains("@@map(\"").then(|| line.text.replace("@@map(\"", "@@map(\"other_"))
    }),
];

const NEW_BLOCKS: &str = "\nmodel Another {\n  id Int @id\n  a  String @unique\n}\n";

/// A line inside a block.
struct Line<'t> {
    text: &'t str,
    name: &'t str,
    /// The word behind the name, without its arity.
    ty: &'t str,
}

impl<'t> Line<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let mut words = text.split_whitespace();
        let name = words.next().filter(|name| !name.starts_with("//"))?;
        let ty = words.next().unwrap_or_default().trim_end_matches(['?', '[', ']']);
        Some(Self { text, name, ty })
    }

    fn with_name(&self, name: &str) -> String {
        self.text.replacen(self.name, name, 1)
    }

    /// The type with `after` behind it in place of `before`.
    fn with_arity(&self, before: &str, after: &str) -> Option<String> {
        self.with_word(&format!("{}{before}", self.ty), &format!("{}{after}", self.ty))
    }

    fn with_type(&self, before: &str, after: &str) -> Option<String> {
        let word = self.text.split_whitespace().nth(1)?;
        let arity = word.strip_prefix(before).filter(|arity| matches!(*arity, "" | "?" | "[]"))?;
        self.with_word(word, &format!("{after}{arity}"))
    }

    fn with_word(&self, before: &str, after: &str) -> Option<String> {
        let word = self.text.split_whitespace().nth(1).filter(|word| *word == before)?;
        // `Unsupported("geometry(Point, 4326)")` goes on behind its first word.
        if word.matches('(').count() != word.matches(')').count() {
            return None;
        }
        let (name, rest) = self.text.split_once(&format!(" {word}"))?;
        Some(format!("{name} {after}{rest}"))
    }
}

/// The schema with one line changed, for every line and every change that fits it; and with a block more or less.
pub fn mutations(files: &Files) -> Vec<(String, Files)> {
    let mut found = Vec::new();
    for (place, (path, text)) in files.iter().enumerate() {
        let mut add = |name: String, mutated: String| {
            let mut files = files.clone();
            if let Some(file) = files.get_mut(place) {
                *file = (path.clone(), mutated);
            }
            found.push((name, files));
        };
        let (mut block, mut start) = (String::new(), 0);
        let mut offset = 0;
        for raw in text.split_inclusive('\n') {
            let line = raw.trim_end();
            let words: Vec<&str> = line.split_whitespace().collect();
            if let [kind @ ("model" | "enum" | "view" | "type" | "datasource" | "generator"), name, "{", ..] =
                words.as_slice()
            {
                block = format!("{kind} {name}");
                start = offset;
            } else if line == "}" {
                let without = format!("{}{}", &text[..start], &text[offset + raw.len()..]);
                if block.starts_with("model") || block.starts_with("enum") {
                    add(format!("{block} dropped"), without);
                }
                block.clear();
            } else if let Some(parsed) = Line::of(line) {
                let list = match block.split(' ').next() {
                    Some("model") if parsed.name.starts_with("@@") => OF_ATTRIBUTES,
                    Some("model") => OF_FIELDS,
                    Some("enum") if !parsed.name.starts_with("@@") => OF_VALUES,
                    _ => &[],
                };
                for (name, mutation) in list {
                    if let Some(changed) = mutation(&parsed) {
                        let end = &text[offset + line.len()..];
                        let mutated = format!("{}{changed}{end}", &text[..offset]);
                        add(format!("{block}, {} {name}", parsed.name), mutated);
                    }
                }
            }
            offset += raw.len();
        }
        if place == 0 {
            add("another model".to_owned(), format!("{text}{NEW_BLOCKS}"));
        }
    }
    found
}

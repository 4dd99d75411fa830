//! Which rule answers for which change, and why where none does: the table of `docs/rules.md`.

use std::fmt::Write;

use seawall::report::wire::ChangeKindReport as Kind;

/// How code meets what changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A query or a row from which values are read, or by which rows are found.
    Reader,
    /// A query or a row to which values are written.
    Writer,
    /// A model that declares it.
    Mapper,
    /// An object of the database that names it: view, key, trigger, function.
    Object,
}

/// What is said of a change to code in a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// These rules.
    Rules(&'static [&'static str]),
    /// None, because.
    Waiver(&'static str),
}

use Answer::{Rules, Waiver};

/// The kinds of changes, in the order of the table. [`answers`] has an arm for each; a test compares the two.
pub const KINDS: &[Kind] = &[
    Kind::AddTable,
    Kind::DropTable,
    Kind::RenameTable,
    Kind::AddColumn,
    Kind::DropColumn,
    Kind::RenameColumn,
    Kind::AlterColumnType,
    Kind::AlterColumnNullability,
    Kind::AlterColumnDefault,
    Kind::AddEnum,
    Kind::DropEnum,
    Kind::AddEnumValue,
    Kind::DropEnumValue,
    Kind::RenameEnumValue,
    Kind::AddUnique,
    Kind::DropUnique,
    Kind::AddForeignKey,
    Kind::DropForeignKey,
    Kind::AlterForeignKey,
];

const ADDED: Answer = Waiver("code from before does not know it");
const DROPPED_TABLE: Answer = Rules(&["dropped-table-in-use"]);
const RENAMED_TABLE: Answer = Rules(&["renamed-table-in-use"]);
const DROPPED_COLUMN: Answer = Rules(&["dropped-column-in-use"]);
const RENAMED_COLUMN: Answer = Rules(&["renamed-column-in-use"]);
const RETYPED: Answer = Rules(&["column-type-changed-in-use"]);
const ENUM_VALUE: Answer = Rules(&["removed-enum-value-in-use"]);
const DIFFERS: Answer = Rules(&["mapping-differs-from-schema"]);
const ENUM_GONE: Answer = Waiver("its columns change their type or go, and those changes have their rules");
const NO_CONSTRAINT: Answer = Waiver("a constraint that goes refuses nothing");
const ROWS_DECIDE: Answer =
    Waiver("whether a write is refused depends on its values and the rows that are there");
const NOT_MAPPED: Answer = Waiver("models describe it and no statement names it");

/// What the database does to its own objects: the migration is refused, they go, or they fail.
fn object_answer(kind: Kind) -> Answer {
    match kind {
        Kind::DropTable
        | Kind::RenameTable
        | Kind::DropColumn
        | Kind::RenameColumn
        | Kind::AlterColumnType => Rules(&["dependent-object-breaks"]),
        Kind::AddTable | Kind::AddColumn | Kind::AddEnum | Kind::AddEnumValue => {
            Waiver("no object of the database knows it, and one that lists columns keeps its list")
        }
        Kind::AlterColumnNullability | Kind::AlterColumnDefault => {
            Waiver("no database refuses it for the sake of a view, key or routine")
        }
        Kind::DropEnum | Kind::DropEnumValue | Kind::RenameEnumValue => Waiver(
            "its columns change their type or go, and those changes have the rule; names in texts are not followed",
        ),
        Kind::AddUnique | Kind::AddForeignKey => Waiver("what is added takes nothing away"),
        Kind::DropUnique => Waiver("a foreign key of another table that needs the key is not looked for"),
        Kind::DropForeignKey | Kind::AlterForeignKey => Waiver("no object needs a foreign key"),
    }
}

/// The answers to readers, writers and mappers of the code before, which meets the schema after, and to objects of the database.
pub fn answers(kind: Kind) -> [(Role, Answer); 4] {
    let [reader, writer, mapper] = code_answers(kind);
    [reader, writer, mapper, (Role::Object, object_answer(kind))]
}

fn code_answers(kind: Kind) -> [(Role, Answer); 3] {
    let of =
        |reader, writer, mapper| [(Role::Reader, reader), (Role::Writer, writer), (Role::Mapper, mapper)];
    match kind {
        Kind::AddTable => of(ADDED, ADDED, ADDED),
        Kind::DropTable => of(DROPPED_TABLE, DROPPED_TABLE, DROPPED_TABLE),
        Kind::RenameTable => of(RENAMED_TABLE, RENAMED_TABLE, RENAMED_TABLE),
        Kind::AddColumn => of(
            Rules(&["added-column-breaks-query"]),
            Rules(&["added-column-breaks-query", "required-column-not-written"]),
            Waiver("a model need not map every column"),
        ),
        Kind::DropColumn => of(DROPPED_COLUMN, DROPPED_COLUMN, DROPPED_COLUMN),
        Kind::RenameColumn => of(RENAMED_COLUMN, RENAMED_COLUMN, RENAMED_COLUMN),
        Kind::AlterColumnType => {
            let mapper = Rules(&["column-type-changed-in-use", "mapping-differs-from-schema"]);
            of(RETYPED, RETYPED, mapper)
        }
        Kind::AlterColumnNullability => of(
            Rules(&["nullable-column-read-as-required"]),
            Rules(&["null-written-to-required-column", "required-column-not-written"]),
            DIFFERS,
        ),
        Kind::AlterColumnDefault => of(
            Waiver("a default concerns INSERT only"),
            Rules(&["required-column-not-written"]),
            Waiver(
                "a model's own default wins over the database's, and one that it leaves to the database is not compared",
            ),
        ),
        Kind::AddEnum => of(ADDED, ADDED, ADDED),
        Kind::DropEnum => of(ENUM_GONE, ENUM_GONE, ENUM_GONE),
        Kind::AddEnumValue => of(
            Waiver("rows hold the value only when new code writes it: a check of the next release's code"),
            ADDED,
            Waiver("a model that lacks the value fails on rows that hold it, which only new code writes"),
        ),
        Kind::DropEnumValue | Kind::RenameEnumValue => of(ENUM_VALUE, ENUM_VALUE, ENUM_VALUE),
        Kind::AddUnique => of(Waiver("a key refuses no query"), ROWS_DECIDE, NOT_MAPPED),
        Kind::DropUnique => {
            let rule = Rules(&["dropped-unique-in-use"]);
            of(rule, rule, NOT_MAPPED)
        }
        Kind::AddForeignKey | Kind::AlterForeignKey => {
            of(Waiver("a key refuses no query"), ROWS_DECIDE, NOT_MAPPED)
        }
        Kind::DropForeignKey => of(NO_CONSTRAINT, NO_CONSTRAINT, NOT_MAPPED),
    }
}

const EARLY_COLUMN: Answer = Rules(&["column-used-before-migration"]);
const EARLY_TABLE: Answer = Rules(&["table-used-before-migration"]);
const EARLY_VALUE: Answer = Rules(&["enum-value-used-before-migration"]);
const STILL_THERE: Answer = Waiver("it is still there, and the new code does not know it");
const NOT_THERE: Answer = Waiver("the new code does not name it");

/// The answers to readers, writers and mappers of the code after, which meets the schema before.
pub fn early_answers(kind: Kind) -> [(Role, Answer); 3] {
    let of =
        |reader, writer, mapper| [(Role::Reader, reader), (Role::Writer, writer), (Role::Mapper, mapper)];
    match kind {
        Kind::AddTable | Kind::RenameTable => of(EARLY_TABLE, EARLY_TABLE, EARLY_TABLE),
        Kind::DropTable => of(STILL_THERE, STILL_THERE, STILL_THERE),
        Kind::AddColumn | Kind::RenameColumn => of(EARLY_COLUMN, EARLY_COLUMN, EARLY_COLUMN),
        Kind::DropColumn => of(STILL_THERE, Rules(&["required-column-not-written"]), STILL_THERE),
        Kind::AlterColumnType => of(
            RETYPED,
            RETYPED,
            Waiver("the model's type is compared with the schema that it is written for"),
        ),
        Kind::AlterColumnNullability => of(
            Rules(&["nullable-column-read-as-required"]),
            Rules(&["null-written-to-required-column", "required-column-not-written"]),
            Waiver("the model's nullability is compared with the schema that it is written for"),
        ),
        Kind::AlterColumnDefault => of(
            Waiver("a default concerns INSERT only"),
            Rules(&["required-column-not-written"]),
            Waiver("a default is no part of what a model's queries name"),
        ),
        Kind::AddEnum => of(
            Waiver("its columns come or change their type with it, and those changes have their rules"),
            Waiver("its columns come or change their type with it, and those changes have their rules"),
            Waiver("its columns come or change their type with it, and those changes have their rules"),
        ),
        Kind::DropEnum => of(NOT_THERE, NOT_THERE, NOT_THERE),
        Kind::AddEnumValue | Kind::RenameEnumValue => of(EARLY_VALUE, EARLY_VALUE, EARLY_VALUE),
        Kind::DropEnumValue => of(
            Waiver("rows may still hold the value until the migration has run; that is a question of data"),
            STILL_THERE,
            Waiver("rows may still hold the value until the migration has run; that is a question of data"),
        ),
        Kind::AddUnique => {
            let rule = Rules(&["unique-key-used-before-migration"]);
            of(rule, rule, NOT_MAPPED)
        }
        Kind::DropUnique => of(Waiver("a key refuses no query"), ROWS_DECIDE, NOT_MAPPED),
        Kind::AddForeignKey => of(NO_CONSTRAINT, NO_CONSTRAINT, NOT_MAPPED),
        Kind::DropForeignKey | Kind::AlterForeignKey => {
            of(Waiver("a key refuses no query"), ROWS_DECIDE, NOT_MAPPED)
        }
    }
}

/// `docs/rules.md`.
pub fn render() -> String {
    let mut text = String::from(
        "# Rules\n\nWritten by `cargo x codegen`. `seawall explain RULE` prints a rule's page.\n\n\
         | rule | severity | what it finds |\n|---|---|---|\n",
    );
    for rule in &seawall::rules().rules {
        let severity = format!("{:?}", rule.severity).to_lowercase();
        let page = format!("../core/src/rules/{}.md", rule.name);
        let _ = writeln!(text, "| [{}]({page}) | {severity} | {} |", rule.name, rule.summary);
    }
    text.push_str(
        "\n## Which rule answers for which change\n\nCode as it is meets the schema after the change. For each kind of \
         change and each role there is a rule, or the reason why none is needed.\n\n\
         | change | readers | writers | models | objects of the database |\n|---|---|---|---|---|\n",
    );
    write_rows(&mut text, &answers);
    text.push_str(
        "\nNew code meets the schema before the change: it is released first, and no migration has run (`deploy-order = \"code-first\"`).\n\n\
         | change | readers | writers | models |\n|---|---|---|---|\n",
    );
    write_rows(&mut text, &early_answers);
    text
}

fn write_rows<const ROLES: usize>(text: &mut String, answers: &dyn Fn(Kind) -> [(Role, Answer); ROLES]) {
    for kind in KINDS {
        let name = serde_json::to_value(kind).unwrap_or_default();
        let _ = write!(text, "| `{}` ", name.as_str().unwrap_or_default());
        for (_, answer) in answers(*kind) {
            let _ = write!(text, "| {} ", cell(answer));
        }
        text.push_str("|\n");
    }
}

fn cell(answer: Answer) -> String {
    match answer {
        Rules(names) => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        Waiver(reason) => format!("none: {reason}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_kind_of_change() {
        let schema = serde_json::to_string(&seawall::json::Verb::Check.report_schema()).unwrap();
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let kinds = schema["$defs"]["ChangeKindReport"]["oneOf"].as_array().expect("the kinds of changes");
        let known: Vec<_> = KINDS.iter().map(|kind| serde_json::to_value(kind).unwrap()).collect();
        let expected: Vec<_> = kinds.iter().map(|kind| kind["const"].clone()).collect();
        assert_eq!(known, expected);
    }

    #[test]
    fn every_rule_answers_for_a_change_and_every_answer_is_a_rule() {
        let named: Vec<&str> = KINDS
            .iter()
            .flat_map(|kind| answers(*kind).into_iter().chain(early_answers(*kind)))
            .flat_map(|(_, answer)| match answer {
                Rules(names) => names,
                Waiver(_) => &[],
            })
            .copied()
            .collect();
        for rule in seawall::rules::RULES {
            assert!(named.contains(&rule.name), "{} is in no cell", rule.name);
        }
        for name in named {
            assert!(seawall::rules::RULES.iter().any(|rule| rule.name == name), "{name} is no rule");
        }
    }

    #[test]
    fn the_committed_page_is_what_codegen_writes() {
        let path = crate::outcome::workspace().join("docs/rules.md");
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert_eq!(committed, render(), "what to do: cargo x codegen");
    }
}

//! Entities of ORMs that are not read: a class that maps the table may meet each of its columns, and what uses the class is
//! not seen.
//!
//! They are known by their words alone: TypeORM's and MikroORM's `@Entity("users")`, Sequelize's and Objection's `tableName`,
//! Drizzle's `pgTable("users", ...)`. Where no name is given, TypeORM makes one of the class (`UserNote` is `user_note`).

use super::Finder;
use crate::code::project::scan::ScanFilter;
use crate::schema::TableName;
use crate::text::{FileId, Span};
use crate::usage::Unresolved;

/// ORMs of JavaScript that are not read, by the packages that they are imported from.
const ORMS: &[(&str, &str)] = &[
    ("typeorm", "TypeORM"),
    ("@mikro-orm/", "MikroORM"),
    ("sequelize", "Sequelize"),
    ("objection", "Objection"),
    ("bookshelf", "Bookshelf"),
    ("drizzle-orm", "Drizzle"),
];

/// What stands before the name of a table where a class or an object maps it.
const MARKS: &[&str] =
    &["@Entity(", "@ViewEntity(", "@Table(", "tableName", "Table(", ".define(", "EntitySchema("];

/// So far before a name its mark is looked for, in bytes.
const NEAR: usize = 160;

impl Finder<'_> {
    /// Mappings of the table that are not read. Of a column only those that say it, or that inherit what is not seen.
    pub(super) fn mapped_unread(&self, table: &TableName, column: Option<&str>, found: &mut Vec<Unresolved>) {
        let class = pascal(&table.name);
        let words = [table.name.as_str(), class.as_str()];
        let javascript = ScanFilter { python: false, ..ScanFilter::default() };
        let mut seen: Vec<FileId> = Vec::new();
        for (file, offset) in self.places_of(&words, javascript) {
            if seen.contains(&file) {
                continue;
            }
            let Ok(source) = self.project.sources().load(file) else { continue };
            let Some(orm) = orm_of(&source.text) else { continue };
            let start = offset as usize;
            let Some(length) = mapped_name(&source.text, start, &table.name, &class) else { continue };
            if column.is_some_and(|column| !may_say(&source.text, column)) {
                continue;
            }
            seen.push(file);
            let reason = format!(
                "this maps the table `{}` with {orm}, whose entities are not read: what uses it is not seen",
                table.name
            );
            found.push(Unresolved {
                span: Span::new(file, start, start + length),
                reason,
                needs_row: false,
                access: None,
            });
        }
    }
}

/// The ORM that a file imports.
fn orm_of(text: &str) -> Option<&'static str> {
    let imported = |package: &str| {
        [format!("\"{package}"), format!("'{package}")].iter().any(|quoted| text.contains(quoted.as_str()))
    };
    ORMS.iter().find(|(package, _)| imported(package)).map(|(_, name)| *name)
}

/// The length of the name at this place, if it stands for the table in a mapping.
fn mapped_name(text: &str, start: usize, table: &str, class: &str) -> Option<usize> {
    let before = text.get(..start)?;
    let is_word = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let near = before.get(floor(before, before.len().saturating_sub(NEAR))..).unwrap_or(before);
    if text.get(start..)?.starts_with(table) && before.ends_with(['"', '\'', '`', '.']) {
        let after = text.get(start + table.len()..)?;
        // The name alone, or behind its schema, and in the arguments of the mark.
        let whole = after.starts_with(['"', '\'', '`']);
        let marked = MARKS.iter().filter_map(|mark| near.rfind(mark)).max()?;
        let between = near.get(marked..)?;
        let ended = between.contains(['}', ';']) || between.matches("class ").count() > 0;
        return (whole && !ended).then_some(table.len());
    }
    if !text.get(start..)?.starts_with(class) || is_word(text.get(start + class.len()..)?.chars().next()) {
        return None;
    }
    // `@Entity() export class User`: the name of the class is the table's.
    let declares = before.trim_end().ends_with("class");
    let decorator = near.rfind("@Entity(").and_then(|at| near.get(at + "@Entity(".len()..))?;
    let arguments = decorator.split(')').next().unwrap_or("");
    let names = arguments.contains(['"', '\'', '`']);
    (declares && !names && decorator.matches("class ").count() <= 1).then_some(class.len())
}

/// Whether a file that maps a table may say the column: by its name, by the name that code would have for it, or in a class
/// that it inherits from.
fn may_say(text: &str, column: &str) -> bool {
    let camel = camel(column);
    text.contains(column) || text.contains(&camel) || text.contains(" extends ")
}

fn floor(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// `user_note` as `UserNote`.
fn pascal(name: &str) -> String {
    let mut letters = camel(name);
    if let Some(first) = letters.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    letters
}

/// `nick_name` as `nickName`.
fn camel(name: &str) -> String {
    let mut made = String::new();
    let mut raise = false;
    for letter in name.chars() {
        match letter {
            '_' => raise = !made.is_empty(),
            letter if raise => {
                made.extend(letter.to_uppercase());
                raise = false;
            }
            letter => made.push(letter),
        }
    }
    made
}

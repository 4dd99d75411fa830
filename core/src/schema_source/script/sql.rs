//! Statements as a tool puts them together, with the places of the names in them.

use crate::code::interpret::{Text, TextBuilder};
use crate::schema::Dialect;

/// A statement that grows.
pub struct Sql {
    dialect: Dialect,
    text: TextBuilder,
}

impl Sql {
    /// A statement that begins so.
    pub fn new(dialect: Dialect, words: &str) -> Self {
        let mut text = TextBuilder::default();
        text.push_str(words);
        Self { dialect, text }
    }

    /// Adds text as it is.
    pub fn words(mut self, words: &str) -> Self {
        self.text.push_str(words);
        self
    }

    /// Adds text as it is, with its places.
    pub fn text(mut self, text: &Text) -> Self {
        self.text.push_text(text);
        self
    }

    /// Adds a name, quoted.
    pub fn name(mut self, name: &Text) -> Self {
        let quote = match self.dialect {
            Dialect::Postgres | Dialect::Mssql => '"',
            Dialect::Mysql | Dialect::Sqlite => '`',
        };
        let quoted = quote.to_string();
        self.text.push_str(&quoted);
        if name.value.contains(quote) {
            self.text.push_str(&name.value.replace(quote, &quoted.repeat(2)));
        } else {
            self.text.push_text(name);
        }
        self.text.push_str(&quoted);
        self
    }

    /// Adds a name whose parts stand between dots: `schema.table`.
    pub fn path(mut self, name: &Text) -> Self {
        let mut from = 0;
        for (at, _) in name.value.match_indices('.') {
            self = self.name(&name.slice(from, at)).words(".");
            from = at + 1;
        }
        self.name(&name.slice(from, name.value.len()))
    }

    /// Adds names with commas between them.
    pub fn names(mut self, names: &[Text]) -> Self {
        for (index, name) in names.iter().enumerate() {
            self = if index > 0 { self.words(", ") } else { self };
            self = self.name(name);
        }
        self
    }

    /// The statement.
    pub fn build(self) -> Text {
        self.text.build()
    }
}

/// A string as a literal of SQL.
pub fn literal(value: &str) -> String {
    format!("'{}'", value.replace('\'', "''"))
}

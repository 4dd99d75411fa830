//! What `Table`, `TableColumn` and their kin are given, and what TypeORM would load of a table that is there.

use crate::code::interpret::{Interpreter, Text, Value};
use crate::schema_source::script::Options;

/// A column as TypeORM knows it.
#[derive(Debug, Clone)]
pub struct ColumnSpec {
    pub name: Text,
    /// The type's name without its arguments; `enum` for one.
    pub ty: String,
    pub length: String,
    pub precision: Option<i64>,
    pub scale: Option<i64>,
    pub unsigned: bool,
    /// The expression behind `DEFAULT`.
    pub default: Option<Text>,
    pub on_update: Option<String>,
    pub nullable: bool,
    pub generated: bool,
    /// How it is generated: `increment`, `uuid`, `rowid`, `identity`.
    pub strategy: Option<String>,
    pub identity: Option<String>,
    pub primary: bool,
    pub unique: bool,
    pub array: bool,
    /// The values of an enum.
    pub values: Option<Vec<Text>>,
    pub enum_name: Option<String>,
    /// The name of the primary key, where it is not the one that TypeORM would give.
    pub key_name: Option<String>,
    /// What a computed column is computed from, and whether it is stored.
    pub expression: Option<Text>,
    pub generated_type: Option<String>,
    pub collation: Option<String>,
    pub charset: Option<String>,
    /// `spatialFeatureType` with `srid`, as the type's arguments.
    pub spatial: Option<String>,
}

impl ColumnSpec {
    /// A column of which nothing is said.
    pub fn new(name: Text, ty: &str) -> Self {
        Self {
            name,
            ty: ty.to_owned(),
            length: String::new(),
            precision: None,
            scale: None,
            unsigned: false,
            default: None,
            on_update: None,
            nullable: false,
            generated: false,
            strategy: None,
            identity: None,
            primary: false,
            unique: false,
            array: false,
            values: None,
            enum_name: None,
            key_name: None,
            expression: None,
            generated_type: None,
            collation: None,
            charset: None,
            spatial: None,
        }
    }

    /// Whether it counts up.
    pub fn counts_up(&self) -> bool {
        self.generated && self.strategy.as_deref() == Some("increment")
    }

    pub fn is_enum(&self) -> bool {
        matches!(self.ty.as_str(), "enum" | "simple-enum")
    }

    pub fn is_stored(&self) -> bool {
        self.generated_type.as_deref() == Some("STORED")
    }
}

/// A unique constraint, an index, a check or an exclusion.
#[derive(Debug, Clone, Default)]
pub struct KeySpec {
    pub name: Option<Text>,
    pub columns: Vec<Text>,
    pub unique: bool,
    /// `SPATIAL` or `FULLTEXT`.
    pub kind: Option<&'static str>,
    /// How the index is kept: `btree`, `gin`.
    pub method: Option<String>,
    /// The condition of a partial index, of a check, or what an exclusion excludes.
    pub expression: Option<Text>,
    pub deferrable: Option<String>,
}

/// A foreign key.
#[derive(Debug, Clone, Default)]
pub struct ForeignSpec {
    pub name: Option<Text>,
    pub columns: Vec<Text>,
    pub schema: Option<Text>,
    pub table: Option<Text>,
    pub referenced: Vec<Text>,
    pub on_delete: Option<String>,
    pub on_update: Option<String>,
    pub deferrable: Option<String>,
}

/// A table.
#[derive(Debug, Clone)]
pub struct TableSpec {
    pub name: Text,
    pub schema: Option<Text>,
    pub columns: Vec<ColumnSpec>,
    pub uniques: Vec<KeySpec>,
    pub indices: Vec<KeySpec>,
    pub checks: Vec<KeySpec>,
    pub exclusions: Vec<KeySpec>,
    pub foreign_keys: Vec<ForeignSpec>,
    /// What of it is not known before it runs.
    pub unknown: Vec<String>,
}

impl TableSpec {
    /// A table without anything in it.
    pub fn new(name: Text, schema: Option<Text>) -> Self {
        Self {
            name,
            schema,
            columns: vec![],
            uniques: vec![],
            indices: vec![],
            checks: vec![],
            exclusions: vec![],
            foreign_keys: vec![],
            unknown: vec![],
        }
    }

    pub fn column(&self, name: &str) -> Option<&ColumnSpec> {
        self.columns.iter().find(|column| &*column.name.value == name)
    }

    pub fn primary(&self) -> Vec<&ColumnSpec> {
        self.columns.iter().filter(|column| column.primary).collect()
    }
}

/// Reads objects of options.
#[derive(Clone, Copy)]
pub struct SpecReader<'i, 'p> {
    options: Options<'i, 'p>,
}

impl<'i, 'p> SpecReader<'i, 'p> {
    pub fn new(interpreter: &'i Interpreter<'p>) -> Self {
        Self { options: Options::new(interpreter) }
    }

    /// What is written behind a word of SQL: text as it is, numbers and truths as JavaScript prints them.
    fn printed(self, value: Option<&Value>) -> Option<Text> {
        match value? {
            Value::Bool(truth) => Some(Text::plain(&truth.to_string())),
            Value::Int(number) => Some(Text::plain(&number.to_string())),
            Value::Float(number) => Some(Text::plain(&number.to_string())),
            other => self.options.text(Some(other)),
        }
    }

    fn word(self, object: &'i Value, key: &str) -> Option<String> {
        let text = self.printed(self.options.entry(Some(object), key))?;
        (!text.value.is_empty()).then(|| text.value.to_string())
    }

    fn number(self, object: &'i Value, key: &str) -> Option<i64> {
        Options::number(self.options.entry(Some(object), key))
    }

    /// A column; `None` where its name or its type is not known.
    pub fn column(self, object: &'i Value) -> Option<ColumnSpec> {
        let name = self.options.entry_text(Some(object), "name")?;
        let ty = self.options.entry_text(Some(object), "type")?.value.to_lowercase();
        let flag = |key: &str| self.options.flag(Some(object), key);
        let default = self.options.entry(Some(object), "default");
        // A default that is not known is still one.
        let default = default.map(|value| {
            let unsaid = || Text::plain(crate::schema::DefaultValue::UNSAID);
            self.printed(Some(value)).unwrap_or_else(unsaid)
        });
        let values = self.options.entry(Some(object), "enum").and_then(|values| self.values(values));
        let spatial =
            self.word(object, "spatialFeatureType").map(|feature| match self.number(object, "srid") {
                Some(srid) => format!("{feature},{srid}"),
                None => feature,
            });
        Some(ColumnSpec {
            length: self.word(object, "length").unwrap_or_default(),
            precision: self.number(object, "precision"),
            scale: self.number(object, "scale"),
            unsigned: flag("unsigned"),
            default,
            on_update: self.word(object, "onUpdate"),
            nullable: flag("isNullable"),
            generated: flag("isGenerated"),
            strategy: self.word(object, "generationStrategy"),
            identity: self.word(object, "generatedIdentity"),
            primary: flag("isPrimary"),
            unique: flag("isUnique"),
            array: flag("isArray"),
            values,
            enum_name: self.word(object, "enumName"),
            key_name: self.word(object, "primaryKeyConstraintName"),
            expression: self.options.entry_text(Some(object), "asExpression"),
            generated_type: self.word(object, "generatedType"),
            collation: self.word(object, "collation"),
            charset: self.word(object, "charset"),
            spatial,
            ..ColumnSpec::new(name, &ty)
        })
    }

    fn values(self, values: &Value) -> Option<Vec<Text>> {
        let items = self.options.interpreter.items(values)?;
        items.iter().map(|item| self.printed(Some(item))).collect()
    }

    /// A unique constraint, an index, a check or an exclusion; its columns may be none.
    pub fn key(self, object: &'i Value) -> Option<KeySpec> {
        if !matches!(object, Value::Dict(_)) {
            return None;
        }
        let flag = |key: &str| self.options.flag(Some(object), key);
        let columns = match self.options.entry(Some(object), "columnNames") {
            Some(names) => self.options.texts(Some(names))?,
            None => Vec::new(),
        };
        let text =
            |key: &str| self.options.entry_text(Some(object), key).filter(|text| !text.value.is_empty());
        Some(KeySpec {
            name: text("name"),
            columns,
            unique: flag("isUnique"),
            kind: if flag("isSpatial") {
                Some("SPATIAL")
            } else if flag("isFulltext") {
                Some("FULLTEXT")
            } else {
                None
            },
            method: self.word(object, "type"),
            expression: text("expression").or_else(|| text("where")),
            deferrable: self.word(object, "deferrable"),
        })
    }

    pub fn foreign_key(self, object: &'i Value) -> Option<ForeignSpec> {
        let text =
            |key: &str| self.options.entry_text(Some(object), key).filter(|text| !text.value.is_empty());
        Some(ForeignSpec {
            name: text("name"),
            columns: self.options.texts(self.options.entry(Some(object), "columnNames"))?,
            schema: text("referencedSchema"),
            table: Some(text("referencedTableName")?),
            referenced: self.options.texts(self.options.entry(Some(object), "referencedColumnNames"))?,
            on_delete: self.word(object, "onDelete"),
            on_update: self.word(object, "onUpdate"),
            deferrable: self.word(object, "deferrable"),
        })
    }

    /// A table; `None` where its name is not known.
    pub fn table(self, object: &'i Value) -> Option<TableSpec> {
        let name = self.options.entry_text(Some(object), "name")?;
        let mut table = TableSpec::new(name, self.options.entry_text(Some(object), "schema"));
        let mut unknown = Vec::new();
        table.columns = self.list(object, "columns", &mut unknown, |item| self.column(item));
        table.uniques = self.list(object, "uniques", &mut unknown, |item| self.key(item));
        table.indices = self.list(object, "indices", &mut unknown, |item| self.key(item));
        table.checks = self.list(object, "checks", &mut unknown, |item| self.key(item));
        table.exclusions = self.list(object, "exclusions", &mut unknown, |item| self.key(item));
        table.foreign_keys = self.list(object, "foreignKeys", &mut unknown, |item| self.foreign_key(item));
        table.unknown = unknown;
        Some(table)
    }

    fn list<T>(
        self,
        object: &'i Value,
        key: &str,
        unknown: &mut Vec<String>,
        read: impl Fn(&'i Value) -> Option<T>,
    ) -> Vec<T> {
        let Some(value) = self.options.entry(Some(object), key) else { return Vec::new() };
        let Some(items) = self.options.interpreter.items(value) else {
            unknown.push(format!("the `{key}` of the table are not known before it runs"));
            return Vec::new();
        };
        let mut found = Vec::new();
        for item in items {
            match read(item) {
                Some(item) => found.push(item),
                None => unknown.push(format!("one of the `{key}` of the table is not known before it runs")),
            }
        }
        found
    }
}

//! Column types: the text, and what kind of value it holds.

use crate::schema::Dialect;

/// A column's type as the database would print it, and its family.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ColumnType {
    /// The type in the database's words, lower case, with its arguments: `varchar(20)`, `numeric(10,2)`, `text[]`.
    pub name: String,
    /// What kind of value it holds.
    pub family: TypeFamily,
}

/// Kinds of values, for judging whether a change of type keeps readers and writers working.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum TypeFamily {
    /// Whole numbers of so many bytes.
    Integer {
        /// 1, 2, 4 or 8.
        bytes: u8,
    },
    /// Binary floating point of so many bytes.
    Float {
        /// 4 or 8.
        bytes: u8,
    },
    /// Exact decimals.
    Decimal {
        /// Digits in all, and digits after the point, where given.
        precision: Option<(u32, u32)>,
    },
    /// Text; the longest length in characters where there is one.
    Text {
        /// Longest length in characters.
        length: Option<u32>,
    },
    /// True and false.
    Boolean,
    /// Bytes.
    Bytes,
    /// A day.
    Date,
    /// A time of day.
    Time,
    /// A moment; with or without time zone.
    Timestamp {
        /// Whether a time zone is kept or applied.
        zoned: bool,
    },
    /// A span of time.
    Interval,
    /// JSON, binary or text.
    Json,
    /// UUID.
    Uuid,
    /// A named enum, or MySQL's inline one (then the name is empty and the values are in the type's text).
    Enum(String),
    /// An array of another family.
    Array(Box<TypeFamily>),
    /// Anything else, by name: `tsvector`, `geometry`, a domain.
    Other(String),
}

impl ColumnType {
    /// Reads a type as SQL writes it (`VARCHAR(20)`, `timestamp(3) with time zone`, `int unsigned`, `"Role"[]`) and names
    /// it as the dialect's database does. What is not a type of the dialect is taken for a named type of the user's.
    pub fn parse(dialect: Dialect, text: &str) -> Self {
        let written = WrittenType::read(text);
        let element = match dialect {
            Dialect::Postgres => postgres(&written),
            Dialect::Mysql => mysql(&written),
            Dialect::Sqlite => sqlite(&written),
            Dialect::Mssql => mssql(&written),
        };
        element.in_array(written.dimensions)
    }

    /// A type of this name and family.
    pub fn new(name: impl Into<String>, family: TypeFamily) -> Self {
        Self { name: name.into(), family }
    }

    /// The type of columns that hold the named enum.
    pub fn of_enum(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { family: TypeFamily::Enum(name.clone()), name }
    }

    /// A type that is not known: a computed column of a view.
    pub fn unknown() -> Self {
        Self::new("", TypeFamily::Other(String::new()))
    }

    /// Whether the text is one of PostgreSQL's serial types: an integer that counts up and is `NOT NULL`
    /// (manual, 8.1.4).
    pub fn is_serial(text: &str) -> bool {
        let word = text.trim().to_ascii_lowercase();
        matches!(word.as_str(), "serial" | "serial4" | "bigserial" | "serial8" | "smallserial" | "serial2")
    }

    /// The values of MySQL's inline enum; empty for every other type.
    pub fn inline_enum_values(&self) -> Vec<String> {
        let arguments = self.name.strip_prefix("enum(").and_then(|rest| rest.strip_suffix(')'));
        arguments.map(quoted_values).unwrap_or_default()
    }

    /// The name of the enum or other named type that the type, or its elements, are of.
    pub fn named_type(&self) -> Option<&str> {
        fn named(family: &TypeFamily) -> Option<&str> {
            match family {
                TypeFamily::Enum(name) | TypeFamily::Other(name) if !name.is_empty() => Some(name),
                TypeFamily::Array(element) => named(element),
                _ => None,
            }
        }
        named(&self.family)
    }

    /// The same shape over another named type: `Role[]` becomes `Role_new[]`.
    pub fn over_enum(&self, name: &str) -> Self {
        let mut dimensions = 0;
        let mut family = &self.family;
        while let TypeFamily::Array(element) = family {
            dimensions += 1;
            family = element;
        }
        Self::of_enum(name).in_array(dimensions)
    }

    /// The type that SQLite's `CREATE TABLE AS` declares for a column of this one (datatype3.html, 3.1; lang_createtable.html,
    /// 2.1).
    pub fn affinity(&self) -> Self {
        let name = self.name.as_str();
        let holds = |parts: &[&str]| parts.iter().any(|part| name.contains(part));
        let declared = if holds(&["int"]) {
            "int"
        } else if holds(&["char", "clob", "text"]) {
            "text"
        } else if name.is_empty() || holds(&["blob"]) {
            ""
        } else if holds(&["real", "floa", "doub"]) {
            "real"
        } else {
            "num"
        };
        Self::new(declared, self.family.clone())
    }

    /// The same shape over another type that is no enum.
    pub fn over_named(&self, name: &str) -> Self {
        let named = Self::new(name, TypeFamily::Other(name.to_owned()));
        named.in_array(usize::from(matches!(self.family, TypeFamily::Array(_))))
    }

    /// An array of this type. PostgreSQL keeps the number of dimensions of no column apart (manual, 8.15.1): one
    /// bracket stands for any.
    pub(crate) fn in_array(self, dimensions: usize) -> Self {
        if dimensions == 0 {
            return self;
        }
        Self { name: format!("{}[]", self.name), family: TypeFamily::Array(Box::new(self.family)) }
    }
}

/// A type's text, taken apart.
struct WrittenType {
    /// The words in lower case, without arguments and brackets: `timestamp with time zone`.
    words: String,
    /// The name as written, for types of the user's: quotes taken off, folded where it was not quoted.
    name: String,
    /// What stands in the first parentheses, without blanks outside quotes.
    arguments: Option<String>,
    /// Number of array brackets.
    dimensions: usize,
    /// Whether the name was quoted: then it is no keyword.
    quoted: bool,
}

impl WrittenType {
    fn read(text: &str) -> Self {
        let mut written =
            Self { words: String::new(), name: String::new(), arguments: None, dimensions: 0, quoted: false };
        let mut rest = text.trim();
        while let Some(first) = rest.chars().next() {
            rest = match first {
                '"' | '`' => written.take_quoted(rest, first),
                '(' => written.take_arguments(rest),
                '[' => written.take_brackets(rest),
                _ => written.take_word(rest, first),
            };
        }
        written.take_array_word();
        written
    }

    fn take_quoted<'t>(&mut self, rest: &'t str, quote: char) -> &'t str {
        let inner = rest.get(1..).unwrap_or_default();
        let end = inner.find(quote).unwrap_or(inner.len());
        let name = inner.get(..end).unwrap_or_default();
        self.quoted = true;
        self.name.push_str(name);
        self.words.push_str(&name.to_ascii_lowercase());
        inner.get(end + 1..).unwrap_or_default()
    }

    fn take_arguments<'t>(&mut self, rest: &'t str) -> &'t str {
        let end = closing_parenthesis(rest);
        let inner = rest.get(1..end).unwrap_or_default();
        if self.arguments.is_none() {
            self.arguments = Some(without_blanks(inner));
        }
        rest.get(end + 1..).unwrap_or_default()
    }

    fn take_brackets<'t>(&mut self, rest: &'t str) -> &'t str {
        let end = rest.find(']').unwrap_or(rest.len());
        let inner = rest.get(1..end).unwrap_or_default().trim();
        if self.words.is_empty() {
            // SQL Server quotes names so: `[nvarchar](20)`.
            self.name.push_str(inner);
            self.words.push_str(&inner.to_ascii_lowercase());
        } else {
            self.dimensions += 1;
        }
        rest.get(end + 1..).unwrap_or_default()
    }

    fn take_word<'t>(&mut self, rest: &'t str, first: char) -> &'t str {
        if first.is_whitespace() {
            if !self.words.is_empty() && !self.words.ends_with([' ', '.']) {
                self.words.push(' ');
                self.name.push(' ');
            }
            return rest.get(first.len_utf8()..).unwrap_or_default();
        }
        let end = rest.find(|c: char| c.is_whitespace() || "\"`([".contains(c)).unwrap_or(rest.len());
        let word = rest.get(..end.max(first.len_utf8())).unwrap_or_default();
        self.words.push_str(&word.to_ascii_lowercase());
        self.name.push_str(&word.to_lowercase());
        rest.get(word.len()..).unwrap_or_default()
    }

    /// `integer ARRAY` is the standard's way of writing `integer[]`; and schema-qualified names of PostgreSQL's own types
    /// are those types.
    fn take_array_word(&mut self) {
        for text in [&mut self.words, &mut self.name] {
            *text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        }
        if let Some(element) = self.words.strip_suffix(" array").map(str::to_owned) {
            self.words.clone_from(&element);
            self.name = element;
            self.dimensions += 1;
        }
        if let Some(own) = self.words.strip_prefix("pg_catalog.").map(str::to_owned) {
            self.words.clone_from(&own);
            self.name = own;
            self.quoted = false;
        }
    }

    /// The arguments as numbers.
    fn numbers(&self) -> Vec<u32> {
        let arguments = self.arguments.as_deref().unwrap_or_default();
        arguments.split(',').filter_map(|part| part.trim().parse().ok()).collect()
    }

    fn length(&self) -> Option<u32> {
        self.numbers().first().copied()
    }

    fn precision(&self) -> Option<(u32, u32)> {
        let numbers = self.numbers();
        numbers.first().map(|digits| (*digits, numbers.get(1).copied().unwrap_or(0)))
    }

    /// `name(arguments)`, or `name` where there are none.
    fn named(&self, name: &str) -> String {
        match self.arguments.as_deref() {
            Some(arguments) if !arguments.is_empty() => format!("{name}({arguments})"),
            _ => name.to_owned(),
        }
    }

    /// A type of the user's, or one of an extension.
    fn custom(&self, default_schema: Option<&str>) -> ColumnType {
        let own = default_schema
            .and_then(|schema| self.name.strip_prefix(schema)?.strip_prefix('.'))
            .unwrap_or(&self.name);
        ColumnType::new(self.named(own), TypeFamily::Other(own.to_owned()))
    }
}

/// Position of the parenthesis that closes the one at the start; the end of the text where there is none.
fn closing_parenthesis(text: &str) -> usize {
    let mut depth = 0_usize;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '\'' => quoted = !quoted,
            '(' if !quoted => depth += 1,
            ')' if !quoted => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
    }
    text.len()
}

fn without_blanks(text: &str) -> String {
    let mut quoted = false;
    text.chars()
        .filter(|c| {
            quoted ^= *c == '\'';
            quoted || !c.is_whitespace()
        })
        .collect()
}

/// The values of `'a','b''c'`.
fn quoted_values(text: &str) -> Vec<String> {
    let mut values = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find('\'') {
        let mut value = String::new();
        let mut chars = rest.get(start + 1..).unwrap_or_default().char_indices().peekable();
        let mut end = rest.len();
        while let Some((at, c)) = chars.next() {
            if c != '\'' {
                value.push(c);
            } else if chars.peek().is_some_and(|(_, next)| *next == '\'') {
                value.push('\'');
                chars.next();
            } else {
                end = start + at + 2;
                break;
            }
        }
        values.push(value);
        rest = rest.get(end..).unwrap_or_default();
    }
    values
}

fn plain(name: &str, family: TypeFamily) -> ColumnType {
    ColumnType::new(name, family)
}

/// PostgreSQL's types and their aliases (manual, table 8.1).
fn postgres(written: &WrittenType) -> ColumnType {
    if written.quoted && written.words != "char" {
        return written.custom(Some("public"));
    }
    let zoned = written.words.ends_with("with time zone") && !written.words.ends_with("without time zone");
    let base = written.words.split(" with").next().unwrap_or_default().trim();
    let text = |name: &str, length| plain(&written.named(name), TypeFamily::Text { length });
    match base {
        "smallint" | "int2" | "smallserial" | "serial2" => {
            plain("smallint", TypeFamily::Integer { bytes: 2 })
        }
        "integer" | "int" | "int4" | "serial" | "serial4" => {
            plain("integer", TypeFamily::Integer { bytes: 4 })
        }
        "bigint" | "int8" | "bigserial" | "serial8" => plain("bigint", TypeFamily::Integer { bytes: 8 }),
        "oid" => plain("oid", TypeFamily::Integer { bytes: 4 }),
        "real" | "float4" => plain("real", TypeFamily::Float { bytes: 4 }),
        "float" if written.length().is_some_and(|bits| bits < 25) => {
            plain("real", TypeFamily::Float { bytes: 4 })
        }
        "double precision" | "float8" | "float" => plain("double precision", TypeFamily::Float { bytes: 8 }),
        "numeric" | "decimal" | "dec" => {
            let name = match written.precision() {
                Some((digits, scale)) => format!("numeric({digits},{scale})"),
                None => "numeric".to_owned(),
            };
            plain(&name, TypeFamily::Decimal { precision: written.precision() })
        }
        "money" => plain("money", TypeFamily::Decimal { precision: Some((19, 2)) }),
        "bit varying" | "varbit" => {
            plain(&written.named("bit varying"), TypeFamily::Other("bit varying".to_owned()))
        }
        "bit" => {
            let length = written.length().unwrap_or(1);
            plain(&format!("bit({length})"), TypeFamily::Other("bit".to_owned()))
        }
        "bpchar" if written.arguments.is_none() => plain("bpchar", TypeFamily::Text { length: None }),
        "varchar"
        | "character varying"
        | "char varying"
        | "nchar varying"
        | "national character varying"
        | "national char varying" => text("varchar", written.length()),
        "char" if written.quoted => plain("\"char\"", TypeFamily::Text { length: Some(1) }),
        "char" | "character" | "bpchar" | "nchar" | "national character" | "national char" => {
            let length = written.length().unwrap_or(1);
            plain(&format!("char({length})"), TypeFamily::Text { length: Some(length) })
        }
        "text" | "citext" | "name" => plain(base, TypeFamily::Text { length: None }),
        "boolean" | "bool" => plain("boolean", TypeFamily::Boolean),
        "bytea" => plain("bytea", TypeFamily::Bytes),
        "date" => plain("date", TypeFamily::Date),
        "time" => plain(&written.named(if zoned { "timetz" } else { "time" }), TypeFamily::Time),
        "timetz" => plain(&written.named("timetz"), TypeFamily::Time),
        "timestamp" if !zoned => plain(&written.named("timestamp"), TypeFamily::Timestamp { zoned: false }),
        "timestamp" | "timestamptz" => {
            plain(&written.named("timestamptz"), TypeFamily::Timestamp { zoned: true })
        }
        "json" | "jsonb" => plain(base, TypeFamily::Json),
        "uuid" => plain("uuid", TypeFamily::Uuid),
        _ if base.starts_with("interval") => plain(&written.named("interval"), TypeFamily::Interval),
        _ => written.custom(Some("public")),
    }
}

/// MySQL's types and their aliases (manual, 13.1 to 13.3). Display widths of integers are dropped, as MySQL 8.0.19 and
/// later do, but for `tinyint(1)`, which drivers read as a truth value.
fn mysql(written: &WrittenType) -> ColumnType {
    let words = written.words.as_str();
    let charset =
        [" character set", " charset", " collate", " binary", " ascii", " unicode", " zerofill", " signed"];
    let cut = charset.iter().filter_map(|word| words.find(word)).min().unwrap_or(words.len());
    let words = words.get(..cut).unwrap_or(words);
    // What is filled up with noughts has no sign (manual, 13.1.1).
    let (base, sign) = match words.strip_suffix(" unsigned") {
        Some(base) => (base, " unsigned"),
        None if written.words.contains(" zerofill") => (words, " unsigned"),
        None => (words, ""),
    };
    let integer = |name: &str, bytes| plain(&format!("{name}{sign}"), TypeFamily::Integer { bytes });
    let text = |name: &str, length| plain(&written.named(name), TypeFamily::Text { length });
    let long = |name: &str| plain(name, TypeFamily::Text { length: None });
    match base {
        "tinyint" | "int1" if written.length() == Some(1) && sign.is_empty() => {
            plain("tinyint(1)", TypeFamily::Boolean)
        }
        "bool" | "boolean" => plain("tinyint(1)", TypeFamily::Boolean),
        "tinyint" | "int1" => integer("tinyint", 1),
        "smallint" | "int2" => integer("smallint", 2),
        "mediumint" | "int3" | "middleint" => integer("mediumint", 4),
        "int" | "integer" | "int4" => integer("int", 4),
        "bigint" | "int8" => integer("bigint", 8),
        "serial" => plain("bigint unsigned", TypeFamily::Integer { bytes: 8 }),
        "year" => plain("year", TypeFamily::Integer { bytes: 2 }),
        "float" | "float4" => plain(&format!("float{sign}"), TypeFamily::Float { bytes: 4 }),
        "double" | "double precision" | "real" | "float8" => {
            plain(&format!("double{sign}"), TypeFamily::Float { bytes: 8 })
        }
        "decimal" | "dec" | "numeric" | "fixed" => {
            let precision = written.precision().unwrap_or((10, 0));
            let name = format!("decimal({},{}){sign}", precision.0, precision.1);
            plain(&name, TypeFamily::Decimal { precision: Some(precision) })
        }
        "bit" if written.length().unwrap_or(1) == 1 => plain("bit(1)", TypeFamily::Boolean),
        "bit" | "binary" | "varbinary" => plain(&written.named(base), TypeFamily::Bytes),
        "blob" => plain(&by_size("blob", written.length(), 1), TypeFamily::Bytes),
        "tinyblob" | "mediumblob" | "longblob" => plain(base, TypeFamily::Bytes),
        "varchar" | "character varying" | "char varying" | "nvarchar" | "national varchar" => {
            text("varchar", written.length())
        }
        "char" | "character" | "nchar" | "national char" => {
            let length = written.length().unwrap_or(1);
            plain(&format!("char({length})"), TypeFamily::Text { length: Some(length) })
        }
        // A length counts letters, of four bytes at most.
        "text" => long(&by_size("text", written.length(), 4)),
        "tinytext" | "mediumtext" | "longtext" => long(base),
        "long" | "long varchar" => long("mediumtext"),
        "date" => plain("date", TypeFamily::Date),
        "time" => plain(&written.named("time"), TypeFamily::Time),
        "datetime" => plain(&written.named("datetime"), TypeFamily::Timestamp { zoned: false }),
        "timestamp" => plain(&written.named("timestamp"), TypeFamily::Timestamp { zoned: true }),
        "json" => plain("json", TypeFamily::Json),
        "uuid" => plain("uuid", TypeFamily::Uuid),
        "enum" => plain(&written.named("enum"), TypeFamily::Enum(String::new())),
        "set" => plain(&written.named("set"), TypeFamily::Other("set".to_owned())),
        _ => ColumnType::new(written.named(words), TypeFamily::Other(words.to_owned())),
    }
}

/// The smallest of MySQL's four sizes of a type that holds this length (manual, "String Type Syntax").
fn by_size(base: &str, length: Option<u32>, bytes: u64) -> String {
    let prefix = match length.map(|length| u64::from(length) * bytes) {
        None => "",
        Some(..=0xff) => "tiny",
        Some(..=0xffff) => "",
        Some(..=0xff_ffff) => "medium",
        Some(_) => "long",
    };
    format!("{prefix}{base}")
}

/// SQLite keeps the text as written; the family follows what programs mean by the name, and else SQLite's rules of
/// affinity (datatype3.html, 3.1).
fn sqlite(written: &WrittenType) -> ColumnType {
    let words = written.words.as_str();
    let family = match words {
        "" => TypeFamily::Other(String::new()),
        "boolean" | "bool" => TypeFamily::Boolean,
        "date" => TypeFamily::Date,
        "time" => TypeFamily::Time,
        "datetime" | "timestamp" => TypeFamily::Timestamp { zoned: false },
        "timestamptz" | "timestamp with time zone" => TypeFamily::Timestamp { zoned: true },
        "json" | "jsonb" => TypeFamily::Json,
        "uuid" => TypeFamily::Uuid,
        "decimal" | "numeric" => TypeFamily::Decimal { precision: written.precision() },
        _ if words.contains("int") => TypeFamily::Integer { bytes: 8 },
        _ if ["char", "clob", "text"].iter().any(|part| words.contains(part)) => {
            TypeFamily::Text { length: written.length() }
        }
        _ if words.contains("blob") => TypeFamily::Bytes,
        _ if ["real", "floa", "doub"].iter().any(|part| words.contains(part)) => {
            TypeFamily::Float { bytes: 8 }
        }
        _ => TypeFamily::Other(words.to_owned()),
    };
    ColumnType::new(written.named(words), family)
}

/// SQL Server's types (Transact-SQL reference, Data types).
fn mssql(written: &WrittenType) -> ColumnType {
    let base = written.words.as_str();
    let family = match base {
        "tinyint" => TypeFamily::Integer { bytes: 1 },
        "smallint" => TypeFamily::Integer { bytes: 2 },
        "int" | "integer" => TypeFamily::Integer { bytes: 4 },
        "bigint" => TypeFamily::Integer { bytes: 8 },
        "real" => TypeFamily::Float { bytes: 4 },
        "float" => TypeFamily::Float { bytes: 8 },
        "decimal" | "numeric" | "dec" => TypeFamily::Decimal { precision: written.precision() },
        "money" => TypeFamily::Decimal { precision: Some((19, 4)) },
        "smallmoney" => TypeFamily::Decimal { precision: Some((10, 4)) },
        "bit" => TypeFamily::Boolean,
        "varchar" | "nvarchar" | "char" | "nchar" | "text" | "ntext" | "xml" | "sysname" => {
            TypeFamily::Text { length: written.length() }
        }
        "binary" | "varbinary" | "image" | "rowversion" => TypeFamily::Bytes,
        "date" => TypeFamily::Date,
        "time" => TypeFamily::Time,
        "datetime" | "datetime2" | "smalldatetime" => TypeFamily::Timestamp { zoned: false },
        "datetimeoffset" => TypeFamily::Timestamp { zoned: true },
        "uniqueidentifier" => TypeFamily::Uuid,
        _ => TypeFamily::Other(base.to_owned()),
    };
    ColumnType::new(written.named(base), family)
}

#[cfg(test)]
mod tests;

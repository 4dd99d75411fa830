//! Types and modifiers of columns, as Knex writes them for each database (`*-columncompiler.js`).

use crate::code::interpret::{External, Interpreter, Runner, Text, Value};
use crate::schema::Dialect;
use crate::schema_source::knex::raw::{ident_text, raw_text};
use crate::schema_source::knex::table::{ColumnBuild, TableBuild};
use crate::schema_source::script::{Options, Sql, literal};

/// Reads columns of one builder.
pub struct Columns<'a, 'p> {
    pub interpreter: &'a mut Interpreter<'p>,
    pub host: &'a mut dyn crate::code::interpret::Host,
    pub dialect: Dialect,
    pub build: &'a TableBuild,
}

impl Columns<'_, '_> {
    /// `"name" type modifiers`; `None` where a part of it is not known.
    pub fn definition(&mut self, column: &ColumnBuild) -> Option<Text> {
        let ty = self.ty(column)?;
        let mut sql = Sql::new(self.dialect, "").name(&column.name).words(" ").words(&ty);
        if self.dialect == Dialect::Mysql && column.modifier("unsigned").is_some() && !column.counts_up() {
            sql = sql.words(" unsigned");
        }
        if column.counts_up() {
            return Some(sql.build());
        }
        if let Some(arguments) = column.modifier("nullable") {
            let not = matches!(arguments.positional.first(), Some(Value::Bool(false)));
            sql = sql.words(if not { " not null" } else { " null" });
        }
        if let Some(default) = self.default_of(column)? {
            sql = sql.words(" default ").text(&default);
        }
        if self.dialect == Dialect::Mysql {
            if let Some(arguments) = column.modifier("after") {
                let after = Options::new(self.interpreter).text(arguments.positional.first())?;
                sql = sql.words(" after ").name(&after);
            } else if column.modifier("first").is_some() {
                sql = sql.words(" first");
            }
        }
        for (method, _) in column.modifiers.iter().filter(|(method, _)| method.starts_with("check")) {
            sql = sql.words(&self.check(column, method)?);
        }
        Some(sql.build())
    }

    /// The expression behind `default`; the inner `None` where there is none, the outer where it is not known.
    pub fn default_of(&mut self, column: &ColumnBuild) -> Option<Option<Text>> {
        let Some(arguments) = column.modifier("defaultTo").cloned() else { return Some(None) };
        let value = arguments.positional.first().cloned().unwrap_or(Value::None);
        let kind = column.kind.as_str();
        let is_text = kind == "blob" || kind.contains("text");
        if self.dialect == Dialect::Mysql && is_text {
            return Some(None);
        }
        let run = Runner { interpreter: &mut *self.interpreter, host: &mut *self.host };
        let text = match &value {
            Value::None => return Some(None),
            Value::Unknown(_) | Value::Function(_) => return None,
            Value::External(id) => return expression(run.interpreter, *id, self.dialect).map(Some),
            Value::Bool(truth) if matches!(kind, "bool" | "boolean") => {
                Text::plain(if *truth { "'1'" } else { "'0'" })
            }
            Value::Int(number) if matches!(kind, "bool" | "boolean") => {
                Text::plain(if *number == 0 { "'0'" } else { "'1'" })
            }
            Value::Dict(_) | Value::List(_) if matches!(kind, "json" | "jsonb") => {
                let json = run.json_text(&value)?;
                let json = literal(&json);
                Text::plain(&if self.dialect == Dialect::Mysql { format!("({json})") } else { json })
            }
            value => {
                let text = run.to_text(value);
                if text.has_holes() {
                    return None;
                }
                if matches!(kind, "bool" | "boolean") {
                    let no = text.value.is_empty() || &*text.value == "false";
                    Text::plain(if no { "'0'" } else { "'1'" })
                } else {
                    Text::plain(&literal(&text.value))
                }
            }
        };
        Some(Some(text))
    }

    /// ` check (...)` of one modifier.
    fn check(&mut self, column: &ColumnBuild, method: &str) -> Option<String> {
        let arguments = column.modifier(method)?.clone();
        let options = Options::new(self.interpreter);
        let name = Sql::new(self.dialect, "").name(&column.name).build();
        let name = &name.value;
        let at = |index: usize| arguments.positional.get(index);
        let value = |value: Option<&Value>| match value? {
            Value::Int(number) => Some(number.to_string()),
            Value::Float(number) => Some(number.to_string()),
            Value::Str(text) if !text.has_holes() => Some(literal(&text.value)),
            _ => None,
        };
        let values = |list: Option<&Value>| {
            let items = self.interpreter.items(list?)?;
            items.iter().map(|item| value(Some(item))).collect::<Option<Vec<String>>>()
        };
        let (condition, constraint) = match method {
            "checkPositive" => (format!("{name} > 0"), at(0)),
            "checkNegative" => (format!("{name} < 0"), at(0)),
            "checkIn" => (format!("{name} in ({})", values(at(0))?.join(",")), at(1)),
            "checkNotIn" => (format!("{name} not in ({})", values(at(0))?.join(",")), at(1)),
            "checkBetween" => {
                let pairs = match values(at(0)) {
                    Some(pair) => vec![pair],
                    None => self
                        .interpreter
                        .items(at(0)?)?
                        .iter()
                        .map(|pair| values(Some(pair)))
                        .collect::<Option<Vec<_>>>()?,
                };
                let between = |pair: &Vec<String>| {
                    Some(format!("{name} between {} and {}", pair.first()?, pair.get(1)?))
                };
                let parts: Option<Vec<String>> = pairs.iter().map(between).collect();
                (parts?.join(" or "), at(1))
            }
            "checkLength" => {
                let (sign, length) = (options.text(at(0))?, value(at(1))?);
                (format!("length({name}) {} {length}", sign.value), at(2))
            }
            "checkRegex" => {
                let sign = if self.dialect == Dialect::Postgres { "~" } else { "REGEXP" };
                (format!("{name} {sign} {}", value(at(0))?), at(1))
            }
            _ => return Some(String::new()),
        };
        let constraint = options.text(constraint).map(|name| format!("constraint {} ", name.value));
        Some(format!(" {}check ({condition})", constraint.unwrap_or_default()))
    }

    /// The type, with what belongs to it (`text check (...)` of an enum).
    pub fn ty(&mut self, column: &ColumnBuild) -> Option<String> {
        let options = Options::new(self.interpreter);
        let first = column.arguments.first();
        let number =
            |index: usize, default: i64| Options::number(column.arguments.get(index)).unwrap_or(default);
        if column.counts_up() {
            return Some(self.increments(column));
        }
        match column.kind.as_str() {
            "specifictype" => {
                return Some(ident_text(self.interpreter, first?, self.dialect)?.value.to_string());
            }
            "enu" | "enum" => return self.enumeration(column),
            _ => {}
        }
        let kind = column.kind.as_str();
        Some(match self.dialect {
            Dialect::Postgres | Dialect::Mssql => match kind {
                "string" | "varchar" => format!("varchar({})", number(0, 255)),
                "decimal" if matches!(first, Some(Value::None)) && column.arguments.len() == 1 => {
                    "decimal".to_owned()
                }
                "decimal" => format!("decimal({}, {})", number(0, 8), number(1, 2)),
                "float" | "real" => "real".to_owned(),
                "double" => "double precision".to_owned(),
                "tinyint" | "smallint" => "smallint".to_owned(),
                "int" | "integer" | "mediumint" => "integer".to_owned(),
                "bigint" | "biginteger" => "bigint".to_owned(),
                "bool" | "boolean" => "boolean".to_owned(),
                "binary" => "bytea".to_owned(),
                "datetime" | "timestamp" => self.moment(column),
                "tinytext" | "mediumtext" | "longtext" => "text".to_owned(),
                "json" if matches!(first, Some(Value::Bool(true))) => "jsonb".to_owned(),
                "uuid" if options.flag(first, "primaryKey") => "uuid primary key".to_owned(),
                "bit" => match options.entry(first, "length") {
                    Some(Value::Int(length)) => format!("bit({length})"),
                    _ => "bit".to_owned(),
                },
                other => other.to_owned(),
            },
            Dialect::Sqlite => match kind {
                "string" | "varchar" => format!("varchar({})", number(0, 255)),
                "decimal" | "float" | "double" => "float".to_owned(),
                "int" | "integer" | "mediumint" | "smallint" => "integer".to_owned(),
                "bigint" | "biginteger" => "bigint".to_owned(),
                "bool" | "boolean" => "boolean".to_owned(),
                "binary" => "blob".to_owned(),
                "timestamp" | "datetime" => "datetime".to_owned(),
                "json" | "jsonb" => "json".to_owned(),
                "bit" => "text".to_owned(),
                "uuid" if options.flag(first, "useBinaryUuid") => "binary(16)".to_owned(),
                "uuid" => "char(36)".to_owned(),
                other => other.to_owned(),
            },
            Dialect::Mysql => self.mysql_type(column),
        })
    }

    fn mysql_type(&self, column: &ColumnBuild) -> String {
        let options = Options::new(self.interpreter);
        let first = column.arguments.first();
        let number =
            |index: usize, default: i64| Options::number(column.arguments.get(index)).unwrap_or(default);
        let sized = |name: &str| match Options::number(first) {
            Some(length) if length > 0 => format!("{name}({length})"),
            _ => name.to_owned(),
        };
        match column.kind.as_str() {
            "string" | "varchar" => format!("varchar({})", number(0, 255)),
            "decimal" => format!("decimal({}, {})", number(0, 8), number(1, 2)),
            "float" => format!("float({}, {})", number(0, 8), number(1, 2)),
            "double" if Options::number(first).is_some() => {
                format!("double({}, {})", number(0, 8), number(1, 2))
            }
            "int" | "integer" => sized("int"),
            "tinyint" => sized("tinyint"),
            "bit" => sized("bit"),
            "bigint" | "biginteger" => "bigint".to_owned(),
            "bool" | "boolean" => "boolean".to_owned(),
            "binary" => match Options::number(first) {
                Some(length) if length > 0 => format!("varbinary({length})"),
                _ => "blob".to_owned(),
            },
            "datetime" | "timestamp" | "time" => {
                let precision = options.entry(first, "precision").or(first);
                match precision {
                    Some(Value::Int(digits)) => format!("{}({digits})", column.kind),
                    _ => column.kind.clone(),
                }
            }
            "text" => match options.text(first).as_ref().map(|text| &*text.value) {
                Some("medium" | "mediumtext") => "mediumtext".to_owned(),
                Some("long" | "longtext") => "longtext".to_owned(),
                _ => "text".to_owned(),
            },
            "json" | "jsonb" => "json".to_owned(),
            "uuid" if options.flag(first, "useBinaryUuid") => "binary(16)".to_owned(),
            "uuid" => "char(36)".to_owned(),
            other => other.to_owned(),
        }
    }

    /// `timestamptz`, unless it is said to have no time zone.
    fn moment(&self, column: &ColumnBuild) -> String {
        let options = Options::new(self.interpreter);
        let first = column.arguments.first();
        let (zoned, precision) = match first {
            Some(Value::Dict(_)) => {
                let zoned = !matches!(options.entry(first, "useTz"), Some(Value::Bool(false)));
                (zoned, Options::number(options.entry(first, "precision")))
            }
            Some(Value::Bool(without)) => (!without, Options::number(column.arguments.get(1))),
            _ => (true, Options::number(column.arguments.get(1))),
        };
        let name = if zoned { "timestamptz" } else { "timestamp" };
        precision.map_or_else(|| name.to_owned(), |digits| format!("{name}({digits})"))
    }

    /// A column that counts up is the primary key, unless the table has another one or it is said not to be.
    fn increments(&self, column: &ColumnBuild) -> String {
        let options = Options::new(self.interpreter);
        let denied = matches!(column.arguments.first(), Some(Value::Dict(_)))
            && !options.flag(column.arguments.first(), "primaryKey");
        let other = self.build.steps.iter().any(|step| step.method == "primary");
        let key = if denied || other { "" } else { " primary key" };
        let big = column.kind.starts_with("big");
        match self.dialect {
            Dialect::Postgres | Dialect::Mssql => {
                format!("{}{key}", if big { "bigserial" } else { "serial" })
            }
            Dialect::Sqlite => "integer not null primary key autoincrement".to_owned(),
            Dialect::Mysql => {
                let ty = if big { "bigint" } else { "int" };
                // With another key it is made to count by a statement behind.
                format!("{ty} unsigned not null{}{key}", if denied { "" } else { " auto_increment" })
            }
        }
    }

    fn enumeration(&mut self, column: &ColumnBuild) -> Option<String> {
        let options = column.arguments.get(1);
        if self.dialect == Dialect::Postgres && Options::new(self.interpreter).flag(options, "useNative") {
            return self.native_enum(column).map(|(name, _)| name.value.to_string());
        }
        let values = self.enum_values(column)?;
        Some(match self.dialect {
            Dialect::Mysql => format!("enum({values})"),
            Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => {
                let name = Sql::new(self.dialect, "").name(&column.name).build();
                format!("text check ({} in ({values}))", name.value)
            }
        })
    }

    fn enum_values(&self, column: &ColumnBuild) -> Option<String> {
        let values = Options::new(self.interpreter).texts(column.arguments.first())?;
        Some(values.iter().map(|value| literal(&value.value)).collect::<Vec<_>>().join(", "))
    }

    /// The name of a native enum, and the statement that makes it where it is not there yet.
    pub fn native_enum(&mut self, column: &ColumnBuild) -> Option<(Text, Option<Text>)> {
        let given = column.arguments.get(1);
        let options = Options::new(self.interpreter);
        if !matches!(column.kind.as_str(), "enu" | "enum") || !options.flag(given, "useNative") {
            return None;
        }
        let schema = options.entry_text(given, "schemaName").or_else(|| self.build.schema.clone());
        let name = options.entry_text(given, "enumName")?;
        let mut sql = Sql::new(self.dialect, "");
        if let Some(schema) = schema {
            sql = sql.name(&schema).words(".");
        }
        let name = sql.name(&name).build();
        if options.flag(given, "existingType") {
            return Some((name, None));
        }
        let values = self.enum_values(column)?;
        let make = Sql::new(self.dialect, "create type ").text(&name).words(&format!(" as enum ({values})"));
        Some((name, Some(make.build())))
    }
}

/// What `knex.raw(...)`, `knex.fn.now()` and their kin stand for as an expression.
fn expression(
    interpreter: &Interpreter<'_>,
    id: crate::code::interpret::ExternalId,
    dialect: Dialect,
) -> Option<Text> {
    let External::Call { callee, arguments, .. } = interpreter.heap.external(id) else { return None };
    let path = interpreter.path(*callee);
    let last = path.rsplit('.').next().unwrap_or("");
    match (path.contains(".fn."), last) {
        (true, "now") => Some(match Options::number(arguments.positional.first()) {
            Some(digits) => Text::plain(&format!("CURRENT_TIMESTAMP({digits})")),
            None => Text::plain("CURRENT_TIMESTAMP"),
        }),
        (true, "uuid") => Some(Text::plain(match dialect {
            Dialect::Postgres => "(gen_random_uuid())",
            Dialect::Sqlite => "(lower(hex(randomblob(4))))",
            Dialect::Mysql => "(uuid())",
            Dialect::Mssql => "(newid())",
        })),
        (_, "raw") => raw_text(interpreter, arguments, dialect).filter(|text| !text.has_holes()),
        _ => None,
    }
}

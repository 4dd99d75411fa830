//! SQLAlchemy's types as the database prints them.
//!
//! What a type compiles to is in SQLAlchemy's manual ("The Type Hierarchy", and the dialects' pages); the class names are
//! matched by their last part, so that `sa.String`, `sqlalchemy.types.String` and `db.String` are one.

use std::rc::Rc;

use crate::code::interpret::{Arguments, External, Run, Runner, Text, Value};
use crate::schema::{ColumnType, Dialect, EnumType, EnumValue, TableName};
use crate::schema_source::alembic::host::AlembicHost;
use crate::text::Span;

/// A type as read: what the database calls it, and the named enum that it needs.
#[derive(Debug, Clone)]
pub(super) struct TypeSpec {
    /// The type.
    pub ty: ColumnType,
    /// The enum type of PostgreSQL that it is, or whose array it is.
    pub item: Option<EnumType>,
    /// Whether creating a table with it does not create the enum (`create_type=False`).
    pub made_elsewhere: bool,
    /// The check that it makes of its column (`create_constraint=True`), by its name.
    pub check: Option<Option<String>>,
}

impl TypeSpec {
    fn plain(ty: ColumnType) -> Self {
        Self { ty, item: None, made_elsewhere: false, check: None }
    }
}

/// How far wrappers are followed: variants of variants, decorators over decorators.
const DEEPEST_TYPE: u32 = 16;

/// The class or constructor of a type, and what it was made with.
struct Constructed {
    name: String,
    path: String,
    arguments: Rc<Arguments>,
    span: Option<Span>,
}

/// Reads a type; `None` where it is not known.
pub(super) fn read_type(run: &mut Runner<'_, '_>, dialect: Dialect, value: &Value) -> Run<Option<TypeSpec>> {
    TypeReader { run, dialect }.read(value, None, 0)
}

struct TypeReader<'a, 'r, 'p> {
    run: &'a mut Runner<'r, 'p>,
    dialect: Dialect,
}

impl TypeReader<'_, '_, '_> {
    /// Reads a type. `given` are the arguments of the project's class around it, which its `impl` is made with.
    fn read(&mut self, value: &Value, given: Option<&Rc<Arguments>>, depth: u32) -> Run<Option<TypeSpec>> {
        if depth > DEEPEST_TYPE {
            return Ok(None);
        }
        match value {
            Value::External(id) => match self.run.interpreter.heap.external(*id).clone() {
                External::Symbol(path) => {
                    let made = Constructed {
                        name: last_part(&path).to_owned(),
                        path: path.to_string(),
                        arguments: given.cloned().unwrap_or_default(),
                        span: None,
                    };
                    self.construct(&made, depth)
                }
                External::Member { name, .. } => {
                    let made = Constructed {
                        name: name.to_string(),
                        path: self.run.interpreter.path(*id),
                        arguments: given.cloned().unwrap_or_default(),
                        span: None,
                    };
                    self.construct(&made, depth)
                }
                External::Call { callee, arguments, span } => {
                    let path = self.run.interpreter.path(callee);
                    let name = last_part(&path).to_owned();
                    match (name.as_str(), self.run.interpreter.heap.external(callee).clone()) {
                        ("with_variant", External::Member { object, .. }) => {
                            self.variant(object, &arguments, depth)
                        }
                        ("evolve" | "copy" | "as_mutable", External::Member { object, .. }) => {
                            self.read(&Value::External(object), None, depth + 1)
                        }
                        // `MutableDict.as_mutable(JSON)`: the type inside.
                        ("as_mutable" | "type_descriptor" | "to_instance", _) => {
                            match arguments.positional.first() {
                                Some(inner) => self.read(&inner.clone(), None, depth + 1),
                                None => Ok(None),
                            }
                        }
                        _ => {
                            let made = Constructed { name, path, arguments, span: Some(span) };
                            self.construct(&made, depth)
                        }
                    }
                }
            },
            Value::Class(class) => self.decorated(*class, None, &given.cloned().unwrap_or_default(), depth),
            Value::Instance(id) => {
                let instance = self.run.interpreter.heap.instance(*id).clone();
                self.decorated(instance.class, Some(value), &instance.arguments, depth)
            }
            _ => Ok(None),
        }
    }

    fn variant(
        &mut self,
        object: crate::code::interpret::ExternalId,
        arguments: &Rc<Arguments>,
        depth: u32,
    ) -> Run<Option<TypeSpec>> {
        let names = arguments.positional.iter().skip(1).chain(arguments.keyword("dialect_name"));
        let here = names.into_iter().any(|name| {
            let name = self.run.interpreter.as_text(name);
            name.is_some_and(|name| Dialect::parse(&name.value) == Some(self.dialect))
        });
        let inner = match arguments.get(0, "type_") {
            Some(inner) if here => inner.clone(),
            _ => Value::External(object),
        };
        self.read(&inner, None, depth + 1)
    }

    /// A type that the project defines: `TypeDecorator`, `UserDefinedType`, or a subclass of a library's type.
    fn decorated(
        &mut self,
        class: crate::code::interpret::ClassValueId,
        instance: Option<&Value>,
        arguments: &Rc<Arguments>,
        depth: u32,
    ) -> Run<Option<TypeSpec>> {
        let itself = match instance {
            Some(instance) => instance.clone(),
            None => self.run.call(&Value::Class(class), arguments, nowhere())?,
        };
        if self.run.class_attribute(class, "get_col_spec")?.is_some() {
            let spec = self.method(&itself, "get_col_spec", Arguments::default())?;
            return Ok(match spec {
                Value::Str(text) if !text.has_holes() => Some(self.sql(&text.value)),
                _ => None,
            });
        }
        if self.run.class_attribute(class, "load_dialect_impl")?.is_some() {
            let dialect = self.run.interpreter.symbol(DIALECT);
            let made = self.method(&itself, "load_dialect_impl", Arguments::of(vec![dialect]))?;
            if let Some(spec) = self.read(&made, None, depth + 1)? {
                return Ok(Some(spec));
            }
        }
        let is_set = match itself {
            Value::Instance(id) => self.run.interpreter.heap.instance(id).attributes.contains_key("impl"),
            _ => false,
        };
        let of_class = self.run.class_attribute(class, "impl")?;
        let inner =
            match (is_set || of_class.is_some()).then(|| self.run.member(&itself, "impl")).transpose()? {
                Some(Value::Unknown(_)) | None => of_class,
                value => value,
            };
        if let Some(inner) = inner {
            return self.read(&inner, Some(arguments), depth + 1);
        }
        let (_, outside) = self.run.lineage(class)?;
        for base in outside {
            if let Some(spec) = self.read(&base, Some(arguments), depth + 1)? {
                return Ok(Some(spec));
            }
        }
        Ok(None)
    }

    fn method(&mut self, object: &Value, name: &str, arguments: Arguments) -> Run<Value> {
        let method = self.run.member(object, name)?;
        self.run.call(&method, &Rc::new(arguments), nowhere())
    }

    fn sql(&self, text: &str) -> TypeSpec {
        TypeSpec::plain(ColumnType::parse(self.dialect, text))
    }

    fn number(&self, made: &Constructed, index: usize, keyword: &str) -> Option<i64> {
        match made.arguments.get(index, keyword) {
            Some(Value::Int(number)) => Some(*number),
            _ => None,
        }
    }

    fn flag(&self, made: &Constructed, keyword: &str) -> bool {
        matches!(made.arguments.keyword(keyword), Some(Value::Bool(true)))
    }

    fn construct(&mut self, made: &Constructed, depth: u32) -> Run<Option<TypeSpec>> {
        match made.name.as_str() {
            "Enum" | "ENUM" | "ChoiceEnum" => self.enumeration(made),
            "ARRAY" => {
                let Some(item) = made.arguments.get(0, "item_type").cloned() else { return Ok(None) };
                let inner = self.read(&item, None, depth + 1)?;
                Ok(inner.map(|inner| TypeSpec { ty: inner.ty.clone().in_array(1), ..inner }))
            }
            "TypeDecorator" | "UserDefinedType" | "TypeEngine" | "NullType" | "Generic" => Ok(None),
            "StringEncryptedType" | "EncryptedType" => {
                let name = if made.name == "EncryptedType" { "BYTEA" } else { "VARCHAR" };
                let binary = self.dialect != Dialect::Postgres && made.name == "EncryptedType";
                Ok(Some(self.sql(if binary { "BLOB" } else { name })))
            }
            _ => {
                let check = self.check(made);
                Ok(self.scalar(made).map(|text| TypeSpec { check, ..self.sql(&text) }))
            }
        }
    }

    /// The check that an enum or a boolean makes where the database has no such type and the program wants one.
    fn check(&self, made: &Constructed) -> Option<Option<String>> {
        let native = match made.name.as_str() {
            "Enum" => matches!(self.dialect, Dialect::Postgres | Dialect::Mysql) && self.is_native(made),
            "Boolean" => self.dialect == Dialect::Postgres,
            _ => return None,
        };
        let name = || Some(self.run.interpreter.as_text(made.arguments.keyword("name")?)?.value.to_string());
        (!native && self.flag(made, "create_constraint")).then(name)
    }

    fn is_native(&self, made: &Constructed) -> bool {
        !matches!(made.arguments.keyword("native_enum"), Some(Value::Bool(false)))
    }

    /// The SQL of a type that is no enum and no array.
    fn scalar(&self, made: &Constructed) -> Option<String> {
        let length = self.number(made, 0, "length");
        let postgres = self.dialect == Dialect::Postgres;
        let mysql = self.dialect == Dialect::Mysql;
        let by = |pg: &str, my: &str, lite: &str| {
            Some(match self.dialect {
                Dialect::Postgres => pg.to_owned(),
                Dialect::Mysql => my.to_owned(),
                Dialect::Sqlite | Dialect::Mssql => lite.to_owned(),
            })
        };
        let sized = |name: &str, size: Option<i64>| match size {
            Some(size) => format!("{name}({size})"),
            None => name.to_owned(),
        };
        match made.name.as_str() {
            "String" | "Unicode" | "VARCHAR" | "NVARCHAR" | "VARCHAR2" | "Sequence" | "EmailType"
            | "ChoiceType" | "URLString" => Some(sized("VARCHAR", length)),
            // sqlmodel/sql/sqltypes.py: a length is needed on MySQL.
            "AutoString" => Some(sized("VARCHAR", length.or(mysql.then_some(255)))),
            "CHAR" | "NCHAR" => Some(sized("CHAR", length)),
            "Text" | "TEXT" | "UnicodeText" | "CLOB" | "URLType" | "JSONEncodedDict" => {
                Some(if postgres { "TEXT".to_owned() } else { sized("TEXT", length) })
            }
            "Integer" | "INTEGER" | "INT" => Some(self.with_unsigned(made, "INTEGER")),
            "BigInteger" | "BIGINT" => Some(self.with_unsigned(made, "BIGINT")),
            "SmallInteger" | "SMALLINT" => Some(self.with_unsigned(made, "SMALLINT")),
            "TINYINT" | "MEDIUMINT" => {
                Some(self.with_unsigned(made, &sized(&made.name, self.number(made, 0, "display_width"))))
            }
            "Boolean" | "BOOLEAN" | "BOOL" => by("BOOLEAN", "BOOL", "BOOLEAN"),
            "Float" | "FLOAT" => Some(match self.number(made, 0, "precision") {
                // MySQL keeps more than 24 bits as a double.
                Some(25..) if mysql => "DOUBLE".to_owned(),
                Some(precision) if self.dialect != Dialect::Sqlite => format!("FLOAT({precision})"),
                Some(_) | None => "FLOAT".to_owned(),
            }),
            "Double" | "DOUBLE" => by("DOUBLE PRECISION", "DOUBLE", "DOUBLE"),
            "DOUBLE_PRECISION" => by("DOUBLE PRECISION", "DOUBLE", "DOUBLE PRECISION"),
            "REAL" => Some("REAL".to_owned()),
            "Numeric" | "NUMERIC" | "DECIMAL" => {
                let name = if made.name == "DECIMAL" { "DECIMAL" } else { "NUMERIC" };
                let size = match (self.number(made, 0, "precision"), self.number(made, 1, "scale")) {
                    (Some(precision), Some(scale)) => format!("{name}({precision}, {scale})"),
                    (Some(precision), None) => format!("{name}({precision})"),
                    (None, _) => name.to_owned(),
                };
                Some(self.with_unsigned(made, &size))
            }
            "DateTime" | "DATETIME" | "TIMESTAMP" | "UtcDateTime" | "ArrowType" | "DateTimeUTC" => {
                Some(self.moment(made))
            }
            "Date" | "DATE" => Some("DATE".to_owned()),
            "Time" | "TIME" => {
                let digits = if postgres { "precision" } else { "fsp" };
                let time = match made.arguments.keyword(digits) {
                    Some(Value::Int(digits)) => format!("TIME({digits})"),
                    _ => "TIME".to_owned(),
                };
                Some(if postgres { format!("{time} {}", self.zone(made)) } else { time })
            }
            "Interval" | "INTERVAL" => {
                let mut keywords = ["precision", "second_precision"].into_iter();
                let digits = keywords.find_map(|keyword| self.number(made, usize::MAX, keyword));
                by(&sized("INTERVAL", digits), "DATETIME", "DATETIME")
            }
            "LargeBinary" | "BLOB" if mysql => Some(sized("BLOB", length)),
            "LargeBinary" | "BLOB" | "PickleType" | "Binary" | "BYTEA" => by("BYTEA", "BLOB", "BLOB"),
            "SET" if mysql => self.list_of_values(made),
            "BINARY" | "VARBINARY" if !postgres => Some(sized(&made.name, length)),
            "BINARY" | "VARBINARY" => Some("BYTEA".to_owned()),
            "JSON" => Some("JSON".to_owned()),
            "JSONB" => by("JSONB", "JSON", "JSONB"),
            "JSONType" => by("JSON", "TEXT", "TEXT"),
            "Uuid" | "UUID" | "GUID" => self.uuid(made),
            "UUIDType" => {
                let binary = !matches!(made.arguments.get(0, "binary"), Some(Value::Bool(false)));
                let other = if binary { "BINARY(16)" } else { "CHAR(32)" };
                by("UUID", other, other)
            }
            "IPAddressType" | "TimezoneType" | "CountryType" | "CurrencyType" | "LocaleType" => {
                Some("VARCHAR(50)".to_owned())
            }
            "TSVectorType" => Some("TSVECTOR".to_owned()),
            "Vector" | "VECTOR" => Some(sized("VECTOR", self.number(made, 0, "dim"))),
            "Geometry" | "Geography" => Some(made.name.to_lowercase()),
            "BIT" => Some(sized(if self.flag(made, "varying") { "BIT VARYING" } else { "BIT" }, length)),
            "Variant" => None,
            _ => self.dialect_type(made),
        }
    }

    /// MySQL's `SET('a', 'b')`.
    fn list_of_values(&self, made: &Constructed) -> Option<String> {
        let texts: Option<Vec<Text>> =
            made.arguments.positional.iter().map(|value| self.run.interpreter.as_text(value)).collect();
        let quoted = |text: Text| format!("'{}'", text.value.replace('\'', "''"));
        Some(format!("{}({})", made.name, texts?.into_iter().map(quoted).collect::<Vec<_>>().join(",")))
    }

    /// The types of one product, whose class has the type's name: `postgresql.INET`, `mysql.MEDIUMTEXT`.
    fn dialect_type(&self, made: &Constructed) -> Option<String> {
        let named = made
            .name
            .chars()
            .all(|letter| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_');
        let known = made.path.contains("dialects.")
            || matches!(made.name.as_str(), "CITEXT" | "LTREE" | "INET" | "HSTORE" | "TSVECTOR");
        let size = match self.number(made, 0, "length") {
            Some(size) if made.name != "HSTORE" => format!("({size})"),
            _ => String::new(),
        };
        (named && known).then(|| format!("{}{size}", made.name))
    }

    fn with_unsigned(&self, made: &Constructed, name: &str) -> String {
        match self.flag(made, "unsigned") && self.dialect == Dialect::Mysql {
            true => format!("{name} UNSIGNED"),
            false => name.to_owned(),
        }
    }

    fn zone(&self, made: &Constructed) -> &'static str {
        let zoned = matches!(made.arguments.get(0, "timezone"), Some(Value::Bool(true)));
        let always = made.name == "UtcDateTime" || made.name == "DateTimeUTC";
        if zoned || always { "WITH TIME ZONE" } else { "WITHOUT TIME ZONE" }
    }

    fn moment(&self, made: &Constructed) -> String {
        match self.dialect {
            Dialect::Postgres => {
                let precision = match made.arguments.keyword("precision") {
                    Some(Value::Int(digits)) => format!("({digits})"),
                    _ => String::new(),
                };
                format!("TIMESTAMP{precision} {}", self.zone(made))
            }
            Dialect::Mysql => {
                let name = if made.name == "TIMESTAMP" { "TIMESTAMP" } else { "DATETIME" };
                match made.arguments.keyword("fsp") {
                    Some(Value::Int(digits)) => format!("{name}({digits})"),
                    _ => name.to_owned(),
                }
            }
            Dialect::Sqlite | Dialect::Mssql => {
                if made.name == "TIMESTAMP" {
                    "TIMESTAMP".to_owned()
                } else {
                    "DATETIME".to_owned()
                }
            }
        }
    }

    /// `sa.Uuid` is the database's own type where it has one, else 32 characters (SQLAlchemy manual, `Uuid`); the
    /// upper-case `UUID` is the SQL type itself.
    fn uuid(&self, made: &Constructed) -> Option<String> {
        let native = !matches!(made.arguments.keyword("native_uuid"), Some(Value::Bool(false)));
        Some(match self.dialect {
            Dialect::Postgres if native => "UUID".to_owned(),
            Dialect::Mssql if native => "UNIQUEIDENTIFIER".to_owned(),
            Dialect::Postgres | Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => "CHAR(32)".to_owned(),
        })
    }

    fn enumeration(&mut self, made: &Constructed) -> Run<Option<TypeSpec>> {
        let (values, class_name) = self.enum_values(made)?;
        let Some(values) = values else { return Ok(None) };
        let native = self.is_native(made);
        let longest = values.iter().map(|value| value.value.chars().count()).max().unwrap_or(0);
        let length = match made.arguments.keyword("length") {
            Some(Value::Int(length)) => usize::try_from(*length).unwrap_or(longest),
            _ => longest,
        };
        if !native || matches!(self.dialect, Dialect::Sqlite | Dialect::Mssql) {
            let check = self.check(made);
            return Ok(Some(TypeSpec { check, ..self.sql(&format!("VARCHAR({length})")) }));
        }
        if self.dialect == Dialect::Mysql {
            let list: Vec<String> =
                values.iter().map(|value| format!("'{}'", value.value.replace('\'', "''"))).collect();
            return Ok(Some(self.sql(&format!("ENUM({})", list.join(",")))));
        }
        let named = made.arguments.keyword("name").and_then(|name| self.run.interpreter.as_text(name));
        let name = match (named, class_name) {
            (Some(name), _) => name.value.to_string(),
            (None, Some(class)) => class.to_lowercase(),
            (None, None) => return Ok(None),
        };
        let schema = made.arguments.keyword("schema").and_then(|name| self.run.interpreter.as_text(name));
        let name = TableName { schema: schema.map(|schema| schema.value.to_string()), name };
        let span = made.span.unwrap_or_else(nowhere);
        let values = values
            .iter()
            .map(|value| EnumValue { name: value.value.to_string(), span: value.span().unwrap_or(span) })
            .collect();
        let made_elsewhere = matches!(made.arguments.keyword("create_type"), Some(Value::Bool(false)));
        let ty = ColumnType::of_enum(name.to_string());
        let item = Some(EnumType { name, values, span });
        Ok(Some(TypeSpec { ty, item, made_elsewhere, check: None }))
    }

    /// The values of an enum, and the name of the Python class that they come from. Of a class it is the members' names
    /// that are stored, unless `values_callable` says otherwise (SQLAlchemy manual, `Enum`).
    fn enum_values(&mut self, made: &Constructed) -> Run<(Option<Vec<Text>>, Option<String>)> {
        if let Some(class @ Value::Class(_)) = made.arguments.positional.first().cloned() {
            let name = self.run.member(&class, "__name__")?;
            let name = self.run.interpreter.as_text(&name).map(|name| name.value.to_string());
            let members = match made.arguments.keyword("values_callable").cloned() {
                Some(function) => {
                    self.run.call(&function, &Rc::new(Arguments::of(vec![class])), nowhere())?
                }
                None => self.run.member(&class, "__members__")?,
            };
            let Some(members) = self.run.interpreter.items(&members).map(<[Value]>::to_vec) else {
                return Ok((None, name));
            };
            let mut values = Vec::new();
            for member in &members {
                let stored = match member {
                    Value::Instance(_) => self.run.member(member, "name")?,
                    other => other.clone(),
                };
                values.extend(self.run.interpreter.as_text(&stored));
            }
            return Ok((Some(values), name));
        }
        let mut values = Vec::new();
        for value in &made.arguments.positional {
            match self.run.interpreter.items(value) {
                Some(items) => {
                    values.extend(items.iter().filter_map(|item| self.run.interpreter.as_text(item)))
                }
                None => values.extend(self.run.interpreter.as_text(value)),
            }
        }
        // A reference to a type that exists by its name alone: `ENUM(name="status", create_type=False)`.
        let known = !values.is_empty() || made.arguments.keyword("name").is_some();
        Ok((known.then_some(values), None))
    }
}

/// What the dialect object stands as, when a type of the project is asked for its implementation.
pub(super) const DIALECT: &str = "alembic.dialect";

/// The last part of a dotted name.
pub(super) fn last_part(path: &str) -> &str {
    path.trim_end_matches("()").rsplit('.').next().unwrap_or(path)
}

fn nowhere() -> Span {
    AlembicHost::NOWHERE
}

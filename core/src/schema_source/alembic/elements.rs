//! `sa.Column`, constraints and indexes as values, read into the model.

use crate::code::interpret::{Arguments, External, Run, Runner, Text, Value};
use crate::schema::{
    Check, Column, DefaultValue, Dialect, EnumType, ForeignKey, Index, PrimaryKey, ReferentialAction,
    TableName, Unique,
};
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::naming::FINAL;
use crate::schema_source::alembic::types::{last_part, read_type};
use crate::text::Span;

/// A column with what its constructor says beside it.
#[derive(Debug, Clone)]
pub(super) struct ColumnSpec {
    pub column: Column,
    /// The enum type that it needs.
    pub item: Option<EnumType>,
    /// Whether the enum exists already.
    pub enum_made_elsewhere: bool,
    pub primary_key: bool,
    pub unique: bool,
    /// `index=True`; with `unique=True` it is one unique index (SQLAlchemy manual, `Column.index`).
    pub index: bool,
    pub foreign_keys: Vec<ForeignKey>,
    pub checks: Vec<Check>,
    /// `autoincrement=`; `None` is SQLAlchemy's "auto".
    pub autoincrement: Option<bool>,
}

/// One thing that a table is made of.
#[derive(Debug, Clone)]
pub(super) enum Element {
    Column(Box<ColumnSpec>),
    PrimaryKey(PrimaryKey),
    Unique(Unique),
    ForeignKey(ForeignKey),
    Check(Check),
    Index(Index),
    /// Known to say nothing about columns: a comment, dialect options.
    Nothing,
}

/// Reads arguments of calls. It knows the dialect, and runs what must be run to know a value.
pub(super) struct ElementReader<'a, 'r, 'p> {
    pub run: &'a mut Runner<'r, 'p>,
    pub dialect: Dialect,
}

impl ElementReader<'_, '_, '_> {
    /// What was called, by the last part of its name, with what, and where.
    pub(super) fn call_of(&self, value: &Value) -> Option<(String, std::rc::Rc<Arguments>, Span)> {
        let Value::External(id) = value else { return None };
        let External::Call { callee, arguments, span } = self.run.interpreter.heap.external(*id) else {
            return None;
        };
        let path = self.run.interpreter.path(*callee);
        Some((last_part(&path).to_owned(), arguments.clone(), *span))
    }

    pub(super) fn text(&self, value: Option<&Value>) -> Option<Text> {
        let value = value?;
        if let Some(text) = self.run.interpreter.as_text(value) {
            return (!text.has_holes()).then_some(text);
        }
        // `op.f("name")`, `quoted_name("name", True)`, `conv("name")`.
        let (name, arguments, _) = self.call_of(value)?;
        match name.as_str() {
            "f" | "quoted_name" | "conv" | "text" | "literal_column" => {
                self.run.interpreter.as_text(arguments.positional.first()?)
            }
            // A column given where its name would do.
            "Column" | "column" => self.run.interpreter.as_text(arguments.get(0, "name")?),
            // `sa.desc("created")`, `sa.text("x").desc()`.
            _ => None,
        }
    }

    pub(super) fn string(&self, value: Option<&Value>) -> Option<String> {
        self.text(value).map(|text| text.value.to_string())
    }

    pub(super) fn flag(&self, value: Option<&Value>) -> bool {
        value.is_some_and(|value| self.run.truth(value) == Some(true))
    }

    /// Names of columns: strings, or columns.
    pub(super) fn names(&self, value: Option<&Value>) -> Option<Vec<String>> {
        let items = self.run.interpreter.items(value?)?;
        items.iter().map(|item| self.string(Some(item))).collect()
    }

    /// Reads one argument of `create_table` or `Table`; `None` where it is not understood.
    pub(super) fn element(&mut self, value: &Value, table: &TableName) -> Run<Option<Element>> {
        let Some((name, arguments, span)) = self.call_of(value) else { return Ok(None) };
        let rest_names = |reader: &Self| -> Option<Vec<String>> {
            arguments.positional.iter().map(|item| reader.string(Some(item))).collect()
        };
        Ok(match name.as_str() {
            "Column" | "Field" | "mapped_column" => {
                self.column(&arguments, span, None, table)?.map(|column| Element::Column(Box::new(column)))
            }
            "PrimaryKeyConstraint" | "ExcludeConstraint" if arguments.incomplete => None,
            "PrimaryKeyConstraint" => rest_names(self).map(|columns| {
                Element::PrimaryKey(PrimaryKey::new(self.string(arguments.keyword("name")), columns, span))
            }),
            "UniqueConstraint" => rest_names(self).map(|columns| {
                Element::Unique(Unique { name: self.string(arguments.keyword("name")), columns, span })
            }),
            "ForeignKeyConstraint" => self.table_foreign_key(&arguments, span).map(Element::ForeignKey),
            "CheckConstraint" => Some(Element::Check(self.check(&arguments, span))),
            "Index" => self.index(&arguments, 1, span).map(Element::Index),
            "ExcludeConstraint" => {
                let name = self.string(arguments.keyword("name"));
                Some(Element::Index(self.exclusion(name, &arguments.positional, &arguments, span)))
            }
            "Comment" | "DDL" | "Identity" => Some(Element::Nothing),
            _ => None,
        })
    }

    /// `sa.CheckConstraint(condition, name=)`.
    pub(super) fn check(&self, arguments: &Arguments, span: Span) -> Check {
        let expression = self.string(arguments.get(0, "sqltext")).unwrap_or_default();
        Check::new(self.marked_name(arguments.keyword("name")), expression, span)
    }

    /// A name, marked where no convention changes it.
    pub(super) fn marked_name(&self, value: Option<&Value>) -> Option<String> {
        let name = self.string(value)?;
        let is_final =
            matches!(self.call_of(value?), Some((called, ..)) if matches!(called.as_str(), "f" | "conv"));
        Some(if is_final { format!("{FINAL}{name}") } else { name })
    }

    /// What a method was called on.
    pub(super) fn receiver(&self, value: &Value) -> Option<Value> {
        let Value::External(id) = value else { return None };
        let heap = &self.run.interpreter.heap;
        let External::Call { callee, .. } = heap.external(*id) else { return None };
        match heap.external(*callee) {
            External::Member { object, .. } => Some(Value::External(*object)),
            External::Symbol(_) | External::Call { .. } => None,
        }
    }

    /// `sa.ForeignKeyConstraint(columns, ["table.column", ...], name=, ondelete=)`.
    fn table_foreign_key(&self, arguments: &Arguments, span: Span) -> Option<ForeignKey> {
        let columns = self.names(arguments.get(0, "columns"))?;
        let targets = self.run.interpreter.items(arguments.get(1, "refcolumns")?)?;
        let mut referenced = Vec::new();
        let mut table = None;
        for target in targets {
            let (of, column) = self.target(target)?;
            table = Some(of);
            referenced.extend(column);
        }
        Some(ForeignKey {
            name: self.string(arguments.get(2, "name")),
            columns,
            referenced_table: table?,
            referenced_columns: referenced,
            on_delete: self.action(arguments.keyword("ondelete")),
            on_update: self.action(arguments.keyword("onupdate")),
            span,
        })
    }

    /// `"schema.table.column"`, `"table.column"`, or a column of a table.
    fn target(&self, value: &Value) -> Option<(TableName, Option<String>)> {
        if let Value::External(id) = value
            && let External::Member { object, name } = self.run.interpreter.heap.external(*id)
        {
            let column = name.to_string();
            let table = self.table_of(*object)?;
            return Some((table, Some(column)));
        }
        let text = self.string(Some(value))?;
        let Some((table, column)) = text.rsplit_once('.') else {
            return Some((TableName::plain(text), None));
        };
        Some((dotted(table), Some(column.to_owned())))
    }

    /// The table whose column is meant: `t.c` of `t = op.create_table("t", ...)`.
    pub(super) fn table_of_column(&self, column: &Value) -> Option<TableName> {
        let Value::External(id) = column else { return None };
        match self.run.interpreter.heap.external(*id) {
            External::Member { object, .. } => self.table_of(*object),
            External::Symbol(_) | External::Call { .. } => None,
        }
    }

    pub(super) fn table_of(&self, object: crate::code::interpret::ExternalId) -> Option<TableName> {
        let heap = &self.run.interpreter.heap;
        let object = match heap.external(object) {
            External::Member { object, name } if matches!(&**name, "c" | "columns") => *object,
            _ => object,
        };
        let (_, arguments, _) = self.call_of(&Value::External(object))?;
        self.string(arguments.positional.first()).map(TableName::plain)
    }

    pub(super) fn action(&self, value: Option<&Value>) -> ReferentialAction {
        match self.string(value).map(|text| text.to_ascii_uppercase()).as_deref() {
            Some("CASCADE") => ReferentialAction::Cascade,
            Some("RESTRICT") => ReferentialAction::Restrict,
            Some("SET NULL") => ReferentialAction::SetNull,
            Some("SET DEFAULT") => ReferentialAction::SetDefault,
            Some(_) | None => ReferentialAction::NoAction,
        }
    }

    /// `sa.Column(name, type, *constraints, nullable=, ...)`. `name` is the attribute's, where a model declares it.
    pub(super) fn column(
        &mut self,
        arguments: &Arguments,
        span: Span,
        name: Option<&Text>,
        table: &TableName,
    ) -> Run<Option<ColumnSpec>> {
        let own = arguments.positional.first().and_then(|first| self.text(Some(first)));
        let own_is_first = own.is_some();
        let Some(name) = own.or_else(|| self.text(arguments.keyword("name"))).or_else(|| name.cloned())
        else {
            return Ok(None);
        };
        let mut spec = ColumnSpec {
            column: Column {
                name: name.value.to_string(),
                ty: crate::schema::ColumnType::unknown(),
                nullable: true,
                default: None,
                generated: false,
                expression: None,
                sequence: None,
                span: name.span().unwrap_or(span),
            },
            item: None,
            enum_made_elsewhere: false,
            primary_key: self.flag(arguments.keyword("primary_key")),
            unique: self.flag(arguments.keyword("unique")),
            index: self.flag(arguments.keyword("index")),
            foreign_keys: vec![],
            checks: vec![],
            autoincrement: match arguments.keyword("autoincrement") {
                Some(Value::Bool(value)) => Some(*value),
                _ => None,
            },
        };
        let mut not_null = spec.primary_key;
        let mut ty = arguments.keyword("type_").cloned();
        for value in arguments.positional.iter().skip(usize::from(own_is_first)) {
            match self.call_of(value) {
                Some((called, inner, at)) if self.is_column_item(&called) => {
                    not_null |= called == "Identity";
                    self.column_item(&mut spec, &called, &inner, at);
                }
                _ if matches!(value, Value::None) => {}
                _ => ty = ty.or(Some(value.clone())),
            }
        }
        if let Some(ty) = ty {
            self.column_type(&mut spec, &ty)?;
        }
        spec.column.nullable = match arguments.keyword("nullable") {
            Some(Value::Bool(nullable)) => *nullable && !spec.primary_key,
            Some(Value::None) | None => !not_null,
            Some(other) => self.run.truth(other).unwrap_or(true),
        };
        if let Some(default) = arguments.keyword("server_default") {
            spec.column.default = self.default_of(default);
        }
        self.inherit_type(&mut spec, table);
        Ok(Some(spec))
    }

    fn is_column_item(&self, called: &str) -> bool {
        matches!(
            called,
            "ForeignKey"
                | "Identity"
                | "Computed"
                | "CheckConstraint"
                | "Sequence"
                | "FetchedValue"
                | "DefaultClause"
                | "ColumnDefault"
                | "PassiveDefault"
        )
    }

    fn column_item(&mut self, spec: &mut ColumnSpec, called: &str, inner: &Arguments, at: Span) {
        match called {
            "ForeignKey" => {
                if let Some((table, column)) = inner.positional.first().and_then(|target| self.target(target))
                {
                    spec.foreign_keys.push(ForeignKey {
                        name: self.string(inner.keyword("name")),
                        columns: vec![spec.column.name.clone()],
                        referenced_table: table,
                        referenced_columns: column.into_iter().collect(),
                        on_delete: self.action(inner.keyword("ondelete")),
                        on_update: self.action(inner.keyword("onupdate")),
                        span: at,
                    });
                }
            }
            "Identity" => spec.column.default = Some(DefaultValue::AutoIncrement),
            "Computed" => spec.column.generated = true,
            "CheckConstraint" => spec.checks.push(self.check(inner, at)),
            "DefaultClause" | "PassiveDefault" => {
                spec.column.default = inner.positional.first().and_then(|value| self.default_of(value));
            }
            _ => {}
        }
    }

    pub(super) fn column_type(&mut self, spec: &mut ColumnSpec, ty: &Value) -> Run<()> {
        if let Some(read) = read_type(self.run, self.dialect, ty)? {
            spec.column.ty = read.ty;
            spec.item = read.item;
            spec.enum_made_elsewhere = read.made_elsewhere;
            spec.checks.extend(read.check.map(|name| Check::new(name, String::new(), spec.column.span)));
        }
        Ok(())
    }

    /// A column without a type takes it from the column that it references (SQLAlchemy manual, `Column.type_`); that is
    /// done by the host, which has the model. Here the place is kept.
    fn inherit_type(&self, spec: &mut ColumnSpec, table: &TableName) {
        for key in &mut spec.foreign_keys {
            // `ForeignKey("id")` alone means the table itself.
            if key.referenced_table.name.is_empty() {
                key.referenced_table = table.clone();
            }
        }
    }

    /// A server default as SQL.
    pub(super) fn default_of(&self, value: &Value) -> Option<DefaultValue> {
        let expression = |text: &str| Some(DefaultValue::Expression(text.to_owned()));
        if let Some(text) = self.run.interpreter.as_text(value) {
            let quoted = format!("'{}'", text.value.replace('\'', "''"));
            return expression(&quoted);
        }
        match value {
            Value::None | Value::Bool(false) if !matches!(value, Value::Bool(_)) => None,
            Value::Bool(value) => expression(if *value { "true" } else { "false" }),
            Value::Int(number) => expression(&number.to_string()),
            Value::External(_) => {
                let Some((name, arguments, _)) = self.call_of(value) else { return expression("") };
                match (name.as_str(), arguments.positional.first()) {
                    ("text" | "literal_column" | "DefaultClause", Some(inner)) => {
                        match self.string(Some(inner)) {
                            Some(text) => DefaultValue::of_expression(&text),
                            None => expression(""),
                        }
                    }
                    ("true", _) => expression(self.truth_word(true)),
                    ("false", _) => expression(self.truth_word(false)),
                    ("null", _) => None,
                    ("now", _) => expression(if self.dialect == Dialect::Postgres {
                        "now()"
                    } else {
                        "CURRENT_TIMESTAMP"
                    }),
                    ("current_timestamp", _) => expression("CURRENT_TIMESTAMP"),
                    ("FetchedValue" | "Computed", _) => None,
                    ("Identity", _) => Some(DefaultValue::AutoIncrement),
                    ("literal", Some(inner)) => self.default_of(&inner.clone()),
                    (name, _) => expression(&format!("{name}()")),
                }
            }
            _ => expression(""),
        }
    }

    fn truth_word(&self, value: bool) -> &'static str {
        match (self.dialect, value) {
            (Dialect::Postgres, true) => "true",
            (Dialect::Postgres, false) => "false",
            (Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql, true) => "1",
            (Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql, false) => "0",
        }
    }
}

/// `schema.table` or `table`.
pub(super) fn dotted(text: &str) -> TableName {
    match text.rsplit_once('.') {
        Some((schema, name)) => TableName { schema: Some(schema.to_owned()), name: name.to_owned() },
        None => TableName::plain(text),
    }
}

impl AlembicHost {
    /// The place of what stands nowhere.
    pub(super) const NOWHERE: Span =
        Span { file: crate::text::FileId(u32::MAX), range: crate::text::TextRange { start: 0, end: 0 } };
}

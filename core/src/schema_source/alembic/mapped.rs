//! Mapped classes and `Table` objects as tables: what `metadata.create_all` makes of them.
//!
//! Declarative classes of SQLAlchemy (both styles), Flask-SQLAlchemy and SQLModel (manuals: "Declarative Mapping",
//! "Defining Models", "Create Models"). What a class says is run, so that a mixin's `declared_attr` and a computed
//! `__tablename__` are what they are.

use std::rc::Rc;

use crate::code::interpret::{
    Arguments, ClassValueId, External, ExternalId, Run, Runner, Text, TextBuilder, Value,
};
use crate::code::tree::MemberKind;
use crate::schema::{Dialect, ForeignKey, TableName};
use crate::schema_source::alembic::annotation::{Declared, declared_type};
use crate::schema_source::alembic::elements::{ColumnSpec, Element, ElementReader};
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::types::last_part;
use crate::text::{FileId, Span};

/// A table as code describes it.
pub(super) struct MappedTable {
    pub name: TableName,
    pub elements: Vec<Element>,
    pub place: Span,
    /// Whose metadata it belongs to.
    pub owner: String,
}

impl MappedTable {
    /// Whether a column has the type of one that it references.
    pub(super) fn borrows_types(&self) -> bool {
        self.elements.iter().any(|element| match element {
            Element::Column(spec) => spec.column.ty.name.is_empty() && !spec.foreign_keys.is_empty(),
            _ => false,
        })
    }

    /// Takes the columns of another class that is mapped to the same table.
    pub(super) fn add_columns(&mut self, elements: Vec<Element>) {
        for element in elements {
            let Element::Column(new) = &element else { continue };
            let is_new = |known: &Element| match known {
                Element::Column(known) => known.column.name != new.column.name,
                _ => true,
            };
            if self.elements.iter().all(is_new) {
                self.elements.push(element);
            }
        }
    }
}

/// What makes a class a mapped one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Style {
    /// SQLAlchemy's own: `__tablename__` is needed.
    Plain,
    /// Flask-SQLAlchemy: without `__tablename__` the class's name in snake case.
    Flask,
    /// SQLModel: with `table=True` the class's name in lower case.
    SqlModel,
}

/// Reads mapped classes.
pub(super) struct MappedReader<'a, 'r, 'p> {
    pub run: &'a mut Runner<'r, 'p>,
    pub dialect: Dialect,
}

impl MappedReader<'_, '_, '_> {
    /// The tables of a file's own classes and `Table` objects, but for those that reach a limit: operations on a table that is
    /// not known say so.
    pub(super) fn file(&mut self, file: FileId) -> Vec<MappedTable> {
        let mut tables = Vec::new();
        for value in self.run.module_values(file) {
            let table = match value {
                Value::Class(class) => self.class(class),
                Value::External(id) => self.object(id),
                _ => continue,
            };
            tables.extend(table.ok().flatten());
            self.run.interpreter.renew();
        }
        tables
    }

    /// A `Table(name, metadata, *columns)`.
    fn object(&mut self, id: ExternalId) -> Run<Option<MappedTable>> {
        let External::Call { callee, arguments, span } = self.run.interpreter.heap.external(id).clone()
        else {
            return Ok(None);
        };
        if last_part(&self.run.interpreter.path(callee)) != "Table" {
            return Ok(None);
        }
        let owner = self.owner_of_metadata(arguments.get(1, "metadata"))?;
        let mut reader = ElementReader { run: self.run, dialect: self.dialect };
        let Some(name) = reader.string(arguments.get(0, "name")) else { return Ok(None) };
        let schema = reader.string(arguments.keyword("schema"));
        let name = TableName { schema, name };
        let mut elements = Vec::new();
        for value in arguments.positional.iter().skip(2) {
            elements.extend(reader.element(value, &name)?);
        }
        Ok(Some(MappedTable { name, elements, place: span, owner }))
    }

    /// The table of a declarative class; `None` where it has none of its own.
    pub(super) fn class(&mut self, class: ClassValueId) -> Run<Option<MappedTable>> {
        let Some((style, owner)) = self.base(class)? else { return Ok(None) };
        let Some((name, place)) = self.table_name(class, style)? else { return Ok(None) };
        let mut name = TableName::plain(name);
        let mut elements = Vec::new();
        let mut seen: Vec<String> = Vec::new();
        for owner in self.run.lineage(class)?.0 {
            if owner != class && self.has_another_table(owner, &name.name)? {
                continue;
            }
            for member in self.members(owner)? {
                let attribute = member.name.value.to_string();
                if attribute == "__table_args__" {
                    if owner == class || !seen.contains(&attribute) {
                        self.table_arguments(class, &member, &mut name, &mut elements)?;
                    }
                } else if !seen.contains(&attribute)
                    && !attribute.starts_with("__")
                    && let Some(column) = self.column((class, owner), &member, style, &name)?
                {
                    elements.push(Element::Column(Box::new(column)));
                }
                seen.push(attribute);
            }
        }
        let has_columns = elements.iter().any(|element| matches!(element, Element::Column(_)));
        Ok(has_columns.then_some(MappedTable { name, elements, place, owner }))
    }

    /// Which kind of declarative base a class has, and whose metadata its table goes to; `None` where it has none.
    fn base(&mut self, class: ClassValueId) -> Run<Option<(Style, String)>> {
        let (lineage, outside) = self.run.lineage(class)?;
        let mut found = None;
        for base in outside {
            let Value::External(id) = base else { continue };
            let path = self.run.interpreter.path(id);
            let style = match last_part(&path) {
                "SQLModel" => Style::SqlModel,
                "Model" => Style::Flask,
                "DeclarativeBase"
                | "DeclarativeBaseNoMeta"
                | "declarative_base"
                | "Base"
                | "automap_base" => Style::Plain,
                _ => continue,
            };
            found = Some((style, self.key(id), last_part(&path).starts_with("DeclarativeBase")));
        }
        let Some((style, key, by_class)) = found else {
            // A base that is not known maps its classes if they say a table's name.
            let named = self.run.class_attribute(class, "__tablename__")?.is_some();
            return Ok(named.then(|| (Style::Plain, "?".to_owned())));
        };
        // `class Base(DeclarativeBase)`: each such class has a metadata of its own.
        let root = lineage.iter().rev().find(|_| by_class);
        Ok(Some((style, root.map_or(key, |root| format!("{root:?}")))))
    }

    /// What tells an object of a library from another one.
    fn key(&self, id: ExternalId) -> String {
        let heap = &self.run.interpreter.heap;
        match heap.external(id) {
            External::Symbol(path) => path.to_string(),
            External::Member { object, name } => format!("{}.{name}", self.key(*object)),
            External::Call { span, .. } => {
                format!("{}@{}:{}", self.run.interpreter.path(id), span.file.0, span.range.start)
            }
        }
    }

    /// The owner of a metadata: `Base.metadata`, `MetaData()`.
    pub(super) fn owner_of_metadata(&mut self, metadata: Option<&Value>) -> Run<String> {
        let Some(Value::External(id)) = metadata else { return Ok("?".to_owned()) };
        match self.run.interpreter.heap.external(*id).clone() {
            External::Member { object, name } if &*name == "metadata" => Ok(self.key(object)),
            External::Symbol(path) => Ok(path.strip_suffix(".metadata").unwrap_or(&path).to_owned()),
            External::Call { arguments, .. } => match arguments.positional.first() {
                Some(Value::Class(class)) => {
                    Ok(self.base(*class)?.map_or_else(|| format!("{class:?}"), |(_, owner)| owner))
                }
                _ => Ok(self.key(*id)),
            },
            External::Member { .. } => Ok(self.key(*id)),
        }
    }

    /// The name that a class gives its table, and where it stands.
    fn table_name(&mut self, class: ClassValueId, style: Style) -> Run<Option<(String, Span)>> {
        if self.own(class, "__abstract__")?.is_some_and(|value| matches!(value, Value::Bool(true))) {
            return Ok(None);
        }
        let here = self.run.class_place(class);
        let called = self.run.class_name(class).unwrap_or_default();
        let has_table = match style {
            Style::SqlModel => self
                .run
                .class_keyword(class, "table")?
                .is_some_and(|value| matches!(value, Value::Bool(true))),
            Style::Plain | Style::Flask => true,
        };
        let named = match self.run.class_attribute(class, "__tablename__")? {
            Some(value @ (Value::Function(_) | Value::Bound(..))) => {
                Some(self.run.call(&value, &Rc::new(Arguments::of(vec![Value::Class(class)])), here)?)
            }
            other => other,
        };
        if !has_table {
            return Ok(None);
        }
        if let Some(text) = named.and_then(|value| self.run.interpreter.as_text(&value)) {
            return Ok((!text.has_holes()).then(|| (text.value.to_string(), text.span().unwrap_or(here))));
        }
        Ok(match style {
            Style::Plain => None,
            Style::Flask => Some((snake_case(&called), here)),
            Style::SqlModel => Some((called.to_lowercase(), here)),
        })
    }

    /// Whether an ancestor has a table of another name: joined inheritance, whose columns stay there.
    fn has_another_table(&mut self, ancestor: ClassValueId, table: &str) -> Run<bool> {
        let own = self.own(ancestor, "__tablename__")?.and_then(|value| self.run.interpreter.as_text(&value));
        Ok(own.is_some_and(|own| &*own.value != table))
    }

    /// What a class's own body binds to a name.
    fn own(&mut self, class: ClassValueId, name: &str) -> Run<Option<Value>> {
        let frame = self.run.class_frame(class)?;
        Ok(self.run.interpreter.heap.frame(frame).names.get(name).cloned())
    }

    /// The members of a class's own body, in order.
    fn members(&mut self, class: ClassValueId) -> Run<Vec<Member>> {
        let frame = self.run.class_frame(class)?;
        let mut found = Vec::new();
        for (name, span, kind) in self.run.class_members(class) {
            let mut text = TextBuilder::default();
            text.push_at(&name, span);
            let value = self.run.interpreter.heap.frame(frame).names.get(name.as_str()).cloned();
            let declared = match kind {
                MemberKind::Field { annotation: Some(ty), .. } => Some(declared_type(self.run, class, ty)?),
                MemberKind::Field { annotation: None, .. } | MemberKind::Method(_) => None,
            };
            found.push(Member { name: text.build(), value, declared });
        }
        Ok(found)
    }

    /// `@declared_attr`: a function of the class gives the value.
    fn given(&mut self, class: ClassValueId, member: &Member) -> Run<Option<Value>> {
        match &member.value {
            Some(value @ Value::Function(id)) => {
                let decorators = self.run.interpreter.heap.decorators(*id);
                if !decorators.iter().any(|name| name.contains("declared_attr")) {
                    return Ok(None);
                }
                let span = member.name.span().unwrap_or(AlembicHost::NOWHERE);
                self.run.call(value, &Rc::new(Arguments::of(vec![Value::Class(class)])), span).map(Some)
            }
            other => Ok(other.clone()),
        }
    }

    fn table_arguments(
        &mut self,
        class: ClassValueId,
        member: &Member,
        table: &mut TableName,
        elements: &mut Vec<Element>,
    ) -> Run<()> {
        let Some(value) = self.given(class, member)? else { return Ok(()) };
        let items = self.run.interpreter.items(&value).map(<[Value]>::to_vec).unwrap_or_else(|| vec![value]);
        let mut reader = ElementReader { run: self.run, dialect: self.dialect };
        for item in &items {
            if let Value::Dict(_) = item {
                let schema = reader.run.interpreter.entry(item, "schema").cloned();
                table.schema = schema.and_then(|schema| reader.string(Some(&schema))).or(table.schema.take());
            } else {
                elements.extend(reader.element(item, table)?);
            }
        }
        Ok(())
    }

    /// The column that an attribute is; `None` where it is none.
    fn column(
        &mut self,
        (class, owner): (ClassValueId, ClassValueId),
        member: &Member,
        style: Style,
        table: &TableName,
    ) -> Run<Option<ColumnSpec>> {
        let given = self.given(class, member)?;
        let declared = member.declared.clone().unwrap_or_default();
        let reader = ElementReader { run: self.run, dialect: self.dialect };
        let mut call = given.as_ref().and_then(|value| reader.call_of(value));
        for _ in 0..4 {
            match &call {
                Some((name, arguments, _)) if matches!(name.as_str(), "deferred" | "column_property") => {
                    call = arguments.positional.first().and_then(|inner| reader.call_of(inner));
                }
                Some(_) | None => break,
            }
        }
        match call {
            Some((name, arguments, at)) if matches!(name.as_str(), "Column" | "mapped_column") => {
                self.typed((class, owner), (member, &declared), &arguments, at, table)
            }
            Some((name, arguments, at)) if name == "Field" && style == Style::SqlModel => {
                self.field((class, owner), (member, &declared), &arguments, at, table)
            }
            None if declared.mapped || style == Style::SqlModel && member.declared.is_some() => {
                if declared.list || matches!(member.value, Some(Value::Function(_) | Value::Class(_))) {
                    return Ok(None);
                }
                let at = member.name.span().unwrap_or(AlembicHost::NOWHERE);
                let column =
                    self.typed((class, owner), (member, &declared), &Arguments::default(), at, table)?;
                // `Mapped["Other"]` without a type that is known is a relationship.
                Ok(column.filter(|column| !column.column.ty.name.is_empty()))
            }
            Some(_) | None => Ok(None),
        }
    }

    /// `Column(...)` or `mapped_column(...)`, with what the annotation says of type and nullability.
    fn typed(
        &mut self,
        (class, owner): (ClassValueId, ClassValueId),
        (member, declared): (&Member, &Declared),
        arguments: &Arguments,
        at: Span,
        table: &TableName,
    ) -> Run<Option<ColumnSpec>> {
        let mut reader = ElementReader { run: self.run, dialect: self.dialect };
        let Some(mut spec) = reader.column(arguments, at, Some(&member.name), table)? else {
            return Ok(None);
        };
        if spec.column.ty.name.is_empty()
            && spec.foreign_keys.is_empty()
            && let Some(ty) = self.type_of((class, owner), declared)?
        {
            ElementReader { run: self.run, dialect: self.dialect }.column_type(&mut spec, &ty)?;
        }
        let told = matches!(arguments.keyword("nullable"), Some(Value::Bool(_)));
        if member.declared.is_some() && declared.known && !told && !spec.primary_key {
            spec.column.nullable = declared.nullable;
        }
        Ok(Some(spec))
    }

    /// SQLModel's `Field(...)`.
    fn field(
        &mut self,
        classes: (ClassValueId, ClassValueId),
        (member, declared): (&Member, &Declared),
        arguments: &Arguments,
        at: Span,
        table: &TableName,
    ) -> Run<Option<ColumnSpec>> {
        let given =
            |name: &str| arguments.keyword(name).filter(|value| !matches!(value, Value::None)).cloned();
        if let Some(column) = given("sa_column") {
            let mut reader = ElementReader { run: self.run, dialect: self.dialect };
            let Some((_, inner, at)) = reader.call_of(&column) else { return Ok(None) };
            return reader.column(&inner, at, Some(&member.name), table);
        }
        if declared.list && given("sa_type").is_none() {
            return Ok(None);
        }
        // The first argument is the default of the field and no name of a column.
        let mut keywords = arguments.keywords.clone();
        keywords.extend(given("sa_type").map(|ty| (Rc::from("type_"), ty)));
        if let Some(more) = given("sa_column_kwargs") {
            for key in ["server_default", "nullable", "unique", "index"] {
                keywords.extend(
                    self.run.interpreter.entry(&more, key).map(|value| (Rc::from(key), value.clone())),
                );
            }
        }
        keywords.retain(|(key, _)| &**key != "name");
        let positional = given("sa_column_args")
            .and_then(|items| self.run.interpreter.items(&items).map(<[Value]>::to_vec));
        let plain = Arguments { positional: positional.unwrap_or_default(), keywords, incomplete: false };
        let Some(mut spec) = self.typed(classes, (member, declared), &plain, at, table)? else {
            return Ok(None);
        };
        let reader = ElementReader { run: self.run, dialect: self.dialect };
        if let Some(target) = given("foreign_key").and_then(|target| reader.string(Some(&target)))
            && let Some((other, column)) = target.rsplit_once('.')
        {
            spec.foreign_keys.push(ForeignKey {
                name: None,
                columns: vec![spec.column.name.clone()],
                referenced_table: crate::schema_source::alembic::elements::dotted(other),
                referenced_columns: vec![column.to_owned()],
                on_delete: reader.action(given("ondelete").as_ref()),
                on_update: reader.action(None),
                span: at,
            });
        }
        if let (Some(Value::Int(length)), "varchar") = (given("max_length"), spec.column.ty.name.as_str()) {
            spec.column.ty = crate::schema::ColumnType::parse(self.dialect, &format!("VARCHAR({length})"));
        }
        Ok(Some(spec))
    }

    /// The type that an annotation stands for: by the base's `type_annotation_map`, else SQLAlchemy's own table ("Mapped
    /// Column: type_annotation_map").
    fn type_of(
        &mut self,
        (class, _): (ClassValueId, ClassValueId),
        declared: &Declared,
    ) -> Run<Option<Value>> {
        let Some(ty) = &declared.value else { return Ok(None) };
        if let Some(map @ Value::Dict(id)) = self.run.class_attribute(class, "type_annotation_map")? {
            let entries = self.run.interpreter.heap.dict(id).clone();
            let entry = entries
                .iter()
                .find(|(key, _)| self.run.equal(key, ty) == Some(true) || self.same_symbol(key, ty));
            if let Some((_, found)) = entry {
                return Ok(Some(found.clone()));
            }
            let _ = map;
        }
        let path = match ty {
            Value::Builtin(name) => name.to_string(),
            Value::External(id) => self.run.interpreter.path(*id),
            Value::Class(class) => {
                if !self.run.is_enum(*class)? {
                    return Ok(None);
                }
                let callee =
                    self.run.interpreter.heap.push_external(External::Symbol(Rc::from("sqlalchemy.Enum")));
                let arguments = Rc::new(Arguments::of(vec![ty.clone()]));
                let call = External::Call { callee, arguments, span: AlembicHost::NOWHERE };
                return Ok(Some(Value::External(self.run.interpreter.heap.push_external(call))));
            }
            _ => return Ok(None),
        };
        let name = match path.as_str() {
            "int" => "Integer",
            "str" | "pydantic.EmailStr" | "pydantic.AnyUrl" | "pydantic.HttpUrl" => "String",
            "bool" => "Boolean",
            "float" => "Float",
            "bytes" => "LargeBinary",
            "datetime.datetime" => "DateTime",
            "datetime.date" => "Date",
            "datetime.time" => "Time",
            "datetime.timedelta" => "Interval",
            "decimal.Decimal" => "Numeric",
            "uuid.UUID" => "Uuid",
            _ => return Ok(None),
        };
        Ok(Some(self.run.interpreter.symbol(&format!("sqlalchemy.{name}"))))
    }

    fn same_symbol(&self, left: &Value, right: &Value) -> bool {
        match (left, right) {
            (Value::Builtin(left), Value::Builtin(right)) => left == right,
            (Value::External(left), Value::External(right)) => {
                self.run.interpreter.path(*left) == self.run.interpreter.path(*right)
            }
            _ => false,
        }
    }
}

/// A member of a class: its name at its place, its value, its annotation.
struct Member {
    name: Text,
    value: Option<Value>,
    declared: Option<Declared>,
}

/// `UserProfile` -> `user_profile` (Flask-SQLAlchemy manual, "Defining Models").
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let before = index.checked_sub(1).and_then(|before| letters.get(before));
        let after_lower = before.is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let before_lower = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && before.is_some() && (after_lower || before_lower) {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

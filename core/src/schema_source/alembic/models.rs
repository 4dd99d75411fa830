//! Enum types, tables and models that a migration creates or drops as objects: `status.create(bind)`,
//! `Model.__table__.create(bind)`, `Base.metadata.create_all(bind)`.

use crate::code::interpret::{
    Arguments, ClassValueId, External, ExternalId, Interpreter, Run, Runner, Value,
};
use crate::migration::OperationKind;
use crate::schema::{Dialect, TableName};
use crate::schema_source::alembic::elements::{Element, ElementReader};
use crate::schema_source::alembic::host::{AlembicHost, MODEL_TABLE};
use crate::schema_source::alembic::mapped::MappedReader;
use crate::schema_source::alembic::types::{last_part, read_type};
use crate::text::Span;

impl AlembicHost {
    /// `object.create(...)` and its kin; `None` where the object is none that has them.
    ///
    /// # Errors
    /// What the database would raise, where the program would catch it.
    pub(super) fn create_or_drop(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        method: &str,
        given: &Arguments,
        span: Span,
    ) -> Run<Option<Value>> {
        if method.ends_with("_all") {
            return self.all_tables(interpreter, object, method, given, span);
        }
        let External::Call { callee, arguments, span: made } = interpreter.heap.external(object).clone()
        else {
            return Ok(None);
        };
        let path = interpreter.path(callee);
        let drop = method.starts_with("drop");
        let class = match arguments.positional.first() {
            Some(Value::Class(class)) => Some(*class),
            _ => None,
        };
        match (path.as_str(), last_part(&path), class) {
            (MODEL_TABLE, _, Some(class)) => self.model_table(interpreter, class, drop, span)?,
            (_, "Enum" | "ENUM", _) => self.enum_type(interpreter, object, drop, span)?,
            (_, "Table", _) => self.core_table(interpreter, &arguments, drop, (made, span))?,
            _ => return Ok(None),
        }
        Ok(Some(Value::None))
    }

    /// `metadata.create_all(bind, tables=...)`: the tables that are named, else all that the migration's own file has of
    /// this metadata.
    fn all_tables(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        metadata: ExternalId,
        method: &str,
        given: &Arguments,
        span: Span,
    ) -> Run<Option<Value>> {
        let path = interpreter.path(metadata);
        if !(path.ends_with("metadata")
            || path.ends_with("MetaData()")
            || path.ends_with(MODEL_METADATA_CALL))
        {
            return Ok(None);
        }
        let named = given.get(1, "tables").filter(|value| !matches!(value, Value::None));
        let tables = match named {
            Some(tables) => interpreter.items(tables).map(<[Value]>::to_vec),
            None => Some(self.tables_of_metadata(interpreter, metadata)?),
        };
        let tables = tables.unwrap_or_default();
        if tables.is_empty() {
            let reason = format!("the tables that `{method}` works on are not in the migration's own file");
            self.emit_opaque(interpreter, reason, vec![], span)?;
        }
        let one = if method.starts_with("drop") { "drop" } else { "create" };
        for table in tables {
            let Value::External(table) = table else { continue };
            self.create_or_drop(interpreter, table, one, &Arguments::default(), span)?;
        }
        Ok(Some(Value::None))
    }

    /// Models and `Table(...)`s of the revision's file that belong to a metadata.
    fn tables_of_metadata(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        metadata: ExternalId,
    ) -> Run<Vec<Value>> {
        let base = metadata_owner(interpreter, metadata);
        let file = self.here.file;
        let mut run = Runner { interpreter, host: self };
        let mut tables = Vec::new();
        for class in run.module_classes(file)? {
            let (lineage, outside) = run.lineage(class)?;
            let derives = match &base {
                Owner::Class(base) => lineage.contains(base),
                Owner::External(base) => {
                    outside.iter().any(|other| run.equal(other, &Value::External(*base)) == Some(true))
                }
            };
            if derives && run.class_attribute(class, "__tablename__")?.is_some() {
                tables.push(run.member(&Value::Class(class), "__table__")?);
            }
        }
        for value in run.module_values(file) {
            if let Value::External(id) = &value
                && let External::Call { callee, arguments, .. } = run.interpreter.heap.external(*id)
                && last_part(&run.interpreter.path(*callee)) == "Table"
                && let Some(Value::External(of)) = arguments.get(1, "metadata")
                && (*of == metadata || run.interpreter.path(*of) == run.interpreter.path(metadata))
            {
                tables.push(value);
            }
        }
        Ok(tables)
    }

    /// A `sa.Table(name, metadata, *columns)`.
    fn core_table(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        arguments: &Arguments,
        drop: bool,
        places: (Span, Span),
    ) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let name = reader.string(arguments.get(0, "name"));
        let schema = reader.string(arguments.keyword("schema"));
        let Some(name) = name.map(|name| TableName { schema, name }) else {
            return self.emit_opaque(
                interpreter,
                "the table's name is not known before it runs",
                vec![],
                places.1,
            );
        };
        let mut elements = Vec::new();
        for value in arguments.positional.iter().skip(2) {
            elements.extend(reader.element(value, &name)?);
        }
        self.made_or_dropped(interpreter, name, elements, places, drop)
    }

    fn enum_type(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        drop: bool,
        span: Span,
    ) -> Run<()> {
        let dialect = self.schema.dialect;
        if dialect != Dialect::Postgres {
            return self.emit(interpreter, OperationKind::Irrelevant, span);
        }
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let spec = read_type(&mut run, dialect, &Value::External(object))?;
        let Some(item) = spec.and_then(|spec| spec.item) else {
            return self.emit_opaque(interpreter, "the enum is not known before it runs", vec![], span);
        };
        let there = self.schema.enum_type(&item.name).is_some();
        let kind = match (drop, there) {
            // `checkfirst=True` is the default of `create` and `drop`.
            (true, true) => OperationKind::DropEnum { name: item.name, cascade: false },
            (false, false) => OperationKind::CreateEnum { item, if_not_exists: true },
            (true, false) | (false, true) => OperationKind::Irrelevant,
        };
        self.emit(interpreter, kind, span)
    }

    fn made_or_dropped(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: TableName,
        elements: Vec<Element>,
        (made, span): (Span, Span),
        drop: bool,
    ) -> Run<()> {
        let there = self.schema.table(&name).is_some();
        match (drop, there) {
            (true, true) => {
                let kind = OperationKind::DropTable {
                    table: name,
                    if_exists: true,
                    cascade: false,
                    others: Vec::new(),
                };
                self.emit(interpreter, kind, span)
            }
            (false, false) => self.make_table(interpreter, name, elements, made, (span, true)),
            // `checkfirst=True`: what is there stays, what is not there is not dropped.
            (true, false) | (false, true) => self.emit(interpreter, OperationKind::Irrelevant, span),
        }
    }

    /// The table that a declarative class describes.
    fn model_table(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        class: ClassValueId,
        drop: bool,
        span: Span,
    ) -> Run<()> {
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let Some(table) = MappedReader { run: &mut run, dialect }.class(class)? else {
            return self.emit_opaque(
                interpreter,
                "the model's table is not known before it runs",
                vec![],
                span,
            );
        };
        self.made_or_dropped(interpreter, table.name, table.elements, (table.place, span), drop)
    }
}

/// Whose metadata it is: a base class of the project, or one that a library made (`declarative_base()`).
enum Owner {
    Class(ClassValueId),
    External(ExternalId),
}

fn metadata_owner(interpreter: &Interpreter<'_>, metadata: ExternalId) -> Owner {
    match interpreter.heap.external(metadata) {
        External::Member { object, .. } => Owner::External(*object),
        External::Call { arguments, .. } => match arguments.positional.first() {
            Some(Value::Class(class)) => Owner::Class(*class),
            _ => Owner::External(metadata),
        },
        External::Symbol(_) => Owner::External(metadata),
    }
}

/// How the path of a model's metadata ends.
const MODEL_METADATA_CALL: &str = "model_metadata()";

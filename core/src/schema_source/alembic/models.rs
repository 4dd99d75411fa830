//! Enum types, tables and models that a migration creates or drops as objects: `status.create(bind)`,
//! `Model.__table__.create(bind)`, `Base.metadata.create_all(bind)`.

use crate::code::interpret::{
    ClassValueId, External, ExternalId, Interpreter, Run, Runner, Text, TextBuilder, Value,
};
use crate::migration::OperationKind;
use crate::schema::{Dialect, TableName};
use crate::schema_source::alembic::elements::{Element, ElementReader};
use crate::schema_source::alembic::host::{AlembicHost, MODEL_METADATA, MODEL_TABLE};
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
        span: Span,
    ) -> Run<Option<Value>> {
        let External::Call { callee, arguments, span: made } = interpreter.heap.external(object).clone()
        else {
            return self.unknown_metadata(interpreter, object, method, span);
        };
        let path = interpreter.path(callee);
        let drop = method.starts_with("drop");
        let class = match arguments.positional.first() {
            Some(Value::Class(class)) => Some(*class),
            _ => None,
        };
        match (path.as_str(), last_part(&path), class) {
            (MODEL_TABLE, _, Some(class)) => self.model_table(interpreter, class, drop, span)?,
            (MODEL_METADATA, _, Some(class)) => self.model_metadata(interpreter, class, drop, span)?,
            (_, "Enum" | "ENUM", _) => self.enum_type(interpreter, object, drop, span)?,
            (_, "Table", _) => {
                let dialect = self.schema.dialect;
                let mut run = Runner { interpreter: &mut *interpreter, host: self };
                let mut reader = ElementReader { run: &mut run, dialect };
                let name = reader.string(arguments.get(0, "name"));
                let schema = reader.string(arguments.keyword("schema"));
                let Some(name) = name.map(|name| TableName { schema, name }) else { return Ok(None) };
                let mut elements = Vec::new();
                for value in arguments.positional.iter().skip(2) {
                    elements.extend(reader.element(value, &name)?);
                }
                self.made_or_dropped(interpreter, name, elements, (made, span), drop)?;
            }
            (_, "MetaData", _) => {
                let reason = format!("the tables of the metadata that `{method}` works on are not followed");
                self.emit_opaque(interpreter, reason, vec![], span)?;
            }
            _ => return Ok(None),
        }
        Ok(Some(Value::None))
    }

    fn unknown_metadata(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        method: &str,
        span: Span,
    ) -> Run<Option<Value>> {
        let path = interpreter.path(object);
        if !method.ends_with("_all") || !path.ends_with("metadata") {
            return Ok(None);
        }
        let reason = format!("the tables that `{path}.{method}` works on are not in the project");
        self.emit_opaque(interpreter, reason, vec![], span)?;
        Ok(Some(Value::None))
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
            (true, true) => OperationKind::DropEnum { name: item.name },
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
                let kind = OperationKind::DropTable { table: name, if_exists: true, cascade: false };
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
        let name = run.class_attribute(class, "__tablename__")?;
        let Some(name) = name.and_then(|name| run.interpreter.as_text(&name)) else {
            return self.emit_opaque(
                interpreter,
                "the model's table is not known before it runs",
                vec![],
                span,
            );
        };
        let place = name.span().unwrap_or(span);
        let name = TableName::plain(&*name.value);
        let mut elements = Vec::new();
        let lineage = run.lineage(class)?.0;
        for class in lineage {
            for (attribute, value) in own_attributes(&mut run, class)? {
                let mut reader = ElementReader { run: &mut run, dialect };
                if &*attribute.value == "__table_args__" {
                    for item in
                        reader.run.interpreter.items(&value).map(<[Value]>::to_vec).unwrap_or_default()
                    {
                        elements.extend(reader.element(&item, &name)?);
                    }
                    continue;
                }
                let Some((called, arguments, at)) = reader.call_of(&value) else { continue };
                if matches!(called.as_str(), "Column" | "mapped_column") {
                    let column = reader.column(&arguments, at, Some(&attribute), &name)?;
                    elements.extend(column.map(|column| Element::Column(Box::new(column))));
                }
            }
        }
        self.made_or_dropped(interpreter, name, elements, (place, span), drop)
    }

    /// All tables of a base's metadata: those of the classes of the base's own module that derive from it.
    fn model_metadata(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        base: ClassValueId,
        drop: bool,
        span: Span,
    ) -> Run<()> {
        let file = interpreter.heap.class_module(base);
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let classes = run.module_classes(file)?;
        let mut tables = Vec::new();
        for class in classes {
            let derives = run.lineage(class)?.0.contains(&base);
            if derives && run.class_attribute(class, "__tablename__")?.is_some() {
                tables.push(class);
            }
        }
        for class in tables {
            self.model_table(interpreter, class, drop, span)?;
        }
        Ok(())
    }
}

/// The names that a class's own body binds, in the order in which they stand.
fn own_attributes(run: &mut Runner<'_, '_>, class: ClassValueId) -> Run<Vec<(Text, Value)>> {
    let frame = run.class_frame(class)?;
    let heap = &run.interpreter.heap;
    let mut found = Vec::new();
    for (name, span) in heap.class_members(class) {
        if let Some(value) = heap.frame(frame).names.get(name.as_str()) {
            let mut text = TextBuilder::default();
            text.push_at(&name, span);
            found.push((text.build(), value.clone()));
        }
    }
    Ok(found)
}

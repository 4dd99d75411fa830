//! `batch_alter_table`: what is called in it happens when its `with` is left, and SQLite may make the table anew for it
//! (Alembic manual, "Running Batch Migrations for SQLite and Other Databases").

use std::rc::Rc;

use crate::code::interpret::{Arguments, External, ExternalId, Interpreter, Run, Runner, Value};
use crate::migration::{ColumnAlteration, Constraint, OperationKind};
use crate::schema::{Dialect, Index, TableName};
use crate::schema_source::alembic::elements::{Element, ElementReader};
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::operations::Target;
use crate::text::Span;

/// What the table that is made anew is called until the one before it is dropped.
const TEMPORARY: &str = "_alembic_tmp_";

/// A batch whose `with` is open, and what was called in it.
pub(super) struct OpenBatch {
    object: ExternalId,
    calls: Vec<BatchCall>,
}

/// One call of a batch.
struct BatchCall {
    name: String,
    arguments: Rc<Arguments>,
    span: Span,
}

impl AlembicHost {
    /// A `with` on a batch is entered.
    pub(super) fn enter_batch(&mut self, interpreter: &Interpreter<'_>, object: ExternalId) {
        if Self::call_named(interpreter, object, "batch_alter_table").is_some() {
            self.batches.push(OpenBatch { object, calls: Vec::new() });
        }
    }

    /// Runs a member of a batch, or keeps it for the batch's end where its `with` is open.
    pub(super) fn call_batch(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        batch: &Rc<Arguments>,
        call: (&str, &Rc<Arguments>, Span),
    ) -> Run<Option<Value>> {
        let (name, arguments, span) = call;
        match name {
            "get_bind" | "get_context" => {
                let path = format!("alembic.op.{name}");
                let callee = interpreter.heap.push_external(External::Symbol(Rc::from(path)));
                let call = External::Call { callee, arguments: Rc::default(), span };
                return Ok(Some(Value::External(interpreter.heap.push_external(call))));
            }
            "f" | "inline_literal" | "execute" | "invoke" | "run_async" => {
                return self.call_global(interpreter, name, arguments, span);
            }
            _ => {}
        }
        if let Some(open) = self.batches.iter_mut().rev().find(|open| open.object == object) {
            open.calls.push(BatchCall { name: name.to_owned(), arguments: arguments.clone(), span });
            return Ok(Some(Value::None));
        }
        let target = self.batch_target(interpreter, batch);
        self.call_operation(interpreter, name, target, arguments, span).map(Some)
    }

    fn batch_target(&mut self, interpreter: &mut Interpreter<'_>, batch: &Arguments) -> Target {
        let dialect = self.schema.dialect;
        Target::batch(&ElementReader { run: &mut Runner { interpreter, host: self }, dialect }, batch)
    }

    /// The `with` of a batch is left: what was called in it happens.
    pub(super) fn leave_batch(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        object: ExternalId,
        fails: bool,
    ) -> Run<()> {
        let Some(at) = self.batches.iter().rposition(|open| open.object == object) else { return Ok(()) };
        let batch = self.batches.remove(at);
        let Some(given) = Self::call_named(interpreter, object, "batch_alter_table").cloned() else {
            return Ok(());
        };
        if fails {
            return Ok(());
        }
        let target = self.batch_target(interpreter, &given);
        let table = match &target {
            Target::Batch { table: Some(table), .. } if self.rebuilds(interpreter, &given, &batch.calls) => {
                Some(table.clone())
            }
            _ => None,
        };
        let Some(table) = table else { return self.run_calls(interpreter, &target, batch.calls) };
        let span = batch.calls.first().map_or(self.here, |call| call.span);
        self.copy_given(interpreter, &given, &table, span)?;
        self.lose_expressions(interpreter, &table, span)?;
        self.override_columns(interpreter, &given, &table, span)?;
        let order = self.order_after(interpreter, &given, &table, &batch.calls);
        self.run_calls(interpreter, &target, batch.calls)?;
        self.add_given(interpreter, &given, &table, span)?;
        self.settle(interpreter, &table, &order, span)
    }

    fn run_calls(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        target: &Target,
        calls: Vec<BatchCall>,
    ) -> Run<()> {
        for call in calls {
            self.call_operation(interpreter, &call.name, target.clone(), &call.arguments, call.span)?;
        }
        Ok(())
    }

    /// Whether the table is made anew: on SQLite where `ALTER TABLE` does not do, elsewhere where the program says so.
    fn rebuilds(&self, interpreter: &Interpreter<'_>, given: &Arguments, calls: &[BatchCall]) -> bool {
        let recreate = given.get(2, "recreate").and_then(|value| interpreter.as_text(value));
        match recreate.as_ref().map(|text| &*text.value) {
            Some("always") => return true,
            Some("never") => return false,
            _ => {}
        }
        let needs = |call: &BatchCall| match call.name.as_str() {
            "create_index" | "drop_index" => false,
            "add_column" => {
                call.arguments.get(0, "column").is_some_and(|column| computes(interpreter, column))
            }
            _ => true,
        };
        self.schema.dialect == Dialect::Sqlite && calls.iter().any(needs)
    }

    /// `copy_from=Table(...)`: the new table is as this one says, whatever there was.
    fn copy_given(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        table: &TableName,
        span: Span,
    ) -> Run<()> {
        let Some(copy) = given.get(4, "copy_from").filter(|value| !matches!(value, Value::None)) else {
            return Ok(());
        };
        let dialect = self.schema.dialect;
        let temporary = TableName { name: format!("{TEMPORARY}{}", table.name), ..table.clone() };
        let mut run = Runner { interpreter: &mut *interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let Some((_, arguments, _)) = reader.call_of(copy) else { return Ok(()) };
        let (mut elements, mut indexes) = (Vec::new(), Vec::new());
        for value in arguments.positional.iter().skip(2) {
            match reader.element(value, table)? {
                Some(Element::Index(index)) => indexes.push(index),
                element => elements.extend(element),
            }
        }
        self.make_table(interpreter, temporary.clone(), elements, span, (span, false))?;
        let drop = OperationKind::DropTable {
            table: table.clone(),
            if_exists: false,
            cascade: false,
            others: Vec::new(),
        };
        self.emit(interpreter, drop, span)?;
        let rename = OperationKind::RenameTable { table: temporary, to: table.clone(), if_exists: false };
        self.emit(interpreter, rename, span)?;
        for index in indexes {
            self.add_constraint(interpreter, table, Constraint::Index(index), span)?;
        }
        Ok(())
    }

    /// SQLAlchemy does not see SQLite's indexes over expressions, nor the order of the others: the table that is made anew is
    /// without them.
    fn lose_expressions(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        table: &TableName,
        span: Span,
    ) -> Run<()> {
        if self.schema.dialect != Dialect::Sqlite {
            return Ok(());
        }
        let indexes = self.schema.table(table).map(|table| table.indexes.clone()).unwrap_or_default();
        let is_seen = |index: &Index| !index.columns.contains(&None) && index.options.is_empty();
        for index in indexes.into_iter().filter(|index| !is_seen(index)) {
            let Some(name) = index.name.clone() else { continue };
            let kind = OperationKind::DropIndex {
                table: Some(table.clone()),
                index: TableName { schema: table.schema.clone(), name },
                if_exists: true,
            };
            self.emit(interpreter, kind, span)?;
            if !index.columns.contains(&None) {
                let constraint = Constraint::Index(Index { options: Vec::new(), ..index });
                let table = table.clone();
                let kind = OperationKind::AddConstraint { table, constraint, if_not_exists: false };
                self.emit(interpreter, kind, span)?;
            }
        }
        Ok(())
    }

    /// `reflect_args=[Column(...)]`: such a column is as this says, whatever the database has.
    fn override_columns(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        table: &TableName,
        span: Span,
    ) -> Run<()> {
        for element in self.elements_of(interpreter, given.get(6, "reflect_args"), table)? {
            let Element::Column(spec) = element else { continue };
            let column = spec.column;
            if self.schema.table(table).is_none_or(|known| known.column(&column.name).is_none()) {
                continue;
            }
            let alteration = ColumnAlteration {
                ty: Some(column.ty).filter(|ty| !ty.name.is_empty()),
                nullable: Some(column.nullable),
                default: Some(column.default),
                ..ColumnAlteration::default()
            };
            let kind = OperationKind::AlterColumn { table: table.clone(), column: column.name, alteration };
            self.emit(interpreter, kind, span)?;
        }
        Ok(())
    }

    /// `table_args=(UniqueConstraint(...),)`: the new table has these, too.
    fn add_given(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        table: &TableName,
        span: Span,
    ) -> Run<()> {
        for element in self.elements_of(interpreter, given.get(5, "table_args"), table)? {
            let constraint = match element {
                Element::PrimaryKey(key) => Constraint::PrimaryKey(key),
                Element::Unique(unique) => Constraint::Unique(unique),
                Element::ForeignKey(key) => Constraint::ForeignKey(key),
                Element::Check(check) => Constraint::Check(check),
                Element::Index(index) => Constraint::Index(index),
                Element::Column(_) | Element::Nothing => continue,
            };
            self.add_constraint(interpreter, table, constraint, span)?;
        }
        Ok(())
    }

    fn add_constraint(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        table: &TableName,
        constraint: Constraint,
        span: Span,
    ) -> Run<()> {
        let kind = OperationKind::AddConstraint { table: table.clone(), constraint, if_not_exists: false };
        self.emit(interpreter, kind, span)
    }

    fn elements_of(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: Option<&Value>,
        table: &TableName,
    ) -> Run<Vec<Element>> {
        let items = given.and_then(|given| interpreter.items(given)).unwrap_or_default().to_vec();
        let dialect = self.schema.dialect;
        let mut run = Runner { interpreter, host: self };
        let mut reader = ElementReader { run: &mut run, dialect };
        let mut elements = Vec::new();
        for item in items {
            elements.extend(reader.element(&item, table)?);
        }
        Ok(elements)
    }

    /// The order of the columns that the new table has.
    fn order_after(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        table: &TableName,
        calls: &[BatchCall],
    ) -> Vec<String> {
        let dialect = self.schema.dialect;
        let known =
            self.schema.table(table).map(|table| table.columns.iter().map(|column| column.name.clone()));
        let mut order = ColumnOrder::new(known.into_iter().flatten().collect());
        let mut run = Runner { interpreter, host: self };
        let reader = ElementReader { run: &mut run, dialect };
        let groups =
            given.get(3, "partial_reordering").and_then(|groups| reader.run.interpreter.items(groups));
        order.groups =
            groups.unwrap_or_default().iter().filter_map(|group| reader.names(Some(group))).collect();
        for call in calls {
            let arguments = &call.arguments;
            let name = reader.string(arguments.get(0, "column_name"));
            match (call.name.as_str(), name) {
                ("add_column", _) => {
                    let before = reader.string(arguments.keyword("insert_before"));
                    let after = reader.string(arguments.keyword("insert_after"));
                    if let Some(name) = reader.string(arguments.get(0, "column")) {
                        order.add(name, before, after);
                    }
                }
                ("drop_column", Some(name)) => order.drop(&name),
                ("alter_column", Some(name)) => {
                    let to = arguments.keyword("new_column_name").or_else(|| arguments.keyword("name"));
                    if let Some(to) = reader.string(to) {
                        order.names.push((name, to));
                    }
                }
                _ => {}
            }
        }
        order.settle()
    }

    /// Moves the columns of a table into this order.
    fn settle(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        table: &TableName,
        order: &[String],
        span: Span,
    ) -> Run<()> {
        for (at, column) in order.iter().enumerate() {
            let now = self.schema.table(table).and_then(|table| table.columns.get(at));
            if now.is_none_or(|now| now.name == *column) {
                continue;
            }
            let after = at.checked_sub(1).and_then(|before| order.get(before)).cloned();
            let kind = OperationKind::MoveColumn { table: table.clone(), column: column.clone(), after };
            self.emit(interpreter, kind, span)?;
        }
        Ok(())
    }
}

/// Whether SQLite cannot add a column to a table: its default is computed, or it is computed and stored itself.
fn computes(interpreter: &Interpreter<'_>, column: &Value) -> bool {
    let Value::External(id) = column else { return false };
    let External::Call { arguments, .. } = interpreter.heap.external(*id) else { return false };
    let stored = |value: &Value| {
        let Value::External(id) = value else { return false };
        let External::Call { callee, arguments, .. } = interpreter.heap.external(*id) else { return false };
        interpreter.path(*callee).ends_with("Computed")
            && matches!(arguments.keyword("persisted"), Some(Value::Bool(true)))
    };
    matches!(arguments.keyword("server_default"), Some(Value::External(_)))
        || arguments.positional.iter().any(stored)
}

/// The order of columns in a table that is made anew. Columns go by the names that they had before the batch.
struct ColumnOrder {
    /// The columns that were there before and are still there.
    existing: Vec<String>,
    /// All columns, new ones last.
    columns: Vec<String>,
    /// Which column comes before which, as new columns say.
    added: Vec<(String, String)>,
    /// Columns that follow each other, where the program says it of all.
    groups: Vec<Vec<String>>,
    /// Names before and after.
    names: Vec<(String, String)>,
}

impl ColumnOrder {
    fn new(existing: Vec<String>) -> Self {
        let columns = existing.clone();
        Self { existing, columns, added: Vec::new(), groups: Vec::new(), names: Vec::new() }
    }

    fn add(&mut self, name: String, before: Option<String>, after: Option<String>) {
        let (mut before, mut after) = (before, after);
        if self.groups.is_empty() {
            let place = |name: &String| self.existing.iter().position(|column| column == name);
            match (&before, &after) {
                (None, Some(after)) => {
                    before = match place(after) {
                        Some(at) => self.existing.get(at + 1).cloned(),
                        None => {
                            self.added.iter().find(|(first, _)| first == after).map(|pair| pair.1.clone())
                        }
                    };
                }
                (Some(before), None) => {
                    after = match place(before) {
                        Some(at) => at.checked_sub(1).and_then(|at| self.existing.get(at)).cloned(),
                        None => self.added.iter().find(|(_, last)| last == before).map(|pair| pair.0.clone()),
                    };
                }
                (None, None) => after = self.existing.last().cloned(),
                (Some(_), Some(_)) => {}
            }
        }
        self.added.extend(before.map(|before| (name.clone(), before)));
        self.added.extend(after.map(|after| (after, name.clone())));
        self.columns.push(name);
    }

    fn drop(&mut self, name: &str) {
        self.existing.retain(|column| column != name);
        self.columns.retain(|column| column != name);
    }

    /// The columns, each behind those that come before it; of several that could come next all do, in the order in which
    /// they are known.
    fn settle(self) -> Vec<String> {
        let lines = if self.groups.is_empty() { vec![self.existing] } else { self.groups };
        let neighbours = |line: &Vec<String>| {
            line.iter()
                .zip(line.iter().skip(1))
                .map(|(one, other)| (one.clone(), other.clone()))
                .collect::<Vec<_>>()
        };
        let mut pairs: Vec<(String, String)> = lines.iter().flat_map(neighbours).collect();
        pairs.extend(self.added);
        let (mut open, mut sorted) = (self.columns, Vec::new());
        while !open.is_empty() {
            let waits = |column: &String| {
                pairs.iter().any(|(one, other)| other == column && one != column && open.contains(one))
            };
            let (later, next): (Vec<String>, Vec<String>) = open.iter().cloned().partition(waits);
            // A circle: what is left stays as it is.
            let stuck = next.is_empty();
            sorted.extend(if stuck { later.clone() } else { next });
            open = if stuck { Vec::new() } else { later };
        }
        let renamed = |column: String| {
            let to = self.names.iter().rev().find(|(from, _)| *from == column);
            to.map_or(column, |(_, to)| to.clone())
        };
        sorted.into_iter().map(renamed).collect()
    }
}

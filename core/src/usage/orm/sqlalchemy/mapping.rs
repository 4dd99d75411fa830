//! Classes and `Table` objects into entities.

use std::rc::Rc;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::interpret::{self, Arguments, Interpreter, Limits, Runner, Symbolic};
use crate::code::tree::{ClassKind, EntryKey, ExprId, ExprKind, MemberKind, Module};
use crate::code::value::{ClassRef, Value};
use crate::schema::{Entity, EntityId, Field, TableName};
use crate::usage::orm::sqlalchemy::attribute::{Attribute, read_attribute, read_plain_field};
use crate::usage::orm::sqlalchemy::{Backref, SqlAlchemy, function_name};

/// Classes are followed so far along their bases.
const DEEPEST_BASE: u32 = 12;

/// What the bases of a class say of its mapping.
#[derive(Default)]
struct Bases {
    /// Classes whose attributes are inherited, nearest first; the class itself is the first one.
    order: Vec<ClassRef>,
    /// Whether a declarative base is among them.
    declarative: Option<Declarative>,
}

/// Kinds of declarative bases, which name tables differently.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Declarative {
    /// `declarative_base()`, `DeclarativeBase`: `__tablename__` is needed.
    Plain,
    /// Flask-SQLAlchemy's `db.Model`: the class's name in snake case.
    Flask,
    /// SQLModel with `table=True`: the class's name in lower case.
    SqlModel,
}

impl SqlAlchemy {
    /// The entity of a class, if it is mapped.
    pub(super) fn map_class(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<EntityId> {
        let module = eval.module(class.file).filter(|module| module.language.is_python())?;
        let declared = module.class(class.id);
        if declared.kind != ClassKind::Class || declared.name.is_none() {
            return None;
        }
        let mut bases = Bases::default();
        self.read_bases(eval, class, 0, &mut bases);
        let is_abstract = own_flag(&module, class, "__abstract__");
        let table = self.table_of(eval, &module, class, &bases).filter(|_| !is_abstract);
        let name = declared.name.map(|name| module.text(name).to_owned())?;
        let span = declared.name.map(|name| module.span(name.range))?;
        let mut fields: Vec<Field> = Vec::new();
        for owner in &bases.order {
            self.add_fields(eval, *owner, &name, &mut fields);
            if bases.declarative == Some(Declarative::SqlModel) {
                add_plain_fields(eval, *owner, &mut fields);
            }
        }
        self.add_table_fields(eval, class, &mut fields);
        leave_out_excluded(&module, class, &mut fields);
        // A mixin or abstract base has columns and no table: its own name stands for one.
        let is_abstract = table.is_none();
        if is_abstract && !fields.iter().any(|field| field.column().is_some()) {
            return None;
        }
        let table = table.unwrap_or_else(|| TableName::plain(name.clone()));
        let unique_keys = Vec::new();
        let entity = Entity { name, table, fields, unique_keys, ignored: false, is_abstract, span };
        Some(eval.add_entity(entity, Some(class)))
    }

    /// The class and the classes of the project that it derives from, nearest first.
    pub(super) fn lineage(&self, eval: &Evaluator<'_>, class: ClassRef) -> Vec<ClassRef> {
        let mut bases = Bases::default();
        self.read_bases(eval, class, 0, &mut bases);
        bases.order
    }

    /// The class and its bases, nearest first, and the declarative base behind them.
    fn read_bases(&self, eval: &Evaluator<'_>, class: ClassRef, depth: u32, found: &mut Bases) {
        if depth > DEEPEST_BASE || found.order.contains(&class) {
            return;
        }
        found.order.push(class);
        let Some(module) = eval.module(class.file) else { return };
        let cx = Context::of(&module);
        for base in &module.class(class.id).bases {
            let base = match &module.expr(*base).kind {
                ExprKind::Index { object, .. } => *object,
                _ => *base,
            };
            for value in eval.expr(cx, base).value.alternatives() {
                match value {
                    Value::Class(base) => self.read_bases(eval, *base, depth + 1, found),
                    other => {
                        if let Some(kind) = declarative_kind(other) {
                            found.declarative = Some(kind);
                        }
                    }
                }
            }
        }
    }

    /// The table that a class is mapped to; `None` where it is not mapped.
    fn table_of(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        class: ClassRef,
        bases: &Bases,
    ) -> Option<TableName> {
        let schema = self.schema_of(eval, bases);
        if let Some(name) = self.constant_attribute(eval, class, "__tablename__") {
            return Some(TableName { schema, name });
        }
        let member =
            module.class(class.id).members.iter().find(|member| module.text(member.name) == "__table__");
        if let Some(MemberKind::Field { value: Some(value), .. }) = member.map(|member| member.kind) {
            let known = eval.expr(Context::of(module), value).value;
            let entity = self.entity(eval, &known)?;
            return eval.entity(entity).map(|info| info.entity.table.clone());
        }
        let name = module.text(module.class(class.id).name?);
        match bases.declarative {
            Some(Declarative::Flask) if self.has_columns(module, class) => {
                return Some(TableName { schema, name: snake_case(name) });
            }
            Some(Declarative::SqlModel) => {
                let is_table = module.class(class.id).keywords.iter().any(|keyword| {
                    keyword.name.is_some_and(|name| module.text(name) == "table")
                        && matches!(module.expr(keyword.value).kind, ExprKind::Bool(true))
                });
                return is_table.then(|| TableName { schema, name: name.to_lowercase() });
            }
            Some(Declarative::Flask | Declarative::Plain) | None => {}
        }
        // A name that is computed (`@declared_attr def __tablename__`), here or in a base, or the table of the parent class.
        bases.order.iter().find_map(|base| {
            let computed = computes_table_name(eval, *base)
                .then(|| computed_table_name(eval, class).unwrap_or_else(|| snake_case(name)))
                .map(|name| TableName { schema: schema.clone(), name });
            computed.or_else(|| {
                let parent = (*base != class).then(|| eval.entity(eval.class_entity(*base)?))??;
                (!parent.entity.is_abstract).then(|| parent.entity.table.clone())
            })
        })
    }

    fn has_columns(&self, module: &Module, class: ClassRef) -> bool {
        module.class(class.id).members.iter().any(|member| match member.kind {
            MemberKind::Field { value: Some(value), .. } => {
                matches!(module.expr(value).kind, ExprKind::Call { .. })
            }
            MemberKind::Field { .. } | MemberKind::Method(_) => false,
        })
    }

    /// The constant string of a class attribute of the class itself.
    fn constant_attribute(&self, eval: &Evaluator<'_>, class: ClassRef, name: &str) -> Option<String> {
        let module = eval.module(class.file)?;
        let member =
            module.class(class.id).members.iter().rev().find(|member| module.text(member.name) == name)?;
        match member.kind {
            MemberKind::Field { value: Some(value), .. } => eval.constant_str(Context::of(&module), value),
            MemberKind::Field { .. } | MemberKind::Method(_) => None,
        }
    }

    /// `__table_args__ = {"schema": "x"}`, or the dict at the end of a tuple.
    fn schema_of(&self, eval: &Evaluator<'_>, bases: &Bases) -> Option<String> {
        bases.order.iter().find_map(|class| {
            let module = eval.module(class.file)?;
            let members = &module.class(class.id).members;
            let member = members.iter().find(|member| module.text(member.name) == "__table_args__")?;
            let MemberKind::Field { value: Some(value), .. } = member.kind else { return None };
            let options = match &module.expr(value).kind {
                ExprKind::Sequence { items, .. } => *items.last()?,
                _ => value,
            };
            if !matches!(module.expr(options).kind, ExprKind::Object { .. }) {
                return None;
            }
            let known = eval.expr(Context::of(&module), options);
            eval.member(&known, "schema").value.as_str().map(str::to_owned)
        })
    }

    /// Adds the attributes that `owner` declares; those that a nearer class declares stay.
    fn add_fields(&self, eval: &Evaluator<'_>, owner: ClassRef, class_name: &str, fields: &mut Vec<Field>) {
        let Some(module) = eval.module(owner.file) else { return };
        let cx = Context::of(&module);
        for member in &module.class(owner.id).members {
            let name = module.text(member.name);
            if name.starts_with("__") || fields.iter().any(|field| field.name == name) {
                continue;
            }
            let found = match member.kind {
                MemberKind::Field { annotation, value } => read_attribute(eval, cx, name, annotation, value),
                // `@declared_attr def user_id(cls): return Column(...)`.
                MemberKind::Method(id) => {
                    let function = module.function(id);
                    let declared = function.decorators.iter().any(|decorator| {
                        module.slice(module.expr(*decorator).range).contains("declared_attr")
                    });
                    let value = function.return_values.first().copied().filter(|_| declared);
                    value.and_then(|value| read_attribute(eval, cx, name, None, Some(value)))
                }
            };
            if let Some(Attribute { field, backref }) =
                found.map(|found| found.at(module.span(member.name.range)))
            {
                if let (Some(backref), crate::schema::FieldKind::Relation { entity, .. }) =
                    (backref, &field.kind)
                {
                    let mut backrefs = self.backrefs.borrow_mut();
                    backrefs
                        .entry(entity.clone())
                        .or_default()
                        .push(Backref { name: backref, source: class_name.to_owned() });
                }
                fields.push(field);
            }
        }
    }

    /// Adds the columns of the `Table` that a class is mapped to (`__table__ = Table(...)`).
    fn add_table_fields(&self, eval: &Evaluator<'_>, class: ClassRef, fields: &mut Vec<Field>) {
        let Some(module) = eval.module(class.file) else { return };
        let member =
            module.class(class.id).members.iter().find(|member| module.text(member.name) == "__table__");
        let Some(MemberKind::Field { value: Some(value), .. }) = member.map(|member| member.kind) else {
            return;
        };
        let known = eval.expr(Context::of(&module), value).value;
        let Some(table) = self.entity(eval, &known).and_then(|entity| eval.entity(entity)) else { return };
        for field in &table.entity.fields {
            if !fields.iter().any(|known| known.name == field.name || known.column() == field.column()) {
                fields.push(field.clone());
            }
        }
    }

    /// The entity of a `Table(...)` call.
    pub(super) fn table_object(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        expr: ExprId,
    ) -> Option<EntityId> {
        let key = (cx.module.file, expr);
        if let Some(known) = self.tables.borrow().get(&key) {
            return *known;
        }
        self.tables.borrow_mut().insert(key, None);
        let found = self.read_table(eval, cx, expr);
        self.tables.borrow_mut().insert(key, found);
        found
    }

    fn read_table(&self, eval: &Evaluator<'_>, cx: Context<'_>, expr: ExprId) -> Option<EntityId> {
        let call = Call::at(cx, expr)?;
        let name = eval.constant_str(cx, call.positional(0)?)?;
        let schema = call.keyword("schema").and_then(|schema| eval.constant_str(cx, schema));
        let mut fields = Vec::new();
        for arg in call.args.iter().filter(|arg| arg.name.is_none()).skip(1) {
            let Some(column) = Call::at(cx, arg.value) else { continue };
            let Some(column_name) = column.positional(0).and_then(|name| eval.constant_str(cx, name)) else {
                continue;
            };
            if let Some(found) = read_attribute(eval, cx, &column_name, None, Some(arg.value)) {
                let place = column.positional(0).map_or(arg.value, |name| name);
                fields.push(found.at(inside_quotes(cx.module, place)).field);
            }
        }
        let span = cx.module.span(cx.module.expr(call.positional(0)?).range);
        let table = TableName { schema, name: name.clone() };
        Some(eval.add_entity(
            Entity { name, table, fields, unique_keys: Vec::new(), ignored: false, is_abstract: false, span },
            None,
        ))
    }

    /// All `Table(...)` objects of a module.
    pub(super) fn table_objects(&self, eval: &Evaluator<'_>, cx: Context<'_>) -> Vec<EntityId> {
        let module = cx.module;
        let calls =
            (0..u32::try_from(module.exprs.len()).unwrap_or(0)).map(ExprId).filter(|id| {
                match &module.expr(*id).kind {
                    ExprKind::Call { callee, .. } => {
                        module.slice(module.expr(*callee).range).ends_with("Table")
                    }
                    _ => false,
                }
            });
        calls
            .filter(|id| {
                let Some(call) = Call::at(cx, *id) else { return false };
                eval.expr(cx, call.callee).value.alternatives().iter().any(
                    |value| matches!(value, Value::External(path) if function_name(path) == Some("Table")),
                )
            })
            .filter_map(|id| self.table_object(eval, cx, id))
            .collect()
    }
}

/// Columns that the mapper is told to leave out (`exclude_properties`, `include_properties`) are no attributes.
fn leave_out_excluded(module: &Module, class: ClassRef, fields: &mut [Field]) {
    let members = &module.class(class.id).members;
    let arguments = members.iter().find(|member| module.text(member.name) == "__mapper_args__");
    let Some(MemberKind::Field { value: Some(value), .. }) = arguments.map(|member| member.kind) else {
        return;
    };
    let ExprKind::Object { entries } = &module.expr(value).kind else { return };
    for entry in entries {
        let EntryKey::Name(key) = entry.key else { continue };
        let ExprKind::Sequence { items, .. } = &module.expr(entry.value).kind else { continue };
        let names: Vec<String> = items.iter().filter_map(|item| module.literal_str(*item)).collect();
        let is_named = |field: &Field| {
            names.iter().any(|name| *name == field.name || field.column() == Some(name.as_str()))
        };
        for field in fields.iter_mut() {
            match module.text(key) {
                "exclude_properties" => field.ignored |= is_named(field),
                "include_properties" => field.ignored |= field.column().is_some() && !is_named(field),
                _ => {}
            }
        }
    }
}

/// The place of a string's content.
fn inside_quotes(module: &Module, expr: ExprId) -> crate::text::Span {
    match &module.expr(expr).kind {
        ExprKind::Str(literal) => {
            let first = literal.pieces.first().map_or(module.expr(expr).range, |piece| piece.range);
            module.span(first)
        }
        _ => module.span(module.expr(expr).range),
    }
}

/// The kind of a declarative base that is no class of the project.
fn declarative_kind(value: &Value) -> Option<Declarative> {
    match value {
        Value::External(path) | Value::ExternalInstance(path, _) => {
            let last = path.rsplit('.').next().unwrap_or(path);
            match last {
                "SQLModel" => Some(Declarative::SqlModel),
                "Model" => Some(Declarative::Flask),
                _ => Some(Declarative::Plain),
            }
        }
        _ => None,
    }
}

/// In SQLModel an attribute with nothing but a type is a column: `text: str`, `done: bool = False`.
fn add_plain_fields(eval: &Evaluator<'_>, owner: ClassRef, fields: &mut Vec<Field>) {
    let Some(module) = eval.module(owner.file) else { return };
    let cx = Context::of(&module);
    for member in &module.class(owner.id).members {
        let name = module.text(member.name);
        let MemberKind::Field { annotation: Some(annotation), value } = member.kind else { continue };
        if name.starts_with("__") || name == "model_config" || fields.iter().any(|field| field.name == name) {
            continue;
        }
        if let Some(found) = read_plain_field(cx, name, annotation, value) {
            fields.push(found.at(module.span(member.name.range)).field);
        }
    }
}

/// Whether a class is mapped to a table of its own, with all its columns ("Concrete Table Inheritance").
pub(super) fn is_concrete(eval: &Evaluator<'_>, class: ClassRef) -> bool {
    let Some(module) = eval.module(class.file).filter(|module| module.language.is_python()) else {
        return false;
    };
    let members = &module.class(class.id).members;
    let arguments = members.iter().find(|member| module.text(member.name) == "__mapper_args__");
    let Some(MemberKind::Field { value: Some(value), .. }) = arguments.map(|member| member.kind) else {
        return false;
    };
    let ExprKind::Object { entries } = &module.expr(value).kind else { return false };
    entries.iter().any(|entry| {
        matches!(entry.key, EntryKey::Name(key) if module.text(key) == "concrete")
            && matches!(module.expr(entry.value).kind, ExprKind::Bool(true))
    })
}

/// Whether the class itself sets `name = True`.
fn own_flag(module: &Module, class: ClassRef, name: &str) -> bool {
    module.class(class.id).members.iter().any(|member| {
        module.text(member.name) == name
            && match member.kind {
                MemberKind::Field { value: Some(value), .. } => {
                    matches!(module.expr(value).kind, ExprKind::Bool(true))
                }
                MemberKind::Field { .. } | MemberKind::Method(_) => false,
            }
    })
}

/// Whether a class says the name of its table with a method.
fn computes_table_name(eval: &Evaluator<'_>, class: ClassRef) -> bool {
    eval.module(class.file).is_some_and(|module| {
        module.class(class.id).members.iter().any(|member| {
            module.text(member.name) == "__tablename__" && matches!(member.kind, MemberKind::Method(_))
        })
    })
}

/// The name that a class computes for its table: its method is run. `None` where that needs what only the running
/// program has.
fn computed_table_name(eval: &Evaluator<'_>, class: ClassRef) -> Option<String> {
    let module = eval.module(class.file)?;
    let declared = module.class(class.id);
    let name = module.text(declared.name?);
    let place = module.span(declared.range);
    let mut interpreter = Interpreter::new(eval.project(), Limits::default());
    let mut run = Runner { interpreter: &mut interpreter, host: &mut Symbolic };
    let class = run.module_attribute(class.file, name).ok()??;
    let interpret::Value::Class(id) = class else { return None };
    let computed = match run.class_attribute(id, "__tablename__").ok()?? {
        method @ (interpret::Value::Function(_) | interpret::Value::Bound(..)) => {
            run.call(&method, &Rc::new(Arguments::of(vec![class])), place).ok()?
        }
        other => other,
    };
    let text = run.interpreter.as_text(&computed)?;
    (!text.has_holes()).then(|| text.value.to_string())
}

/// `UserProfile` -> `user_profile`, as Flask-SQLAlchemy names tables ("Defining Models": "the model's CamelCase name
/// converted to snake_case").
fn snake_case(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut out = String::new();
    for (index, letter) in letters.iter().enumerate() {
        let after_lower = index > 0
            && letters.get(index - 1).is_some_and(|before| before.is_lowercase() || before.is_ascii_digit());
        let before_lower = letters.get(index + 1).is_some_and(|next| next.is_lowercase());
        if letter.is_uppercase() && index > 0 && (after_lower || before_lower) {
            out.push('_');
        }
        out.extend(letter.to_lowercase());
    }
    out
}

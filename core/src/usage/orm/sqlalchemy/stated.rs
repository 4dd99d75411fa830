//! Classes of other libraries that state a mapped class: admin views with lists of its columns, schemas that mirror it.
//!
//! Sources: the references of Flask-AppBuilder (`ModelView`), Flask-Admin (`contrib.sqla`), SQLAdmin (`ModelView`),
//! marshmallow-sqlalchemy (`SQLAlchemyAutoSchema`), graphene-sqlalchemy (`SQLAlchemyObjectType`), factory_boy,
//! strawberry-sqlalchemy-mapper; pydantic's "Arbitrary class instances" (`from_attributes`, before version 2 `orm_mode`).

use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use rustc_hash::FxHashMap;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::project::classes::Stands;
use crate::code::project::scan::ScanFilter;
use crate::code::tree::{ExprId, ExprKind, FunctionId, MemberKind, Module, StmtKind};
use crate::code::value::{ClassRef, Known, LibraryValue, Value};
use crate::schema::EntityId;
use crate::text::FileId;
use crate::usage::orm::sqlalchemy::SqlAlchemy;
use crate::usage::orm::sqlalchemy::keys::NAMES;

/// What is put behind the name of a mapped class to name a schema that is read from its rows.
const READ_SUFFIXES: [&str; 17] = [
    "Read",
    "Out",
    "Response",
    "Schema",
    "Base",
    "InDB",
    "InDBBase",
    "DTO",
    "Dto",
    "Model",
    "Public",
    "Detail",
    "Item",
    "Serializer",
    "View",
    "Data",
    "Info",
];

impl SqlAlchemy {
    /// The mapped class that a class states as the one it is about.
    fn stated_entity(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<EntityId> {
        let module = eval.module(class.file)?;
        let cx = Context::of(&module);
        let declared = module.class(class.id);
        let keyword = declared
            .keywords
            .iter()
            .find(|arg| arg.name.is_some_and(|name| module.text(name) == "model"))
            .map(|arg| arg.value);
        // `class Meta: model = User` itself, and the class around one.
        let own =
            ["model", "sqla_model", "sqlalchemy_model"].iter().find_map(|name| field(&module, class, name));
        let view = || field(&module, class, "datamodel").and_then(|value| Call::at(cx, value)?.positional(0));
        let meta = || meta_of(&module, class).and_then(|meta| field(&module, meta, "model"));
        let stated = keyword.or(own).or_else(view).or_else(meta)?;
        match eval.expr(cx, stated).value {
            Value::Class(stated) => eval.class_entity(stated),
            Value::Entity(entity) => Some(entity),
            _ => None,
        }
    }

    /// The names of columns that an attribute of such a class lists.
    pub(super) fn stated_names(&self, eval: &Evaluator<'_>, class: ClassRef, name: &str) -> Option<Known> {
        let lists = ["columns", "_list", "_filters", "fields", "exclude", "_labels", "_only", "_args"];
        if !lists.iter().any(|end| name.ends_with(end)) {
            return None;
        }
        let entity = self.stated_entity(eval, class)?;
        let module = eval.module(class.file)?;
        let span = module.span(module.class(class.id).name?.range);
        let shape = LibraryValue::of(NAMES, [Value::Entity(entity)]);
        Some(Known::plain(shape).likely().link(span, || "this class states the mapped class".to_owned()))
    }

    /// The mapped class whose attributes a class mirrors with its fields.
    pub(super) fn mirrored_entity(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<Known> {
        if eval.class_entity(class).is_some() {
            return None;
        }
        let module = eval.module(class.file)?;
        let own = self.mirrors(eval, &module, class);
        // Fields of a base that schemas beside it derive from.
        let deriving = || {
            let name = module.text(module.class(class.id).name?);
            let ids = (0..module.classes.len()).filter_map(|index| u32::try_from(index).ok());
            ids.map(crate::code::tree::ClassId)
                .filter(|id| *id != class.id && derives_from(&module, *id, name))
                .find_map(|id| self.mirrors(eval, &module, ClassRef { file: class.file, id }))
        };
        own.or_else(deriving)
    }

    fn mirrors(&self, eval: &Evaluator<'_>, module: &Module, class: ClassRef) -> Option<Known> {
        let (entity, why) = self
            .stated_by_class(eval, module, class)
            .or_else(|| self.named_after(eval, module, class))
            .or_else(|| self.filled_from(eval, module, class))?;
        let span = module.span(module.class(class.id).name?.range);
        Some(Known::plain(Value::Entity(entity)).likely().link(span, || why.to_owned()))
    }

    /// A class that says which mapped class it describes: `class Meta: model = User`, `@mapper.type(User)`.
    fn stated_by_class(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        class: ClassRef,
    ) -> Option<(EntityId, &'static str)> {
        let why = "the fields of this class are read from rows of the mapped class that it states";
        if meta_of(module, class).is_some() {
            return self.stated_entity(eval, class).map(|entity| (entity, why));
        }
        let cx = Context::of(module);
        let of_decorator = module.class(class.id).decorators.iter().find_map(|decorator| {
            let call = Call::at(cx, *decorator)?;
            let text = module.slice(module.expr(call.callee).range);
            if !(text.ends_with(".type") || text.ends_with(".interface")) {
                return None;
            }
            self.entity(eval, &eval.argument(&call, 0).value)
        });
        of_decorator.map(|entity| (entity, why))
    }

    /// A schema that reads attributes and is called after a mapped class: `UserRead` of `User`.
    fn named_after(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        class: ClassRef,
    ) -> Option<(EntityId, &'static str)> {
        if !reads_attributes(module, class) {
            return None;
        }
        let name = module.text(module.class(class.id).name?);
        let shorter = READ_SUFFIXES.iter().filter_map(|suffix| name.strip_suffix(suffix));
        let entity = std::iter::once(name).chain(shorter).find_map(|name| {
            match eval.entities_called(name).as_slice() {
                [only] => Some(*only),
                _ => None,
            }
        })?;
        Some((entity, "this schema reads attributes, and is called after the mapped class"))
    }

    /// A schema that code fills from rows: `UserRead.model_validate(row)`, `response_model=UserRead`.
    fn filled_from(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        class: ClassRef,
    ) -> Option<(EntityId, &'static str)> {
        let name = module.text(module.class(class.id).name?);
        let places = self.fillings(eval, name);
        places.iter().find_map(|(file, at)| {
            let from = eval.module(*file)?;
            let cx = Context::of(&from);
            match at {
                Filling::Call(expr) => {
                    let call = Call::at(cx, *expr)?;
                    let ExprKind::Member { object, .. } = from.expr(call.callee).kind else { return None };
                    let same = matches!(eval.expr(cx, object).value, Value::Class(found) if found == class);
                    let given = same.then(|| eval.argument(&call, 0).value)?;
                    let entity = row_entity(&given)?;
                    Some((entity, "the fields of this schema are read from rows of the mapped class"))
                }
                Filling::Response(expr, function) => {
                    if !holds_instance(&eval.type_of_expr(cx, *expr), class, 0) {
                        return None;
                    }
                    let values = &from.function(*function).return_values;
                    let entity = values.iter().find_map(|value| row_entity(&eval.expr(cx, *value).value))?;
                    Some((entity, "this schema is the response model of a path function that gives rows"))
                }
            }
        })
    }
}

/// A place where a schema is filled from something.
#[derive(Debug, Clone, Copy)]
pub(super) enum Filling {
    /// `Schema.model_validate(x)`.
    Call(ExprId),
    /// `@router.get("/", response_model=Schema)` of a function.
    Response(ExprId, FunctionId),
}

/// The places where schemas are filled.
#[derive(Default)]
pub(super) struct Fillings {
    /// The files that fill any, once asked.
    files: OnceCell<Vec<FileId>>,
    /// Those of a file that was asked about, by the names that stand there.
    read: RefCell<FxHashMap<FileId, Rc<FillingsByName>>>,
}

type FillingsByName = FxHashMap<String, Vec<Filling>>;

impl SqlAlchemy {
    /// The places where a schema of this name may be filled. Only files that say the name are parsed.
    fn fillings(&self, eval: &Evaluator<'_>, name: &str) -> Vec<(FileId, Filling)> {
        let files = self.fillings.files.get_or_init(|| {
            let python = ScanFilter { javascript: false, ..ScanFilter::default() };
            let scan = eval.project().scan(&["model_validate", "from_orm", "response_model"], python);
            let mut files: Vec<FileId> = scan.hits.into_iter().flatten().map(|(file, _)| file).collect();
            files.sort();
            files.dedup();
            files
        });
        let mut found = Vec::new();
        for file in eval.project().files_with(files, &[(name, Stands::Anywhere)]) {
            let known = self.fillings.read.borrow().get(&file).cloned();
            let of_file = known.unwrap_or_else(|| {
                let read =
                    Rc::new(eval.module(file).map(|module| read_fillings(&module)).unwrap_or_default());
                self.fillings.read.borrow_mut().insert(file, Rc::clone(&read));
                read
            });
            found.extend(of_file.get(name).into_iter().flatten().map(|filling| (file, *filling)));
        }
        found
    }
}

fn read_fillings(module: &Module) -> FillingsByName {
    let mut found = FillingsByName::default();
    for (index, function) in (0..).zip(&module.functions) {
        for decorator in &function.decorators {
            let call = Call::at(Context::of(module), *decorator);
            let Some(model) = call.and_then(|call| call.keyword("response_model")) else { continue };
            let text = module.slice(module.expr(model).range);
            let names = text.split(|letter: char| !letter.is_alphanumeric() && letter != '_');
            for name in names.filter(|name| !name.is_empty()) {
                found.entry(name.to_owned()).or_default().push(Filling::Response(model, FunctionId(index)));
            }
        }
    }
    for (index, expr) in (0..).zip(&module.exprs) {
        let ExprKind::Call { callee, .. } = expr.kind else { continue };
        let ExprKind::Member { object, name, .. } = module.expr(callee).kind else { continue };
        if !matches!(module.text(name), "model_validate" | "from_orm") {
            continue;
        }
        let text = module.slice(module.expr(object).range);
        let last = text.rsplit('.').next().unwrap_or(text);
        found.entry(last.to_owned()).or_default().push(Filling::Call(ExprId(index)));
    }
    found
}

/// The entity of a row, or of the rows in a value.
fn row_entity(value: &Value) -> Option<EntityId> {
    match value {
        Value::Row(row) => Some(row.entity),
        Value::List(item) | Value::Promise(item) => row_entity(item),
        Value::Union(items) => items.iter().find_map(row_entity),
        _ => None,
    }
}

fn holds_instance(value: &Value, class: ClassRef, depth: u32) -> bool {
    let inner = |value: &Value| depth < 6 && holds_instance(value, class, depth + 1);
    match value {
        Value::Instance(found, args) => *found == class || args.iter().any(inner),
        Value::List(item) | Value::Promise(item) | Value::Map(item) => inner(item),
        Value::Union(items) | Value::Tuple(items) => items.iter().any(inner),
        Value::ExternalInstance(_, args) => args.iter().any(inner),
        _ => false,
    }
}

/// Whether a pydantic class reads attributes: `model_config = ConfigDict(from_attributes=True)`, `class Config`.
fn reads_attributes(module: &Module, class: ClassRef) -> bool {
    let declared = module.class(class.id);
    let says = |text: &str| {
        ["from_attributes", "orm_mode"].iter().any(|name| {
            text.split(name)
                .nth(1)
                .is_some_and(|rest| rest.trim_start_matches(['"', '\'', ' ', '=', ':']).starts_with("True"))
        })
    };
    let of_stmt = |stmt: &crate::code::tree::StmtId| {
        let stmt = module.stmt(*stmt);
        let counts = match &stmt.kind {
            StmtKind::Assign { .. } => module.slice(stmt.range).starts_with("model_config"),
            StmtKind::Class(inner) => {
                module.class(*inner).name.is_some_and(|name| module.text(name) == "Config")
            }
            _ => false,
        };
        counts && says(module.slice(stmt.range))
    };
    declared.body.iter().any(of_stmt)
        || declared.keywords.iter().any(|arg| {
            arg.name.is_some_and(|name| module.text(name) == "from_attributes")
                && matches!(module.expr(arg.value).kind, ExprKind::Bool(true))
        })
}

/// Whether a class names another one of the same file as its base.
fn derives_from(module: &Module, class: crate::code::tree::ClassId, base: &str) -> bool {
    module.class(class).bases.iter().any(|own| module.slice(module.expr(*own).range) == base)
}

/// The value of a field of a class itself.
fn field(module: &Module, class: ClassRef, name: &str) -> Option<ExprId> {
    module.class(class.id).members.iter().find_map(|member| match member.kind {
        MemberKind::Field { value, .. } if module.text(member.name) == name => value,
        MemberKind::Field { .. } | MemberKind::Method(_) => None,
    })
}

/// The class `Meta` in a class.
fn meta_of(module: &Module, class: ClassRef) -> Option<ClassRef> {
    module.class(class.id).body.iter().find_map(|stmt| match module.stmt(*stmt).kind {
        StmtKind::Class(id) if module.class(id).name.is_some_and(|name| module.text(name) == "Meta") => {
            Some(ClassRef { file: class.file, id })
        }
        _ => None,
    })
}

/// The row that a resolver of graphene-sqlalchemy is given: `def resolve_mail(root, info)`.
pub(super) fn resolver_parent(
    sqlalchemy: &SqlAlchemy,
    eval: &Evaluator<'_>,
    module: &Module,
    function: FunctionId,
    index: usize,
) -> Option<Known> {
    let declared = module.function(function);
    let class = ClassRef { file: module.file, id: declared.class? };
    let is_resolver = declared.name.is_some_and(|name| module.text(name).starts_with("resolve_"));
    if index != 0 || !is_resolver {
        return None;
    }
    meta_of(module, class)?;
    let entity = sqlalchemy.stated_entity(eval, class)?;
    let span = module.span(module.class(class.id).name?.range);
    let row = crate::code::value::Row::whole(entity);
    Some(Known::plain(row).link(span, || "a resolver of this type is given the row".to_owned()))
}

//! One attribute of a mapped class: a column, a relationship, or neither.

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::tree::{ExprId, ExprKind, Ident, TypeId, TypeKind};
use crate::schema::{Field, FieldKind, ValueSource};
use crate::text::Span;

/// What was read of an attribute.
pub struct Attribute {
    /// The field.
    pub field: Field,
    /// The name that a `backref` gives to the other end.
    pub backref: Option<String>,
}

impl Attribute {
    /// The same attribute, at its place.
    pub fn at(mut self, span: Span) -> Self {
        self.field.span = span;
        self
    }
}

/// What a declared type says: `Mapped[Optional[list["User"]]]`.
#[derive(Default)]
struct Declared {
    mapped: bool,
    nullable: bool,
    list: bool,
    /// The last name inside: `User`, `str`.
    name: Option<String>,
}

/// Reads an attribute; `None` where it is no column, relationship or computed attribute.
pub fn read_attribute(
    eval: &Evaluator<'_>,
    cx: Context<'_>,
    name: &str,
    annotation: Option<TypeId>,
    value: Option<ExprId>,
) -> Option<Attribute> {
    let declared = annotation.map(|ty| declared_type(cx, ty)).unwrap_or_default();
    let call = value.and_then(|value| Call::at(cx, value));
    let function = call.as_ref().map(|call| called_name(eval, call));
    let blank = |kind: FieldKind| Field {
        name: name.to_owned(),
        kind,
        nullable: false,
        list: false,
        default: ValueSource::None,
        on_update: false,
        ignored: false,
        deferred: false,
        type_name: annotation
            .map(|ty| cx.module.slice(cx.module.ty(ty).range).to_owned())
            .unwrap_or_default(),
        span: cx.module.span(crate::text::TextRange::default()),
    };
    match (function.as_deref(), call) {
        (Some("deferred" | "column_property"), Some(call)) => {
            let inner = call.positional(0)?;
            let found = read_attribute(eval, cx, name, annotation, Some(inner));
            let deferred = function.as_deref() == Some("deferred");
            Some(found.map_or_else(
                || Attribute { field: blank(FieldKind::Computed), backref: None },
                |mut found| {
                    found.field.deferred |= deferred;
                    found
                },
            ))
        }
        (Some("Column" | "mapped_column" | "Field" | "deferred_column"), Some(call)) => {
            let mut field = blank(FieldKind::Column { column: column_name(eval, &call, name) });
            read_column(eval, &call, &declared, annotation.is_some(), &mut field);
            Some(Attribute { field, backref: None })
        }
        (Some("relationship" | "relation" | "dynamic_loader" | "Relationship"), Some(call)) => {
            Some(relationship(eval, &call, &declared, blank))
        }
        (
            Some("synonym" | "association_proxy" | "hybrid_property" | "composite" | "query_expression"),
            Some(_),
        ) => Some(Attribute { field: blank(FieldKind::Computed), backref: None }),
        // A project's own helper that makes a column: `id = primary_key_column()`.
        (Some(_), Some(call)) => {
            let made = eval.returned_call(&call)?;
            read_attribute(eval, Context { module: &made.0, frame: made.2 }, name, None, Some(made.1))
        }
        // `id: Mapped[int]` without a value is a column.
        (None, _) if declared.mapped => {
            let mut field = blank(FieldKind::Column { column: name.to_owned() });
            field.nullable = declared.nullable;
            Some(Attribute { field, backref: None })
        }
        _ => None,
    }
}

/// Reads an attribute of a SQLModel class that has a type, and a constant or nothing as its value.
pub fn read_plain_field(
    cx: Context<'_>,
    name: &str,
    annotation: TypeId,
    value: Option<ExprId>,
) -> Option<Attribute> {
    let declared = declared_type(cx, annotation);
    let kind = value.map(|value| &cx.module.expr(value).kind);
    let type_name = cx.module.slice(cx.module.ty(annotation).range).to_owned();
    if declared.list || matches!(kind, Some(ExprKind::Call { .. })) || type_name.contains("ClassVar") {
        return None;
    }
    let given = kind.is_some_and(|kind| !matches!(kind, ExprKind::Null));
    let field = Field {
        name: name.to_owned(),
        kind: FieldKind::Column { column: name.to_owned() },
        nullable: declared.nullable,
        list: false,
        default: if given { ValueSource::Orm } else { ValueSource::None },
        on_update: false,
        ignored: false,
        deferred: false,
        type_name,
        span: cx.module.span(crate::text::TextRange::default()),
    };
    Some(Attribute { field, backref: None })
}

/// The name of the function that makes the attribute: `Column` of `sa.Column` and `db.Column`.
pub fn called_name(eval: &Evaluator<'_>, call: &Call<'_>) -> String {
    use crate::code::value::Value;
    let callee = eval.expr(call.cx, call.callee).value;
    let path = match &callee {
        Value::External(path) => Some(path.to_string()),
        Value::Method(_, name) => Some(name.to_string()),
        Value::Function(_) | Value::Class(_) => None,
        _ => Some(call.module().slice(call.module().expr(call.callee).range).to_owned()),
    };
    let path = path.unwrap_or_default();
    let last = path.rsplit('.').next().unwrap_or_default();
    // pydantic's and dataclasses' `Field` makes no column; SQLModel's does.
    if last == "Field" && !path.starts_with("sqlmodel") { String::new() } else { last.to_owned() }
}

/// A column's database name: the first string argument, or `name=`; else the attribute's name.
fn column_name(eval: &Evaluator<'_>, call: &Call<'_>, attribute: &str) -> String {
    let first = call.positional(0).filter(|arg| matches!(call.module().expr(*arg).kind, ExprKind::Str(_)));
    let named = first.or_else(|| call.keyword("name"));
    named.and_then(|name| eval.constant_str(call.cx, name)).unwrap_or_else(|| attribute.to_owned())
}

/// Nullability, defaults and the like of a `Column` or `mapped_column`.
fn read_column(
    eval: &Evaluator<'_>,
    call: &Call<'_>,
    declared: &Declared,
    annotated: bool,
    field: &mut Field,
) {
    // SQLModel takes a column as it is; only values are still given by the field ("sa_column").
    if let Some(column) = call.keyword("sa_column").and_then(|column| Call::at(call.cx, column)) {
        read_given_column(eval, &column, field);
        let gives = |name: &str| {
            call.keyword(name).is_some_and(|value| !matches!(call.module().expr(value).kind, ExprKind::Null))
        };
        if gives("default") || gives("default_factory") {
            field.default = ValueSource::Orm;
        }
        return;
    }
    let flag = |name: &str| match call.keyword(name).map(|value| &call.module().expr(value).kind) {
        Some(ExprKind::Bool(value)) => Some(*value),
        _ => None,
    };
    let primary = flag("primary_key") == Some(true);
    // `Column` is nullable unless told; a typed `mapped_column` goes by the type ("Mapped Column: nullable").
    let by_default =
        if annotated && (declared.mapped || declared.name.is_some()) { declared.nullable } else { true };
    field.nullable = flag("nullable").unwrap_or(by_default) && !primary;
    let by_orm = ["default", "insert_default", "default_factory"].iter().any(|name| {
        call.keyword(name).is_some_and(|value| !matches!(call.module().expr(value).kind, ExprKind::Null))
    });
    let by_database = ["server_default", "server_onupdate"].iter().any(|name| call.keyword(name).is_some());
    let kinds: Vec<String> = call
        .args
        .iter()
        .filter(|arg| arg.name.is_none())
        .filter_map(|arg| Call::at(call.cx, arg.value))
        .map(|inner| called_name(eval, &inner))
        .collect();
    let generated = kinds
        .iter()
        .any(|kind| matches!(kind.as_str(), "Identity" | "Computed" | "Sequence" | "FetchedValue"));
    field.default = match (by_orm, by_database || generated || primary) {
        (true, _) => ValueSource::Orm,
        (false, true) => ValueSource::Database,
        (false, false) => ValueSource::None,
    };
    field.on_update = call.keyword("onupdate").is_some();
    field.deferred = flag("deferred") == Some(true);
}

/// A column that stands somewhere else: `Column(...)`, or the call of a helper that makes one.
fn read_given_column(eval: &Evaluator<'_>, call: &Call<'_>, field: &mut Field) {
    let none = Declared::default();
    if called_name(eval, call) == "Column" {
        return read_column(eval, call, &none, false, field);
    }
    let Some(made) = eval.returned_call(call) else { return };
    let cx = Context { module: &made.0, frame: made.2 };
    if let Some(column) = Call::at(cx, made.1).filter(|column| called_name(eval, column) == "Column") {
        read_column(eval, &column, &none, false, field);
    }
}

/// A relationship: the entity at the other end, one or many.
fn relationship(
    eval: &Evaluator<'_>,
    call: &Call<'_>,
    declared: &Declared,
    blank: impl Fn(FieldKind) -> Field,
) -> Attribute {
    let target = call.positional(0).or_else(|| call.keyword("argument")).or_else(|| call.keyword("entity"));
    let named = target.and_then(|target| target_name(eval, call, target));
    let entity = named.or_else(|| declared.name.clone()).unwrap_or_default();
    let uselist = match call.keyword("uselist").map(|value| &call.module().expr(value).kind) {
        Some(ExprKind::Bool(value)) => Some(*value),
        _ => None,
    };
    let is_list = uselist.unwrap_or(declared.list);
    let mut field = blank(FieldKind::Relation {
        entity,
        fields: Vec::new(),
        references: Vec::new(),
        name: None,
        join_table: None,
    });
    field.list = is_list;
    field.nullable = declared.nullable;
    // Neither said: it may be one or many.
    if uselist.is_none() && !declared.mapped {
        field.type_name = "?".to_owned();
    }
    let backref = call.keyword("backref").and_then(|backref| match Call::at(call.cx, backref) {
        Some(inner) => inner.positional(0).and_then(|name| eval.constant_str(call.cx, name)),
        None => eval.constant_str(call.cx, backref),
    });
    Attribute { field, backref }
}

/// The class name that the first argument of `relationship` means: a string, a class, a lambda.
fn target_name(eval: &Evaluator<'_>, call: &Call<'_>, target: ExprId) -> Option<String> {
    use crate::code::value::Value;
    if let Some(text) = eval.constant_str(call.cx, target) {
        return text.rsplit('.').next().map(str::to_owned);
    }
    let known = eval.expr(call.cx, target).value;
    let class = match &known {
        Value::Function(_) => {
            eval.call_without_arguments(&crate::code::value::Known::plain(known.clone())).value
        }
        _ => known,
    };
    match class {
        Value::Class(class) => {
            let module = eval.module(class.file)?;
            module.class(class.id).name.map(|name| module.text(name).to_owned())
        }
        _ => None,
    }
}

/// Reads `Mapped[Optional[list["User"]]]` without asking what the names are: a class may not be mapped yet.
fn declared_type(cx: Context<'_>, ty: TypeId) -> Declared {
    let mut found = Declared::default();
    read_type(cx, ty, 0, &mut found);
    found
}

fn read_type(cx: Context<'_>, ty: TypeId, depth: u32, found: &mut Declared) {
    if depth > 8 {
        return;
    }
    match &cx.module.ty(ty).kind {
        TypeKind::Name { path, args } => {
            let name = path.last().map(|name: &Ident| cx.module.text(*name)).unwrap_or("");
            match name {
                "Mapped" | "DynamicMapped" | "WriteOnlyMapped" => {
                    found.mapped = true;
                    found.list |= name != "Mapped";
                }
                "Optional" => found.nullable = true,
                "list" | "List" | "set" | "Set" | "Sequence" | "Collection" | "Iterable"
                | "MutableSequence" | "deque" => {
                    found.list = true;
                }
                "Annotated" => {
                    if let Some(first) = args.first() {
                        read_type(cx, *first, depth + 1, found);
                    }
                    return;
                }
                _ => found.name = Some(name.to_owned()),
            }
            // `dict[str, User]`: the last argument is the row.
            if matches!(
                name,
                "Mapped" | "DynamicMapped" | "WriteOnlyMapped" | "Optional" | "Union" | "ClassVar"
            ) || found.list
            {
                args.iter().for_each(|arg| read_type(cx, *arg, depth + 1, found));
            }
        }
        TypeKind::Union(items) => items.iter().for_each(|item| read_type(cx, *item, depth + 1, found)),
        TypeKind::Null => found.nullable = true,
        TypeKind::Wrapped(inner) => read_type(cx, *inner, depth + 1, found),
        _ => {}
    }
}

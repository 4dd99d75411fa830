//! Python's own functions, methods and `typing`.

use std::rc::Rc;

use crate::code::eval::builtins::paths;
use crate::code::eval::declared::is_sql_row;
use crate::code::eval::{Call, Evaluator};
use crate::code::value::{Known, Place, Value};

/// A name that no scope binds.
pub fn name(name: &str) -> Value {
    match name {
        "True" | "False" | "__name__" | "NotImplemented" | "Ellipsis" => Value::Other,
        _ => Value::external(name),
    }
}

/// A value of a type of the language or of `typing`.
pub fn ty(name: &str, args: &[Value]) -> Option<Value> {
    let arg = |index: usize| args.get(index).cloned().unwrap_or(Value::Unknown);
    Some(match name {
        "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "Sequence" | "MutableSequence"
        | "Iterable" | "Iterator" | "Collection" | "AbstractSet" | "MutableSet" | "Generator" | "deque"
        | "Deque" | "KeysView" | "ValuesView" | "Reversible" => Value::list(arg(0)),
        "AsyncIterator" | "AsyncGenerator" | "AsyncIterable" => Value::list(arg(0)),
        "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict" | "OrderedDict" => {
            Value::Map(Rc::new(arg(1)))
        }
        "tuple" | "Tuple" if args.len() == 2 && args.last() == Some(&Value::Other) => Value::list(arg(0)),
        "tuple" | "Tuple" if args.is_empty() => Value::list(Value::Unknown),
        "tuple" | "Tuple" => Value::Tuple(args.into()),
        "Optional" => Value::union([arg(0), Value::Null]),
        "Union" => Value::union(args.iter().cloned()),
        "Annotated" | "ClassVar" | "Final" | "Required" | "NotRequired" | "ReadOnly" | "InitVar" => arg(0),
        "Awaitable" => Value::promise(arg(0)),
        "Coroutine" => Value::promise(arg(2)),
        "AsyncContextManager"
        | "ContextManager"
        | "AbstractAsyncContextManager"
        | "AbstractContextManager" => arg(0),
        "type" | "Type" => class_of(&arg(0)),
        "Callable" => Value::Callable {
            params: match args.first() {
                Some(Value::Tuple(params)) => params.clone(),
                _ => Rc::from([]),
            },
            returns: Rc::new(arg(1)),
        },
        "Literal" => Value::Other,
        "str" | "int" | "float" | "bool" | "bytes" | "complex" | "bytearray" | "memoryview" | "range"
        | "Hashable" | "LiteralString" => Value::Other,
        "Any" | "object" => Value::Unknown,
        "None" => Value::Null,
        _ => return None,
    })
}

/// The class whose instances are `instance`.
fn class_of(instance: &Value) -> Value {
    match instance {
        Value::Row(row) => Value::Entity(row.entity),
        Value::Instance(class, _) => Value::Class(*class),
        Value::Union(items) => Value::union(items.iter().map(class_of)),
        Value::ExternalInstance(path, _) => Value::External(path.clone()),
        _ => Value::Unknown,
    }
}

/// A call of a function of the language or its library.
pub fn call(eval: &Evaluator<'_>, path: &str, call: &Call<'_>) -> Option<Known> {
    if let Some(value) = paths::call(eval, path.strip_prefix("builtins.").unwrap_or(path), call) {
        return Some(Known::plain(value));
    }
    let arg = |index: usize| eval.argument(call, index);
    let items = |index: usize| eval.items(&arg(index));
    Some(match path.strip_prefix("builtins.").unwrap_or(path) {
        "list" | "set" | "frozenset" | "sorted" | "reversed" | "iter" | "tuple" | "collections.deque"
        | "deque" | "heapq.merge" | "itertools.islice" | "islice" | "tqdm.tqdm" | "tqdm" | "aiter" => {
            let item = items(0);
            item.with(Value::list(item.value.clone()))
        }
        "itertools.chain" => {
            let parts = (0..call.args.len()).map(items);
            let item = eval.join(parts);
            item.with(Value::list(item.value.clone()))
        }
        "itertools.chain.from_iterable" => {
            let item = eval.items(&items(0));
            item.with(Value::list(item.value.clone()))
        }
        "filter" | "itertools.takewhile" | "itertools.dropwhile" | "itertools.filterfalse" => {
            let item = items(1);
            item.with(Value::list(item.value.clone()))
        }
        "map" => {
            let mapped = result_of(eval, &arg(0), call);
            mapped.with(Value::list(mapped.value.clone()))
        }
        "next" | "min" | "max" | "anext" | "random.choice" => {
            let first = arg(0);
            let item = eval.items(&first);
            let other = if call.args.len() > 1 { arg(1) } else { Known::unknown() };
            let item = if item.value.is_unknown() { first } else { item };
            eval.join([item, other])
        }
        "enumerate" => {
            let item = items(0);
            let pair = Value::Tuple(Rc::from([Value::Other, item.value.clone()]));
            item.with(Value::list(pair))
        }
        "zip" | "itertools.zip_longest" | "itertools.product" => {
            let columns: Vec<Known> =
                (0..call.args.len()).filter(|index| call.positional(*index).is_some()).map(items).collect();
            let joined = eval.join(columns.iter().cloned());
            let row: Vec<Value> = columns.into_iter().map(|known| known.value).collect();
            joined.with(Value::list(Value::Tuple(row.into())))
        }
        "itertools.groupby" | "groupby" => {
            let item = items(0);
            let pair = Value::Tuple(Rc::from([Value::Other, Value::list(item.value.clone())]));
            item.with(Value::list(pair))
        }
        "dict" | "collections.OrderedDict" => return None.or_else(|| Some(dict(eval, call))),
        "asyncio.gather" => {
            let parts: Vec<Known> = call.args.iter().map(|given| eval.expr(call.cx, given.value)).collect();
            let joined = eval.join(parts.iter().cloned());
            let values: Vec<Value> = parts.iter().map(|known| known.value.awaited()).collect();
            let spread =
                call.args.iter().any(|given| given.spread == crate::code::tree::ArgumentSpread::Items);
            let value = if spread {
                Value::list(Value::union(
                    values.iter().map(|value| eval.items(&Known::plain(value.clone())).value.awaited()),
                ))
            } else {
                Value::Tuple(values.into())
            };
            joined.with(Value::promise(value))
        }
        "asyncio.wait_for" | "asyncio.shield" | "asyncio.create_task" | "asyncio.ensure_future" => arg(0),
        "asyncio.run" | "asgiref.sync.async_to_sync" => {
            let inner = arg(0);
            inner.with(inner.value.awaited())
        }
        "asyncio.to_thread" => {
            let called = eval.call_without_arguments(&arg(0));
            called.with(Value::promise(called.value.clone()))
        }
        "typing.cast" | "typing_extensions.cast" => {
            let ty = call.positional(0)?;
            let cast = eval.type_of_expr(call.cx, ty);
            if cast.is_unknown() { arg(1) } else { Known::plain(cast) }
        }
        "textwrap.dedent" | "inspect.cleandoc" => arg(0),
        "copy.copy" | "copy.deepcopy" | "typing.assert_type" | "contextlib.closing" => arg(0),
        "getattr" => match arg(1).value {
            Value::Str(name) => eval.member(&arg(0), &name),
            _ => Known::unknown(),
        },
        "type" => {
            let instance = arg(0);
            instance.with(class_of(&instance.value))
        }
        "super" => {
            let class = eval.class_around(call.module(), call.expr)?;
            eval.join(eval.base_values(class, &[]).into_iter().map(Known::plain))
        }
        "functools.partial" | "partial" => arg(0),
        "contextlib.nullcontext" => arg(0),
        "len" | "str" | "int" | "float" | "bool" | "sum" | "any" | "all" | "isinstance" | "issubclass"
        | "hasattr" | "repr" | "range" | "print" | "open" | "format" | "id" | "hash" | "abs" | "round"
        | "ord" | "chr" | "bytes" | "setattr" | "callable" | "dir" => Known::plain(Value::Other),
        "vars" => {
            let object = arg(0);
            if matches!(object.value, Value::Row(_)) { object } else { Known::plain(Value::Other) }
        }
        _ => return None,
    })
}

fn dict(eval: &Evaluator<'_>, call: &Call<'_>) -> Known {
    let is_object = |value: &Value| matches!(value, Value::Object(_) | Value::Merged(_) | Value::Map(_));
    let first = eval.argument(call, 0);
    let has_keywords = call
        .args
        .iter()
        .any(|arg| arg.name.is_some() || arg.spread == crate::code::tree::ArgumentSpread::Keywords);
    if has_keywords && (call.positional(0).is_none() || is_object(&first.value)) {
        let place = Place { file: call.module().file, id: call.expr, frame: call.cx.frame };
        return Known::plain(Value::Object(place));
    }
    if is_object(&first.value) {
        return first;
    }
    let pairs = eval.items(&eval.argument(call, 0));
    let value = eval.nth(&pairs, 1);
    value.with(Value::Map(Rc::new(value.value.clone())))
}

/// What a callback gives for the items of the call's second argument.
fn result_of(eval: &Evaluator<'_>, callback: &Known, call: &Call<'_>) -> Known {
    let result = eval.call_without_arguments(callback);
    if !result.value.is_unknown() {
        return result;
    }
    match &callback.value {
        Value::Class(_) | Value::Entity(_) => callback.with(eval.instantiated(&callback.value)),
        _ => {
            let _ = call;
            Known::unknown()
        }
    }
}

/// A method of a list, dict or string.
pub fn method(eval: &Evaluator<'_>, receiver: &Value, name: &str, call: &Call<'_>) -> Option<Known> {
    let known = Known::plain(receiver.clone());
    Some(match (receiver, name) {
        (Value::List(item), "pop" | "popleft" | "__next__" | "__anext__") => Known::plain((**item).clone()),
        (
            Value::List(_) | Value::Tuple(_),
            "copy" | "union" | "intersection" | "difference" | "symmetric_difference",
        ) => known,
        (Value::Tuple(_), "_asdict") if is_sql_row(receiver) => known,
        (Value::List(_) | Value::Tuple(_), _) => Known::plain(Value::Other),
        (Value::Map(item), "get" | "pop" | "setdefault") => {
            Known::plain(Value::union([(**item).clone(), Value::Null]))
        }
        (Value::Map(item), "values") => Known::plain(Value::list((**item).clone())),
        (Value::Map(item), "items") => {
            Known::plain(Value::list(Value::Tuple(Rc::from([Value::Other, (**item).clone()]))))
        }
        (Value::Map(_), "copy") => known,
        (Value::Map(_), _) => Known::plain(Value::Other),
        (Value::Object(_), "get" | "pop" | "setdefault") => match eval.argument(call, 0).value {
            Value::Str(key) => eval.member(&known, &key),
            _ => Known::unknown(),
        },
        (Value::Object(place), "values") => Known::plain(Value::list(eval.object_values(*place))),
        (Value::Object(place), "items") => {
            Known::plain(Value::list(Value::Tuple(Rc::from([Value::Other, eval.object_values(*place)]))))
        }
        (Value::Str(_), "decode" | "strip" | "rstrip" | "lstrip") => known,
        (Value::Str(separator), "join") => {
            Known::plain(joined_text(separator, &eval.argument(call, 0).value))
        }
        (Value::Str(_), _) => Known::plain(Value::Other),
        (Value::Library(_), _) => return paths::method(eval, receiver, name, call).map(Known::plain),
        _ => return None,
    })
}

/// `", ".join(["id", "email"])`, where all parts are known.
fn joined_text(separator: &str, parts: &Value) -> Value {
    let Value::Tuple(items) = parts else { return Value::Other };
    let texts: Option<Vec<&str>> = items.iter().map(Value::as_str).collect();
    texts.map_or(Value::Other, |texts| Value::Str(texts.join(separator).into()))
}

/// What a method wants of an argument.
pub fn parameter(eval: &Evaluator<'_>, receiver: &Value, name: &str, index: usize) -> Value {
    match (receiver, name, index) {
        (Value::List(item), "append" | "add" | "appendleft" | "remove", 0)
        | (Value::List(item), "insert", 1) => (**item).clone(),
        // `row.get("email")` of a row as a mapping.
        (Value::Tuple(_), "get" | "pop", 0) if is_sql_row(receiver) => receiver.clone(),
        (Value::List(item), "sort", _) => eval.callback([(**item).clone()], Value::Other),
        _ => Value::Unknown,
    }
}

/// The names of the fields of a row or of a mapped class.
fn field_names(value: &Value) -> Value {
    match value {
        Value::Row(row) => Value::FieldName(row.entity),
        Value::Entity(entity) => Value::FieldName(*entity),
        Value::Tuple(_) if is_sql_row(value) => value.clone(),
        Value::Union(items) => Value::union(items.iter().map(field_names)),
        _ => Value::Unknown,
    }
}

/// What a function of the language wants of an argument.
pub fn external_parameter(eval: &Evaluator<'_>, path: &str, call: &Call<'_>, index: usize) -> Value {
    let item = |position: usize| eval.items(&eval.argument(call, position)).value;
    match (path, index) {
        ("map" | "filter", 0) => eval.callback([item(1)], Value::Unknown),
        (
            "sorted" | "min" | "max" | "itertools.groupby" | "groupby" | "heapq.nlargest" | "heapq.nsmallest",
            1..,
        ) => eval.callback([item(0)], Value::Other),
        ("getattr" | "hasattr" | "setattr" | "delattr", 1) => match eval.argument(call, 0).value {
            // A mapped class gives a column, not a value.
            Value::Class(class) => eval.class_entity(class).map_or(Value::Unknown, Value::Entity),
            Value::Entity(entity) => Value::Entity(entity),
            value => field_names(&value),
        },
        // `sorted(users, key=attrgetter("email"))`: a callback on the items, by the name of an attribute.
        ("operator.attrgetter" | "attrgetter" | "operator.itemgetter" | "itemgetter", _) => {
            match eval.expected(call.cx, call.expr).value {
                Value::Callable { params, .. } => params.first().map_or(Value::Unknown, field_names),
                _ => Value::Unknown,
            }
        }
        ("functools.reduce" | "reduce", 0) => eval.callback([Value::Unknown, item(1)], Value::Unknown),
        _ => Value::Unknown,
    }
}

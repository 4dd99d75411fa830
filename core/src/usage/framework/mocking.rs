//! Test doubles: what a mocked function is told to give has to be what the function gives.
//!
//! Sources: the references of Jest ("Mock Functions", "The Jest Object", "test.each"), Vitest ("Mock", "Vi"),
//! jest-mock-extended and `@golevelup/ts-jest` (`createMock`).

use crate::code::eval::{Call, Evaluator};
use crate::code::library::Library;
use crate::code::value::{Known, LibraryValue, Value};

/// `it.each(table)`; `args`: one entry of the table.
const EACH: &str = "mocking.each";

/// Jest, Vitest and what extends them.
pub struct Mocking;

impl Library for Mocking {
    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let first = args.first().cloned().unwrap_or(Value::Unknown);
        match name(path)? {
            "Mocked" | "MockedObject" | "MockedObjectDeep" | "MockedFunction" | "MockedFunctionDeep"
            | "MockedClass" | "DeepMockProxy" | "MockProxy" | "DeepMocked" => Some(first),
            // Vitest's takes a function's type, Jest's its result first.
            "Mock" if args.len() == 1 && matches!(first, Value::Callable { .. } | Value::Function(_)) => {
                Some(first)
            }
            "Mock" => Some(eval.callback([], first)),
            _ => None,
        }
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, member: &str) -> Option<Value> {
        let is_method = matches!(object, Value::Method(..)) && told(member).is_some();
        is_method.then(|| Value::Method(object.clone().into(), member.into()))
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let typed = || call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
        match callee {
            // `mocked.mockResolvedValueOnce(a).mockResolvedValueOnce(b)`.
            Value::Method(receiver, method) if is_function(receiver) && told(method).is_some() => {
                Some(Known::plain((**receiver).clone()))
            }
            Value::External(path) if is_each(path) => {
                let entry = eval.items(&eval.argument(call, 0));
                Some(entry.with(LibraryValue::of(EACH, [entry.value.clone()])))
            }
            Value::External(path) if is_expect(path) => {
                Some(Known::plain(Value::ExternalInstance("expect".into(), [].into())))
            }
            Value::External(path) => match name(path)? {
                "spyOn" => {
                    let method = eval.argument(call, 1).value;
                    Some(eval.member(&eval.argument(call, 0), method.as_str()?))
                }
                "mocked" => Some(eval.argument(call, 0)),
                "fn" => Some(typed().unwrap_or_else(|| eval.argument(call, 0))),
                "mock" | "mockDeep" | "createMock" => typed(),
                "importActual" | "requireActual" => {
                    let module = typed()?;
                    Some(module.with(Value::promise(module.value.clone())))
                }
                _ => None,
            },
            _ => None,
        }
    }

    fn parameter(
        &self,
        eval: &Evaluator<'_>,
        callee: &Value,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Value> {
        match callee {
            Value::Method(_, method)
                if index == 0
                    && matches!(&**method, "toEqual" | "toStrictEqual" | "toMatchObject" | "toBe") =>
            {
                let ty = call.type_args.first()?;
                Some(eval.type_value(call.cx, *ty).value)
            }
            Value::Method(receiver, method) if index == 0 && is_function(receiver) => {
                let given = || eval.call_without_arguments(&Known::plain((**receiver).clone())).value;
                Some(match told(method)? {
                    Told::Result => given(),
                    Told::Awaited => given().awaited(),
                    Told::Function => match &**receiver {
                        Value::Method(..) => eval.callback(
                            eval.parameter_of(receiver, 0).into_iter().collect::<Vec<_>>(),
                            given(),
                        ),
                        function => function.clone(),
                    },
                })
            }
            Value::Library(each) if each.kind == EACH && index == 1 => Some(match each.first() {
                Value::Tuple(columns) => eval.callback(columns, Value::Unknown),
                entry => eval.callback([entry], Value::Unknown),
            }),
            Value::External(path) if index == 0 && matches!(name(path), Some("fn")) => {
                Some(eval.type_value(call.cx, *call.type_args.first()?).value)
            }
            _ => None,
        }
    }
}

/// What a method of a mocked function tells it.
enum Told {
    /// What to return.
    Result,
    /// What the promise that it returns holds.
    Awaited,
    /// What to do.
    Function,
}

fn told(method: &str) -> Option<Told> {
    Some(match method.strip_suffix("Once").unwrap_or(method) {
        "mockReturnValue" => Told::Result,
        "mockResolvedValue" => Told::Awaited,
        "mockImplementation" => Told::Function,
        _ => return None,
    })
}

fn is_function(value: &Value) -> bool {
    matches!(value, Value::Method(..) | Value::Function(_) | Value::Callable { .. })
}

fn is_expect(path: &str) -> bool {
    matches!(path, "expect" | "vitest.expect" | "@jest/globals.expect")
}

fn is_each(path: &str) -> bool {
    let path = path.strip_prefix("vitest.").or_else(|| path.strip_prefix("@jest/globals.")).unwrap_or(path);
    matches!(path, "it.each" | "test.each" | "describe.each" | "it.only.each" | "test.only.each")
}

/// The name of an export of Jest, Vitest or what extends them.
fn name(path: &str) -> Option<&str> {
    const HOMES: &[&str] = &[
        "jest.",
        "vi.",
        "vitest.vi.",
        "vitest.",
        "@jest/globals.jest.",
        "jest-mock.",
        "jest-mock-extended.",
        "vitest-mock-extended.",
        "@golevelup/ts-jest.",
        "@golevelup/ts-vitest.",
    ];
    HOMES.iter().find_map(|home| path.strip_prefix(home)).filter(|name| !name.contains('.'))
}

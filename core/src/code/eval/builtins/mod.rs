//! What the languages' own functions, methods and types do to values.

pub mod paths;
mod python;
mod typescript;

use std::rc::Rc;

use crate::code::eval::{Call, Evaluator};
use crate::code::tree::Module;
use crate::code::value::{Known, Value};

impl Evaluator<'_> {
    /// A name that no scope binds.
    pub fn builtin_name(&self, module: &Module, name: &str) -> Known {
        Known::plain(if !module.language.is_python() {
            typescript::name(name)
        } else if name == "__file__" {
            paths::of_module(self, module.file)
        } else {
            python::name(name)
        })
    }

    /// A value of a library's or language's type.
    pub fn type_by_path(&self, path: &str, args: &[Value]) -> Value {
        self.typed_by_path(path, args).value
    }

    /// A value of a library's or language's type, with the proof where it comes from code.
    pub fn typed_by_path(&self, path: &str, args: &[Value]) -> Known {
        for library in self.libraries() {
            if let Some(value) = library.instance(self, path, args) {
                return Known { value, likely: false, trail: library.type_proof(self, path, args) };
            }
        }
        let name = path.rsplit('.').next().unwrap_or(path);
        let prefix = path.strip_suffix(name).unwrap_or("").trim_end_matches('.');
        let of_language = matches!(
            prefix,
            "" | "typing"
                | "typing_extensions"
                | "collections.abc"
                | "collections"
                | "builtins"
                | "contextlib"
                | "React"
                | "react"
                | "react.default"
                | "asyncio"
        );
        if of_language {
            if let Some(value) = python::ty(name, args) {
                return Known::plain(value);
            }
            if let Some(known) = typescript::ty(self, name, args) {
                return known;
            }
        }
        Known::plain(Value::ExternalInstance(Rc::from(path), args.into()))
    }

    /// A call of a library's or language's function.
    pub fn external_call(&self, path: &str, call: &Call<'_>) -> Known {
        let known = if call.module().language.is_python() {
            python::call(self, path, call)
        } else {
            typescript::call(self, path, call)
        };
        known.unwrap_or_else(|| {
            let name = path.rsplit('.').next().unwrap_or(path);
            // A class is called with a capital letter in both languages.
            if name.starts_with(|letter: char| letter.is_ascii_uppercase()) {
                let args: Vec<Value> =
                    call.type_args.iter().map(|ty| self.type_value(call.cx, *ty).value).collect();
                return Known::plain(self.type_by_path(path, &args));
            }
            Known::unknown()
        })
    }

    /// A method of a list, map, promise or another value that no class of the project describes.
    pub fn builtin_method(&self, receiver: &Value, name: &str, call: &Call<'_>) -> Known {
        let known = if call.module().language.is_python() {
            python::method(self, receiver, name, call)
        } else {
            typescript::method(self, receiver, name, call)
        };
        known.unwrap_or_else(Known::unknown)
    }

    /// What a method of a list, map or promise wants of an argument.
    pub fn builtin_parameter(&self, receiver: &Value, name: &str, call: &Call<'_>, index: usize) -> Value {
        if call.module().language.is_python() {
            python::parameter(self, receiver, name, index)
        } else {
            typescript::parameter(self, receiver, name, call, index)
        }
    }

    /// What a library's or language's function wants of an argument.
    pub fn external_parameter(&self, path: &str, call: &Call<'_>, index: usize) -> Value {
        if call.module().language.is_python() {
            python::external_parameter(self, path, call, index)
        } else {
            typescript::external_parameter(self, path, call, index)
        }
    }
}

//! Vue, Svelte and Storybook: values that a component is given, and cells that it keeps them in.
//!
//! Sources: Vue's reference ("Reactivity API", "`<script setup>`"), Svelte's ("Runes"), Storybook's ("Args", "TypeScript").

use crate::code::eval::{Call, Evaluator};
use crate::code::library::{KeyMeaning, Library};
use crate::code::value::{Known, LibraryValue, Value};

/// `ref<T>()`; `args`: what `.value` is.
const CELL: &str = "vue.ref";
/// What Nuxt's `useFetch` gives; `args`: the data.
const FETCHED: &str = "nuxt.fetched";
/// `StoryObj<typeof Card>`; `args`: the component's props.
const STORY: &str = "storybook.story";

/// Vue and Svelte.
pub struct Components;

impl Library for Components {
    fn instance(&self, eval: &Evaluator<'_>, path: &str, args: &[Value]) -> Option<Value> {
        let arg = || args.first().cloned().unwrap_or(Value::Unknown);
        match path.strip_prefix("vue.") {
            Some("Ref" | "ComputedRef" | "ShallowRef") => Some(LibraryValue::of(CELL, [arg()])),
            Some("PropType") => Some(arg()),
            Some(_) => None,
            None => {
                let name = path.strip_prefix("@storybook/")?.rsplit('.').next()?;
                if !matches!(name, "StoryObj" | "Story" | "StoryFn" | "Meta" | "ComponentStory") {
                    return None;
                }
                let props = match arg() {
                    meta @ Value::Object(_) => {
                        eval.props_of(&eval.member(&Known::plain(meta), "component").value)
                    }
                    component => eval.props_of(&component),
                };
                Some(LibraryValue::of(STORY, [props.value]))
            }
        }
    }

    fn member(&self, _eval: &Evaluator<'_>, object: &Value, name: &str) -> Option<Value> {
        match name {
            "value" => object.library(CELL).map(LibraryValue::first),
            "data" => Some(LibraryValue::of(CELL, [object.library(FETCHED)?.first()])),
            "args" => object.library(STORY).map(LibraryValue::first),
            _ => None,
        }
    }

    fn key(&self, _eval: &Evaluator<'_>, shape: &Value, key: &str) -> Option<KeyMeaning> {
        let props = shape.library(STORY)?.first();
        (key == "args").then(|| KeyMeaning::plain(props))
    }

    fn call(&self, eval: &Evaluator<'_>, callee: &Value, call: &Call<'_>) -> Option<Known> {
        let Value::External(path) = callee else { return None };
        let typed = || call.type_args.first().map(|ty| eval.type_value(call.cx, *ty));
        let arg = || eval.argument(call, 0);
        let cell = |known: Known| known.with(LibraryValue::of(CELL, [known.value.clone()]));
        Some(match path.strip_prefix("vue.").unwrap_or(path) {
            // Macros of `<script setup>` need no import.
            "defineProps" => typed()?,
            "withDefaults" => arg(),
            "ref" | "shallowRef" | "customRef" | "defineModel" => cell(typed().unwrap_or_else(arg)),
            "computed" => cell(typed().unwrap_or_else(|| eval.call_without_arguments(&arg()))),
            "toRef" => cell(arg()),
            // Nuxt's need no import either.
            "useFetch" | "useLazyFetch" | "useAsyncData" | "useLazyAsyncData" => {
                let data = typed().unwrap_or_else(|| {
                    eval.call_without_arguments(&eval.argument(call, call.args.len().saturating_sub(1)))
                });
                let held = Value::union([data.value.awaited(), Value::Null]);
                data.with(Value::promise(LibraryValue::of(FETCHED, [held])))
            }
            "reactive" | "readonly" | "shallowReactive" | "toRaw" => arg(),
            "unref" => {
                let given = arg();
                given.with(given.value.library(CELL).map_or_else(|| given.value.clone(), LibraryValue::first))
            }
            "$state" | "$state.raw" | "$state.snapshot" => typed().unwrap_or_else(arg),
            "$derived" => arg(),
            "$derived.by" => eval.call_without_arguments(&arg()),
            "$props" => typed().unwrap_or_else(|| eval.expected(call.cx, call.expr)),
            _ => return None,
        })
    }
}

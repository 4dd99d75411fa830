//! pytest gives fixtures to parameters by their names.
//!
//! Sources: pytest's "About fixtures" (who may request a fixture; overriding one per folder, module and class), "How to
//! parametrize fixtures and test functions", pytest-asyncio's "fixtures".

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::library::Library;
use crate::code::tree::{BindingKind, ExprId, ExprKind, FunctionId, MemberKind, Module, PatternKind};
use crate::code::value::{FunctionRef, Known, Value};
use crate::usage::framework::python::decorator_names;

/// Fixtures and parametrised tests.
pub struct Pytest;

impl Library for Pytest {
    fn injected(
        &self,
        eval: &Evaluator<'_>,
        module: &Module,
        function: FunctionId,
        index: usize,
    ) -> Option<Known> {
        let declared = module.function(function);
        let is_test = declared.name.is_some_and(|name| module.text(name).starts_with("test"));
        if !module.language.is_python() || !(is_test || is_fixture(module, function)) {
            return None;
        }
        let PatternKind::Name(name) = module.pattern(declared.params.get(index)?.pattern).kind else {
            return None;
        };
        let name = module.text(name);
        if name == "self" || name == "request" {
            return None;
        }
        parametrized(eval, module, function, name)
            .or_else(|| fixture_of_class(eval, module, function, name))
            .or_else(|| fixture_in(eval, module, Some(function), name))
            .or_else(|| fixture_of_folders(eval, module, Some(function), name))
    }
}

fn is_fixture(module: &Module, function: FunctionId) -> bool {
    decorator_names(module, function).any(|name| name == "fixture")
}

/// The name by which a fixture is asked for: its own, or what `name=` says.
fn is_called(module: &Module, function: FunctionId, name: &str) -> bool {
    let declared = module.function(function);
    let renamed = declared.decorators.iter().find_map(|decorator| {
        let call = Call::at(Context::of(module), *decorator)?;
        module.literal_str(call.keyword("name")?)
    });
    match renamed {
        Some(renamed) => renamed == name,
        None => declared.name.is_some_and(|own| module.text(own) == name),
    }
}

/// What a fixture gives: its result, awaited; of a generator what it yields.
fn given(eval: &Evaluator<'_>, module: &Module, id: FunctionId, receiver: Option<Value>) -> Known {
    let receiver = receiver.map(std::rc::Rc::new);
    let function = FunctionRef { file: module.file, id, receiver, frame: Default::default() };
    let result = eval.call_function(&function, None);
    let value = result.value.awaited();
    let yields = module.function(id).is_generator;
    result.with(if yields { eval.items(&Known::plain(value)).value } else { value })
}

/// A fixture among the methods of the class around a test.
fn fixture_of_class(eval: &Evaluator<'_>, module: &Module, asking: FunctionId, name: &str) -> Option<Known> {
    let class = module.function(asking).class?;
    let methods = module.class(class).members.iter().filter_map(|member| match member.kind {
        MemberKind::Method(id) => Some(id),
        MemberKind::Field { .. } => None,
    });
    let wanted = |id: &FunctionId| *id != asking && is_fixture(module, *id) && is_called(module, *id, name);
    let class = crate::code::value::ClassRef { file: module.file, id: class };
    methods.into_iter().find(wanted).map(|id| given(eval, module, id, Some(eval.instance_of(class, &[]))))
}

/// A fixture of a module, or one that the module imports.
fn fixture_in(
    eval: &Evaluator<'_>,
    module: &Module,
    asking: Option<FunctionId>,
    name: &str,
) -> Option<Known> {
    if !module.source.text.contains("fixture") {
        return None;
    }
    let own = (0..module.functions.len()).filter_map(|index| u32::try_from(index).ok().map(FunctionId));
    let wanted = |id: &FunctionId| {
        let function = module.function(*id);
        function.class.is_none()
            && function.expr.is_none()
            && Some(*id) != asking
            && is_fixture(module, *id)
            && is_called(module, *id, name)
    };
    own.into_iter()
        .find(wanted)
        .map(|id| given(eval, module, id, None))
        .or_else(|| imported(eval, module, name))
}

/// `from fixtures import user`.
fn imported(eval: &Evaluator<'_>, module: &Module, name: &str) -> Option<Known> {
    let bindings = module.bindings_named(module.root_scope(), name);
    let import = bindings.iter().find(|binding| matches!(binding.kind, BindingKind::Import { .. }))?;
    match eval.binding_value(Context::of(module), import.kind).value {
        Value::Function(function) => {
            let from = eval.module(function.file)?;
            is_fixture(&from, function.id).then(|| given(eval, &from, function.id, None))
        }
        _ => None,
    }
}

/// A fixture of the `conftest.py` beside the test, or of one in a folder further out.
fn fixture_of_folders(
    eval: &Evaluator<'_>,
    module: &Module,
    asking: Option<FunctionId>,
    name: &str,
) -> Option<Known> {
    let sources = eval.project().sources();
    let mut folder = sources.path(module.file);
    while let Some((parent, _)) = folder.rsplit_once('/').or((!folder.is_empty()).then_some(("", ""))) {
        let path = if parent.is_empty() { "conftest.py".to_owned() } else { format!("{parent}/conftest.py") };
        let beside = sources.find(&path).filter(|file| *file != module.file);
        let found = beside.and_then(|file| eval.module(file)).and_then(|conftest| {
            let asking = asking.filter(|_| conftest.file == module.file);
            fixture_in(eval, &conftest, asking, name)
        });
        if found.is_some() {
            return found;
        }
        folder = parent;
    }
    None
}

/// `@pytest.mark.parametrize("user, mail", [(User(), "a")])`.
fn parametrized(eval: &Evaluator<'_>, module: &Module, function: FunctionId, name: &str) -> Option<Known> {
    let declared = module.function(function);
    let of_class = declared.class.map(|class| module.class(class).decorators.as_slice()).unwrap_or_default();
    declared.decorators.iter().chain(of_class).find_map(|decorator| {
        let text = module.slice(module.expr(*decorator).range);
        if !text.contains("parametrize") {
            return None;
        }
        let call = Call::at(Context::of(module), *decorator)?;
        let names = names_in(module, call.positional(0)?);
        let position = names.iter().position(|given| given == name)?;
        let rows = eval.items(&eval.argument(&call, 1));
        Some(if names.len() == 1 { rows } else { eval.nth(&rows, position) })
    })
}

/// The names of `"a, b"` or `["a", "b"]`.
fn names_in(module: &Module, names: ExprId) -> Vec<String> {
    match &module.expr(names).kind {
        ExprKind::Sequence { items, .. } => {
            items.iter().filter_map(|item| module.literal_str(*item)).collect()
        }
        _ => {
            let text = module.literal_str(names).unwrap_or_default();
            text.split(',').map(|name| name.trim().to_owned()).collect()
        }
    }
}

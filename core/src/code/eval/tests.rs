//! The mechanics of asking: cycles, cuts, bounds, uses of a name. What the languages mean is tested by the cases.

use crate::code::eval::{Context, Evaluator, MOST_STEPS};
use crate::code::project::Project;
use crate::code::tree::{ExprId, Module, ScopeId};
use crate::code::value::Value;
use crate::schema::Mapping;
use crate::text::{FileId, MemoryFiles, Sources};

fn ask(path: &str, text: &str, question: impl FnOnce(&Evaluator<'_>, &Module)) {
    let sources = Sources::new(Box::new(MemoryFiles::from_iter([(path, text)])));
    let project = Project::new(&sources);
    let eval = Evaluator::new(&project, &Mapping::default(), Vec::new());
    let module = eval.module(FileId(0)).expect("code");
    question(&eval, &module);
}

/// The last expression with this text.
fn expr(module: &Module, text: &str) -> ExprId {
    let found = (0..).map(ExprId).zip(&module.exprs).filter(|(_, expr)| module.slice(expr.range) == text);
    found.last().expect("an expression").0
}

fn value(eval: &Evaluator<'_>, module: &Module, text: &str) -> Value {
    eval.begin();
    eval.expr(Context::of(module), expr(module, text)).value
}

/// How many expressions read `name`, for each scope that binds it and is read from.
fn uses(path: &str, text: &str, name: &str, expected: &[usize]) {
    ask(path, text, |eval, module| {
        let scopes = (0..).map(ScopeId).take(module.scopes.len());
        let mut counts: Vec<usize> = scopes.map(|scope| eval.uses_of(module, scope, name).len()).collect();
        counts.retain(|count| *count > 0);
        assert_eq!(counts, expected, "{text}");
    });
}

#[test]
fn uses_belong_to_the_scope_that_binds_the_name() {
    let python = "x = 1\ndef f(x):\n    return x + x + x\ndef g():\n    return x\n";
    uses("a.py", python, "x", &[1, 3]);
    // A class body is not seen from its methods.
    uses("a.py", "x = 1\nclass A:\n    x = 2\n    def m(self):\n        return x + x\n", "x", &[2]);
    uses("a.ts", "const x = 1;\nconst o = { x };\nconst f = (x) => x;\n", "x", &[1, 1]);
    uses("a.ts", "other(x);\n", "x", &[]);
}

#[test]
fn objects_that_spread_themselves_end() {
    let text = "let a = { ...b, ...a };\nlet b = { ...a, ...b, k: 'known' };\nuse(a.k, a.missing);\n";
    ask("a.ts", text, |eval, module| {
        assert_eq!(value(eval, module, "a.k"), Value::Str("known".into()));
        assert_eq!(value(eval, module, "a.missing"), Value::Unknown);
        assert!(!eval.exhausted());
    });
}

#[test]
fn the_order_of_questions_does_not_matter() {
    let text = "def f(n):\n    return g(n) if n else 'f'\n\ndef g(n):\n    return f(n) if n else 'g'\n\nuse(f(1), g(2))\n";
    let both = |first: &str, second: &str| {
        let mut found = Vec::new();
        ask("a.py", text, |eval, module| {
            for text in [first, second] {
                let known = value(eval, module, text);
                let mut strings: Vec<String> =
                    known.alternatives().iter().filter_map(Value::as_str).map(str::to_owned).collect();
                strings.sort();
                found.push((text.to_owned(), strings));
            }
        });
        found.sort();
        found
    };
    let found = both("f(1)", "g(2)");
    assert_eq!(found, both("g(2)", "f(1)"));
    assert!(found.iter().all(|(_, strings)| *strings == ["f", "g"]), "{found:?}");
}

#[test]
fn a_long_way_is_cut_and_shorter_ones_lead_through() {
    let mut text = "x0 = 'start'\n".to_owned();
    for index in 1..400 {
        text += &format!("x{index} = x{}\n", index - 1);
    }
    text += "use(x100, x399, x200, x300)\n";
    ask("a.py", &text, |eval, module| {
        let start = Value::Str("start".into());
        assert_eq!(value(eval, module, "x399"), Value::Unknown);
        // What was cut is not kept: from nearer by the same variable is known, and so is what rests on it.
        for name in ["x50", "x100", "x150", "x200", "x250", "x300", "x350", "x399"] {
            assert_eq!(value(eval, module, name), start, "{name}");
        }
    });
}

#[test]
fn a_question_takes_so_many_steps_and_the_next_one_begins_anew() {
    let count = MOST_STEPS + 10;
    let names = (0..count).map(|index| format!("f{index}()")).collect::<Vec<_>>().join(", ");
    let mut text: String = (0..count).map(|index| format!("def f{index}():\n    return 'v'\n")).collect();
    text += &format!("all = [{names}]\n");
    ask("a.py", &text, |eval, module| {
        value(eval, module, &format!("[{names}]"));
        assert!(eval.exhausted());
        assert_eq!(value(eval, module, "f1()"), Value::Str("v".into()));
        assert!(!eval.exhausted());
    });
}

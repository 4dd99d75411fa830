//! `cargo x test`: named steps, each with its time, and a closing count.

use std::time::{Duration, Instant};

use super::{
    Outcome, mermaid, node, parity, prisma, python, servers, soundness, squawk, tool, truth, truth_implicit,
    truth_schema, truth_typescript,
};

/// One part of the test run.
struct Step {
    name: &'static str,
    about: &'static str,
    /// Steps that must have succeeded before this one.
    after: &'static [&'static str],
    /// Whether `--quick` runs it: it needs nothing but Rust.
    quick: bool,
    run: fn() -> Outcome,
}

const STEPS: &[Step] = &[
    Step { name: "fmt", about: "rustfmt changes nothing", after: &[], quick: true, run: fmt },
    Step { name: "clippy", about: "clippy has nothing to say", after: &[], quick: true, run: clippy },
    Step { name: "rust", about: "the tests of all crates", after: &[], quick: true, run: rust },
    Step {
        name: "python-package",
        about: "the wheel is built and installed into a fresh virtual environment",
        after: &[],
        quick: false,
        run: python::package,
    },
    Step {
        name: "python-types",
        about: "stubs agree with the extension (stubtest), the package and its users with mypy --strict",
        after: &["python-package"],
        quick: false,
        run: python::types,
    },
    Step {
        name: "python-tests",
        about: "the tests of the installed wheel (pytest)",
        after: &["python-package"],
        quick: false,
        run: python::tests,
    },
    Step {
        name: "node-package",
        about: "the npm package is packed and installed into a fresh folder",
        after: &[],
        quick: false,
        run: node::package,
    },
    Step {
        name: "node-types",
        about: "the declarations agree with their users (tsc --strict)",
        after: &["node-package"],
        quick: false,
        run: node::types,
    },
    Step {
        name: "node-tests",
        about: "the tests of the installed npm package (node --test)",
        after: &["node-package"],
        quick: false,
        run: node::tests,
    },
    Step {
        name: "truth-schema",
        about: "histories of PyPI's octavia and langflow-base against what databases had after every tenth revision; Alembic's order of revisions in seven",
        after: &[],
        quick: false,
        run: truth_schema::run,
    },
    Step {
        name: "histories",
        about: "the code of either release on the schema of either: what is judged is what SQLAlchemy does on SQLite",
        after: &[],
        quick: false,
        run: super::histories::run,
    },
    Step {
        name: "parity",
        about: "binary, Rust, Python and Node give the same bytes for every example and case",
        after: &["python-package", "node-package"],
        quick: false,
        run: parity::run,
    },
    Step {
        name: "truth-python",
        about: "what a type checker found in a package from PyPI is found, and nothing that it refutes",
        after: &[],
        quick: false,
        run: truth::run_python,
    },
    Step {
        name: "soundness",
        about: "no drop of a column is called safe where a type checker found code that breaks, in two packages from PyPI",
        after: &[],
        quick: false,
        run: soundness::run,
    },
    Step {
        name: "truth-implicit-prisma",
        about: "what Prisma's calls name by themselves on SQLite is what is said of them",
        after: &[],
        quick: false,
        run: truth_implicit::run_prisma,
    },
    Step {
        name: "truth-implicit-sqlalchemy",
        about: "what SQLAlchemy's calls name by themselves on SQLite is what is said of them: the newest 2.x, and 1.4",
        after: &[],
        quick: false,
        run: truth_implicit::run_sqlalchemy,
    },
    Step {
        name: "truth-typescript",
        about: "usages are what the TypeScript compiler misses when a field goes",
        after: &[],
        quick: false,
        run: truth_typescript::run,
    },
    Step {
        name: "postgres",
        about: "the model is what PostgreSQL has after each step of our histories",
        after: &[],
        quick: false,
        run: servers::run_postgres,
    },
    Step {
        name: "alembic",
        about: "the model is what Alembic makes in PostgreSQL, MariaDB and SQLite, after each revision up and down",
        after: &[],
        quick: false,
        run: servers::alembic::run,
    },
    Step {
        name: "order",
        about: "dbmate and node-pg-migrate apply their migrations to PostgreSQL in the order in which they are read",
        after: &[],
        quick: false,
        run: servers::order::run,
    },
    Step {
        name: "squawk",
        about: "no definition that squawk's parser knows in our PostgreSQL histories is lost in silence",
        after: &[],
        quick: false,
        run: squawk::run,
    },
    Step {
        name: "mariadb",
        about: "the model is what MariaDB has after each step of our histories",
        after: &[],
        quick: false,
        run: servers::run_mariadb,
    },
    Step {
        name: "sqlite",
        about: "the model is what SQLite has after each step of our histories",
        after: &[],
        quick: false,
        run: servers::run_sqlite,
    },
    Step {
        name: "knex",
        about: "the model is what Knex makes of PostgreSQL, MariaDB and SQLite, migration by migration",
        after: &[],
        quick: false,
        run: servers::scripts::run_knex,
    },
    Step {
        name: "typeorm",
        about: "the model is what TypeORM makes of PostgreSQL, MariaDB and SQLite, migration by migration and back",
        after: &[],
        quick: false,
        run: servers::scripts::run_typeorm,
    },
    Step {
        name: "mermaid",
        about: "Mermaid's own parser takes the diagrams of all our schemas, with every table, column and foreign key",
        after: &[],
        quick: false,
        run: mermaid::run,
    },
    Step {
        name: "truth-prisma",
        about: "Prisma's own engines agree with the Prisma reader and with `diff`",
        after: &[],
        quick: false,
        run: prisma::truth,
    },
];

enum State {
    Passed,
    Failed(String),
    Skipped(String),
}

struct Done {
    step: &'static Step,
    state: State,
    took: Duration,
}

/// Prints the steps.
pub fn list() {
    for step in STEPS {
        let quick = if step.quick { " (--quick)" } else { "" };
        println!("{:<22}{}{quick}", step.name, step.about);
    }
}

/// Runs the steps that are named, with what they need; all of them when none is.
pub fn test(args: &[String]) -> Outcome {
    let quick = args.iter().any(|arg| arg == "--quick");
    let named: Vec<&str> = args.iter().map(String::as_str).filter(|arg| *arg != "--quick").collect();
    let selected = select(&named, quick)?;
    let started = Instant::now();
    let mut done: Vec<Done> = Vec::new();
    for (place, step) in selected.iter().enumerate() {
        println!("\n=== {}/{} {}: {}", place + 1, selected.len(), step.name, step.about);
        let begun = Instant::now();
        let missing = step.after.iter().find(|name| !has_passed(&done, name));
        let state = match missing {
            Some(name) => State::Skipped(format!("{name} did not pass")),
            None => (step.run)().map_or_else(state_of_error, |()| State::Passed),
        };
        done.push(Done { step, state, took: begun.elapsed() });
        done.last().into_iter().for_each(print_end);
    }
    close(&done, started.elapsed())
}

fn select(named: &[&str], quick: bool) -> Outcome<Vec<&'static Step>> {
    if let Some(unknown) = named.iter().find(|name| !STEPS.iter().any(|step| step.name == **name)) {
        let known: Vec<&str> = STEPS.iter().map(|step| step.name).collect();
        return Err(format!("no such step: {unknown}; the steps are {}", known.join(", ")));
    }
    let asked = |step: &Step| named.is_empty() && (!quick || step.quick) || named.contains(&step.name);
    let needed = |step: &Step| STEPS.iter().any(|user| asked(user) && user.after.contains(&step.name));
    Ok(STEPS.iter().filter(|step| asked(step) || needed(step)).collect())
}

fn state_of_error(message: String) -> State {
    match message.strip_prefix(tool::CANNOT) {
        Some(reason) => State::Skipped(reason.to_owned()),
        None => State::Failed(message),
    }
}

fn has_passed(done: &[Done], name: &str) -> bool {
    done.iter().any(|done| done.step.name == name && matches!(done.state, State::Passed))
}

fn print_end(done: &Done) {
    let seconds = done.took.as_secs_f64();
    match &done.state {
        State::Passed => println!("--- {}: passed ({seconds:.1} s)", done.step.name),
        State::Failed(message) => println!("--- {}: FAILED ({seconds:.1} s)\n{message}", done.step.name),
        State::Skipped(reason) => println!("--- {}: skipped: {reason}", done.step.name),
    }
}

fn close(done: &[Done], took: Duration) -> Outcome {
    println!("\n=== all steps ({:.1} s)", took.as_secs_f64());
    let (mut passed, mut failed, mut skipped) = (0, 0, 0);
    for done in done {
        let (count, word) = match &done.state {
            State::Passed => (&mut passed, "passed"),
            State::Failed(_) => (&mut failed, "FAILED"),
            State::Skipped(_) => (&mut skipped, "skipped"),
        };
        *count += 1;
        println!("{:<22}{word:<9}{:>7.1} s", done.step.name, done.took.as_secs_f64());
    }
    match skipped {
        0 => println!("steps: {passed} passed, {failed} failed"),
        _ => println!("steps: {passed} passed, {failed} failed, {skipped} skipped"),
    }
    match failed + skipped {
        0 => Ok(()),
        _ => Err("some steps did not pass; `cargo x test STEP` runs one of them again".to_owned()),
    }
}

fn fmt() -> Outcome {
    tool::run(tool::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Outcome {
    tool::run(tool::cargo().args([
        "clippy",
        "--quiet",
        "--workspace",
        "--all-targets",
        "--",
        "-D",
        "warnings",
    ]))
}

fn rust() -> Outcome {
    tool::run(tool::cargo().args(["test", "--quiet", "--workspace", "--no-fail-fast"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_step_brings_what_it_needs() {
        let names = |named: &[&str], quick| {
            select(named, quick).unwrap().iter().map(|step| step.name).collect::<Vec<_>>()
        };
        assert_eq!(names(&["python-types"], false), ["python-package", "python-types"]);
        assert_eq!(names(&["parity"], false), ["python-package", "node-package", "parity"]);
        assert_eq!(names(&[], true), ["fmt", "clippy", "rust"]);
        assert_eq!(names(&[], false).len(), STEPS.len());
        assert!(select(&["pyhton"], false).is_err());
    }

    #[test]
    fn steps_stand_after_what_they_need() {
        for (place, step) in STEPS.iter().enumerate() {
            for name in step.after {
                assert!(
                    STEPS[..place].iter().any(|earlier| earlier.name == *name),
                    "{} before {name}",
                    step.name
                );
            }
        }
    }
}

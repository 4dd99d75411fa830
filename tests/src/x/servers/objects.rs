//! What servers do to views, keys, triggers and functions in the way of a change: every statement of `tests/servers/objects`.

use seawall_tests::objects::{Answer, ObjectCase, cases};

use super::super::{Outcome, tool};

/// How many things of this name PostgreSQL has.
pub const POSTGRES: &str = "SELECT count(*) FROM (SELECT relname FROM pg_class UNION ALL SELECT conname FROM pg_constraint \
     UNION ALL SELECT tgname FROM pg_trigger UNION ALL SELECT proname FROM pg_proc UNION ALL SELECT polname FROM pg_policy \
     UNION ALL SELECT attname FROM pg_attribute) AS names (name) WHERE name = '{}';\n";

/// How many things of this name MariaDB has in the database.
pub const MARIADB: &str = "SELECT count(*) FROM (SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() \
     UNION ALL SELECT constraint_name FROM information_schema.table_constraints WHERE constraint_schema = database() \
     UNION ALL SELECT trigger_name FROM information_schema.triggers WHERE trigger_schema = database() \
     UNION ALL SELECT routine_name FROM information_schema.routines WHERE routine_schema = database() \
     UNION ALL SELECT column_name FROM information_schema.columns WHERE table_schema = database() \
     UNION ALL SELECT index_name FROM information_schema.statistics WHERE table_schema = database()) AS names \
     WHERE name = '{}';\n";

/// Runs every case of a database by `run`, which takes a script to a database of this name and gives what it printed.
pub fn judge(database: &str, there: &str, mut run: impl FnMut(&str, &str) -> Outcome<String>) -> Outcome {
    judge_by(database, |number, case| {
        let name = format!("object_{number}");
        let uses = format!("BEGIN;\n{}\nROLLBACK;\n", case.uses);
        run(&name, &case.setup)?;
        run(&name, &uses).map_err(|error| format!("its use fails before the change: {error}"))?;
        if run(&name, &case.change).is_err() {
            return Ok(Answer::Refused);
        }
        let count = run(&name, &there.replace("{}", &case.name))?;
        Ok(match (count.trim(), run(&name, &uses)) {
            ("0", _) => Answer::Taken,
            (_, Err(_)) => Answer::Fails,
            (_, Ok(_)) => Answer::Stays,
        })
    })
}

/// Runs every case in SQLite.
pub fn judge_sqlite(python: &str) -> Outcome {
    let script = super::folder().join("catalog/object.py");
    judge_by("sqlite", |_, case| {
        let input = serde_json::json!({
            "setup": case.setup, "change": case.change, "uses": case.uses, "kind": case.kind, "name": case.name,
        });
        let said = tool::output_of_input(tool::command(python).arg(&script), &input.to_string())?;
        let answers = [Answer::Refused, Answer::Taken, Answer::Fails, Answer::Stays];
        answers.into_iter().find(|answer| answer.word() == said.trim()).ok_or(said)
    })
}

fn judge_by(database: &str, mut ask: impl FnMut(usize, &ObjectCase) -> Outcome<Answer>) -> Outcome {
    let cases = cases(database)?;
    let mut wrong = Vec::new();
    for (number, case) in cases.iter().enumerate() {
        match ask(number, case) {
            Ok(answer) if answer == case.answer => {}
            Ok(answer) => {
                wrong.push(format!("{}: {}, not {}", case.title, answer.word(), case.answer.word()))
            }
            Err(error) => wrong.push(format!("{}: {error}", case.title)),
        }
    }
    println!("  {} dependents of what changes, {} answered otherwise", cases.len(), wrong.len());
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n")) }
}

//! The commands of the developer tool.

mod bench;
mod codegen;
mod histories;
mod mermaid;
mod node;
mod parity;
mod prisma;
mod python;
mod servers;
mod soundness;
mod squawk;
mod statements;
mod steps;
mod tool;
mod truth;
mod truth_implicit;
mod truth_schema;
mod truth_typescript;

/// A result whose error is a message for the developer, complete with what to do.
type Outcome<T = ()> = Result<T, String>;

const HELP: &str = "\
cargo x test [STEP...] [--quick]   run everything: Rust, Python, Node, packaging, parity (--quick: Rust alone)
cargo x steps                      the steps of `cargo x test`
cargo x codegen [--check]          write docs/rules.md, the JSON Schemas, Python types and TypeScript types of options and reports
cargo x prisma FOLDER              the step truth-prisma on other schemas: a file or a folder each
cargo x bench FOLDER --rare TABLE.COLUMN --common TABLE.COLUMN [--schema PATH|detect] [--profile NAME]
          [--program PATH] [--rounds N]
                                   CPU time and peak memory beside ripgrep, ast-grep and a full parse
cargo x statements DIALECT FOLDER...
                                   how many statements of a folder's .sql files are understood, and which kinds are not
cargo x replay DIALECT FOLDER      the migrations of a folder on a real server, compared with the model after each
cargo x squawk FOLDER...           what of the definitions that squawk's parser knows is neither read nor reported";

/// Runs the command that these arguments name.
pub fn run(args: &[String]) -> Outcome {
    let (command, rest) = match args.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", args),
    };
    match command {
        "test" => steps::test(rest),
        "steps" => {
            steps::list();
            Ok(())
        }
        "codegen" => codegen::run(rest),
        "prisma" => prisma::of_folder(rest),
        "bench" => bench::run(rest),
        "statements" => statements::run(rest),
        "replay" => servers::replay::run(rest),
        "squawk" => squawk::of_folders(rest),
        "help" | "--help" | "-h" => {
            println!("{HELP}");
            Ok(())
        }
        other => Err(format!("no such command: {other}\n{HELP}")),
    }
}

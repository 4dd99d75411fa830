//! The command line: the only place that prints.
//!
//! Standard output carries only the result; everything else goes to standard error. Exit code 0: nothing at or above
//! `--fail-on`; 1: findings; 2: the run could not be done.

mod arguments;
mod ci;
mod progress;

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use clap::{CommandFactory, FromArgMatches};

use crate::analyze::{ChangeSource, Options, run as verbs};
use crate::cli::arguments::{
    ChangeArguments, CheckArguments, Cli, Color, Common, CompatArguments, DiffArguments, ListFormat,
    SchemaArguments, SchemaFormat, UsagesArguments, Verb, WitnessArguments,
};
use crate::cli::progress::Progress;
use crate::report::printable::{clean, clean_line};
use crate::report::{Layout, json, mermaid, render_check, text};
use crate::rules::Verdict;
use crate::{Error, ErrorKind, Releases, Result};

/// Nothing at or above `--fail-on`.
const DONE: u8 = 0;
/// Findings.
const FOUND: u8 = 1;
/// The run could not be done.
const FAILED: u8 = 2;

/// Runs the command line with these arguments (the program's name first) on the process's own streams and gives the exit
/// code.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let stdout = io::stdout();
    let choice = anstream::AutoStream::choice(&stdout);
    let terminal = Terminal {
        reads_environment: true,
        color: choice != anstream::ColorChoice::Never,
        width: stdout.is_terminal().then(terminal_width).flatten(),
        progress: io::stderr().is_terminal(),
    };
    let mut stdout = anstream::AutoStream::always(stdout.lock());
    dispatch_safely(args, &mut stdout, &mut anstream::stderr(), terminal)
}

/// As [`run`], with streams of the caller. No colours but for `--color always`, no progress.
pub fn run_with(
    args: impl IntoIterator<Item = OsString>,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
) -> u8 {
    dispatch_safely(
        args,
        stdout,
        stderr,
        Terminal { reads_environment: false, color: false, width: None, progress: false },
    )
}

/// What is known of the streams.
#[derive(Clone, Copy)]
struct Terminal {
    /// Whether the variables of a CI system say what the base is.
    reads_environment: bool,
    /// Whether `--color auto` means colours.
    color: bool,
    /// Columns, where the result goes to a terminal.
    width: Option<usize>,
    /// Whether standard error is a terminal.
    progress: bool,
}

/// Wide enough for a log, where no terminal says better.
const DEFAULT_WIDTH: usize = 100;

fn terminal_width() -> Option<usize> {
    terminal_size::terminal_size().map(|(width, _)| usize::from(width.0))
}

/// A panic would be a bug; it must not look like "findings" to a script.
fn dispatch_safely(
    args: impl IntoIterator<Item = OsString>,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    terminal: Terminal,
) -> u8 {
    let args: Vec<OsString> = args.into_iter().collect();
    catch_unwind(AssertUnwindSafe(|| dispatch(args, stdout, stderr, terminal))).unwrap_or(FAILED)
}

fn dispatch(args: Vec<OsString>, stdout: &mut dyn Write, stderr: &mut dyn Write, terminal: Terminal) -> u8 {
    let parsed = Cli::command().try_get_matches_from(args);
    let cli = match parsed.and_then(|matches| Cli::from_arg_matches(&matches)) {
        Ok(cli) => cli,
        Err(error) => return print_usage(&error, stdout, stderr, terminal),
    };
    let outcome = {
        let _progress = Progress::start(terminal.progress && !cli.common.quiet);
        execute(&cli, terminal)
    };
    let written = outcome.and_then(|(text, code)| {
        write_result(&text, &cli.common, stdout)?;
        Ok(code)
    });
    match written {
        Ok(code) => code,
        Err(error) => {
            let _ = writeln!(stderr, "seawall: {}", clean(&error.message));
            FAILED
        }
    }
}

/// Help and version are results; anything else that clap says is an error.
fn print_usage(
    error: &clap::Error,
    stdout: &mut dyn Write,
    stderr: &mut dyn Write,
    terminal: Terminal,
) -> u8 {
    let text = error.render();
    let text = if terminal.color { text.ansi().to_string() } else { text.to_string() };
    if error.use_stderr() {
        let _ = stderr.write_all(text.as_bytes());
        FAILED
    } else {
        let _ = stdout.write_all(text.as_bytes());
        DONE
    }
}

fn write_result(text: &str, common: &Common, stdout: &mut dyn Write) -> Result<()> {
    match &common.output {
        Some(path) => std::fs::write(path, text).map_err(|error| {
            Error::new(ErrorKind::Path, format!("{path}: the result cannot be written: {error}"))
        }),
        None => {
            // Whoever closed the pipe (`head`) has read enough.
            let _ = stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush());
            Ok(())
        }
    }
}

/// The result and the exit code.
fn execute(cli: &Cli, terminal: Terminal) -> Result<(String, u8)> {
    let layout = layout(&cli.common, terminal);
    match &cli.verb {
        Verb::Check(arguments) => {
            let found = terminal.reads_environment.then(|| ci::base(Path::new(&arguments.root))).flatten();
            check(arguments, found, &cli.common, layout)
        }
        Verb::Witness(arguments) => {
            let found = terminal.reads_environment.then(|| ci::base(Path::new(&arguments.root))).flatten();
            witness(arguments, found, &cli.common)
        }
        Verb::Compat(arguments) => compat(arguments, &cli.common),
        Verb::Usages(arguments) => usages(arguments, &cli.common, layout),
        Verb::Schema(arguments) => schema(arguments, &cli.common),
        Verb::Diff(arguments) => diff(arguments, &cli.common),
        Verb::Rules { format } => Ok((rules(*format), DONE)),
        Verb::Explain { rule, format } => {
            let page = crate::explain(rule)?;
            let text = match format {
                ListFormat::Text => page.page,
                ListFormat::Json => json::render(&page),
            };
            Ok((text, DONE))
        }
    }
}

fn layout(common: &Common, terminal: Terminal) -> Layout {
    let to_file = common.output.is_some();
    let color = match common.color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal.color && !to_file,
    };
    let width = terminal.width.filter(|_| !to_file).unwrap_or(DEFAULT_WIDTH);
    Layout { color, width: width.max(40), frames: 0 }
}

fn options(common: &Common, root: &str) -> Options {
    Options {
        root: root.to_owned(),
        schema: common.schema.clone(),
        dialect: common.dialect,
        baseline: common.baseline.clone(),
        config: common.config.clone(),
    }
}

/// `base` is the one that the CI system says; an option that names the change goes before it.
fn change(arguments: &ChangeArguments, base: Option<String>) -> ChangeSource {
    match (arguments.source(), base) {
        (ChangeSource::Newest, Some(base)) => ChangeSource::Base(base),
        (change, _) => change,
    }
}

fn witness(arguments: &WitnessArguments, base: Option<String>, common: &Common) -> Result<(String, u8)> {
    let change = change(&arguments.change, base);
    let order = arguments.change.deploy_order;
    let options = options(common, &arguments.root);
    let report = crate::analyze::witness_of(&options, &change, order, &arguments.finding)?;
    let text = match arguments.format {
        ListFormat::Text => crate::report::witness::text(&report),
        ListFormat::Json => json::render(&report),
    };
    Ok((text, DONE))
}

fn check(
    arguments: &CheckArguments,
    base: Option<String>,
    common: &Common,
    layout: Layout,
) -> Result<(String, u8)> {
    let change = change(&arguments.change, base);
    if matches!(change, ChangeSource::Paths { .. }) && !common.schema.is_empty() {
        return Err(Error::new(
            ErrorKind::Option,
            "--schema and --before/--after both name schema sources: give one of them",
        ));
    }
    let run = verbs::check(&options(common, &arguments.root), &change, arguments.change.deploy_order)?;
    let format = arguments.format.or(run.config.format).unwrap_or_default();
    let layout = Layout { frames: arguments.frames, ..layout };
    let repository_path = repository_path(Path::new(&arguments.root));
    let text = render_check(format, &run.report, &run.places, layout, &repository_path);
    let fail_on = arguments.fail_on.or(run.config.fail_on).unwrap_or_default();
    let is_unknown = run.report.changes.iter().any(|change| change.verdict == Verdict::Unknown);
    let fails = run.report.findings.iter().any(|finding| fail_on.fails(finding.severity))
        || is_unknown && (arguments.fail_on_unknown || run.config.fail_on_unknown);
    Ok((text, if fails { FOUND } else { DONE }))
}

/// The path of the root in its git repository, with `/`; empty at the top and outside of one.
fn repository_path(root: &Path) -> String {
    let Ok(root) = root.canonicalize() else { return String::new() };
    let top = root.ancestors().find(|folder| folder.join(".git").exists());
    let below = top.and_then(|top| root.strip_prefix(top).ok()).and_then(Path::to_str);
    below.map(|path| path.replace('\\', "/")).unwrap_or_default()
}

fn compat(arguments: &CompatArguments, common: &Common) -> Result<(String, u8)> {
    let releases = Releases {
        revisions: arguments.revisions.clone(),
        range: arguments.range.clone(),
        tags: arguments.tags.clone(),
    };
    let report = crate::compat(&options(common, &arguments.root), &releases)?;
    let text = match arguments.format {
        ListFormat::Text => crate::report::compat::text(&report),
        ListFormat::Json => json::render(&report),
    };
    Ok((text, DONE))
}

fn usages(arguments: &UsagesArguments, common: &Common, layout: Layout) -> Result<(String, u8)> {
    let run = verbs::usages(&options(common, &arguments.root), &arguments.target)?;
    let text = match arguments.format {
        ListFormat::Text => text::usages(&run.report, &run.places, layout),
        ListFormat::Json => json::render(&run.report),
    };
    Ok((text, DONE))
}

fn schema(arguments: &SchemaArguments, common: &Common) -> Result<(String, u8)> {
    let (options, at) = (options(common, &arguments.root), arguments.at.as_deref());
    let text = match arguments.format {
        SchemaFormat::Sql => clean(&verbs::schema_ddl(&options, at)?).into_owned(),
        SchemaFormat::Mermaid => mermaid::schema(&crate::load_schema(&options, at)?),
        SchemaFormat::Json => json::render(&crate::load_schema(&options, at)?),
    };
    Ok((text, DONE))
}

fn diff(arguments: &DiffArguments, common: &Common) -> Result<(String, u8)> {
    if !common.schema.is_empty() {
        return Err(Error::new(
            ErrorKind::Option,
            "--schema has no meaning here: BEFORE and AFTER are the schema sources",
        ));
    }
    let report = crate::diff(&options(common, "."), &arguments.before, &arguments.after)?;
    let text = match arguments.format {
        ListFormat::Text => text::diff(&report),
        ListFormat::Json => json::render(&report),
    };
    Ok((text, DONE))
}

fn rules(format: ListFormat) -> String {
    let report = crate::rules();
    match format {
        ListFormat::Json => json::render(&report),
        ListFormat::Text => {
            let width = report.rules.iter().map(|rule| rule.name.len()).max().unwrap_or(0);
            let line = |rule: &crate::report::wire::RuleReport| {
                format!("{:width$}  {}\n", rule.name, clean_line(&rule.summary))
            };
            report.rules.iter().map(line).collect()
        }
    }
}

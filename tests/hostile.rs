//! Input that wants to break the tool: nesting, size, cycles. Every run ends soon, in an answer, on a small stack.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use seawall::report::wire::UsagesReport;
use seawall::{Options, usages};

const SCHEMA: &str = "CREATE TABLE users (id int PRIMARY KEY, email text, name text);\n";
const MODEL: &str = "from sqlalchemy.orm import declarative_base, Mapped, mapped_column\n\
                     Base = declarative_base()\n\
                     class User(Base):\n    __tablename__ = 'users'\n    id: Mapped[int] = mapped_column(primary_key=True)\n    email: Mapped[str] = mapped_column()\n";

/// A thread of a host program may have no more (musl's have less; Python's and Node's have more).
const STACK: usize = 4 << 20;

/// Far more than any of these runs takes, far less than a run that does not end.
const LONGEST: Duration = Duration::from_secs(60);

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str, files: &[(&str, String)]) -> Self {
        let folder = std::env::temp_dir().join(format!("seawall-hostile-{name}-{}", std::process::id()));
        for (path, text) in files {
            let path = folder.join(path);
            fs::create_dir_all(path.parent().expect("a parent")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        Self(folder)
    }

    /// Asks for the uses of a column on a small stack.
    fn ask(&self) -> UsagesReport {
        let options = Options { root: self.0.to_string_lossy().into_owned(), ..Options::default() };
        let started = Instant::now();
        let asked =
            std::thread::Builder::new().stack_size(STACK).spawn(move || usages(&options, "users.email"));
        let report = asked.expect("a thread").join().expect("no panic").expect("a report");
        assert!(started.elapsed() < LONGEST, "{:?}", started.elapsed());
        report
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// The folder with the schema and the model beside these files, and one use that must be found whatever they hold.
fn check(name: &str, files: &[(&str, String)]) {
    let mut all = vec![
        ("schema.sql", SCHEMA.to_owned()),
        ("model.py", MODEL.to_owned()),
        ("plain.py", "from model import User\n\ndef show(user: User):\n    return user.email\n".to_owned()),
    ];
    all.extend(files.iter().cloned());
    let report = Folder::new(name, &all).ask();
    let found = report.usages.iter().any(|usage| usage.location.path == "plain.py");
    assert!(found, "{name}: the use in plain.py is gone");
}

fn nested(open: &str, inner: &str, close: &str, depth: usize) -> String {
    format!("{}{inner}{}", open.repeat(depth), close.repeat(depth))
}

#[test]
fn nesting_has_no_bottom() {
    const DEPTH: usize = 10_000;
    let python = [
        format!("email = {}\n", nested("(", "1", ")", DEPTH)),
        format!("x = {}\n", nested("[", "", "]", DEPTH)),
        format!("y = a{}\n", ".email".repeat(DEPTH)),
        format!("z = {}\n", nested("f(", "user.email", ")", DEPTH)),
        format!("w = {}user.email\n", "user.email + ".repeat(DEPTH)),
        format!("v = {}user.email\n", "not ".repeat(DEPTH)),
    ];
    let script = [
        format!("const email = {};\n", nested("(", "1", ")", DEPTH)),
        format!("const b = {};\n", nested("[", "", "]", DEPTH)),
        format!("const c = a{};\n", ".email".repeat(DEPTH)),
        format!("const d = {};\n", nested("f(", "user.email", ")", DEPTH)),
        format!("const e = {};\n", nested("{email:", "1", "}", DEPTH)),
        format!("type T = {};\n", nested("Array<", "User", ">", DEPTH)),
    ];
    let sql = [
        format!("SELECT {} FROM users;\n", nested("(", "email", ")", DEPTH)),
        format!("{};\n", nested("SELECT * FROM (", "SELECT * FROM users", ")", DEPTH)),
        format!("SELECT {}email FROM users;\n", "NOT ".repeat(DEPTH)),
    ];
    check(
        "nesting",
        &[("deep.py", python.concat()), ("deep.ts", script.concat()), ("queries/deep.sql", sql.concat())],
    );
}

#[test]
fn chains_of_functions_and_variables_have_no_end() {
    let mut text = format!("{MODEL}def f0():\n    return User()\ndef g0(x):\n    return x\na0 = User()\n");
    for i in 1..2000 {
        let before = i - 1;
        let list = format!("[x for x in [f{before}()]][0] if f{before}() else {{'a': f{before}()}}['a']");
        write!(text, "def f{i}():\n    return {list}\n").expect("a string");
        write!(text, "def g{i}(x):\n    return g{before}(x)\na{i} = a{before}\n").expect("a string");
    }
    text.push_str("f1999().email\nf100().email\ng1999(User()).email\ng100(User()).email\na1999.email\n");
    check("chains", &[("chain.py", text)]);
}

#[test]
fn imports_go_in_circles() {
    let mut files = vec![];
    let paths: Vec<(String, String)> =
        (0..200).map(|i| (format!("circle/m{i}.py"), format!("circle/m{i}.ts"))).collect();
    for (i, (python, script)) in paths.iter().enumerate() {
        let (next, other) = ((i + 1) % 200, (i + 7) % 200);
        files.push((
            python.as_str(),
            format!("from .m{next} import *\nfrom .m{other} import x as x\nclass A(A, B): pass\nx.email\nB.email\n"),
        ));
        files.push((
            script.as_str(),
            format!(
                "export * from './m{next}';\nimport {{ x }} from './m{other}';\nexport const y = x; y.email; x.email;\n"
            ),
        ));
    }
    check("circles", &files);
}

#[test]
fn a_file_has_a_hundred_thousand_statements() {
    let text = format!("{}email.email\n", "email = a\n".repeat(100_000));
    check("statements", &[("many.py", text)]);
}

#[test]
fn a_bundle_is_one_line_of_functions() {
    let function = "/** @type {x} */function a(b){return b.email}";
    check("bundle", &[("bundle.js", function.repeat(20_000))]);
}

#[test]
fn a_file_of_a_gigabyte_is_not_read() {
    let folder = Folder::new(
        "gigabyte",
        &[("schema.sql", SCHEMA.to_owned()), ("a.sql", "SELECT email FROM users;\n".to_owned())],
    );
    // Without blocks on the disk: its size is all there is of it.
    for name in ["huge.py", "huge.ts", "huge.sql"] {
        let file = fs::File::create(folder.0.join(name)).expect("a file");
        file.set_len(1 << 30).expect("a length");
    }
    let options = folder.0.to_string_lossy().into_owned();
    let started = Instant::now();
    let report = usages(
        &Options {
            root: options.clone(),
            schema: vec![format!("{options}/schema.sql")],
            ..Options::default()
        },
        "users.email",
    );
    assert!(started.elapsed() < LONGEST);
    let report = report.expect("a report");
    assert!(report.usages.iter().any(|usage| usage.location.path == "a.sql"), "{report:?}");
}

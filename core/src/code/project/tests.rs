use super::scan::ScanFilter;
use super::*;
use crate::text::MemoryFiles;

/// A project of these files, `path` or `path=text`.
fn sources(files: &[&str]) -> Sources {
    let split = |file: &&str| {
        let (path, text) = file.split_once('=').unwrap_or((file, ""));
        (path.to_owned(), text.as_bytes().to_vec())
    };
    Sources::new(Box::new(files.iter().map(split).collect::<MemoryFiles>()))
}

/// Where specifiers lead, as text.
fn resolve(files: &[&str], from: &str, specifiers: &[&str]) -> Vec<String> {
    let sources = sources(files);
    let project = Project::new(&sources);
    let from = sources.find(from).expect("the importing file");
    let shown = |specifier: &&str| show(&project, project.resolve_specifier(from, specifier));
    specifiers.iter().map(shown).collect()
}

fn show(project: &Project<'_>, target: ImportTarget) -> String {
    match target {
        ImportTarget::File(file) => project.sources().path(file).to_owned(),
        ImportTarget::Folder(path) => format!("{path}/"),
        ImportTarget::External(name) => format!("<{name}>"),
    }
}

/// Checks a table of "specifier -> where it leads".
fn check(files: &[&str], from: &str, expected: &[(&str, &str)]) {
    let specifiers: Vec<&str> = expected.iter().map(|(specifier, _)| *specifier).collect();
    let found = resolve(files, from, &specifiers);
    let found: Vec<(&str, &str)> = specifiers.into_iter().zip(found.iter().map(String::as_str)).collect();
    assert_eq!(found, expected);
}

#[test]
fn python_packages_modules_and_relative_imports() {
    let files = [
        "app/__init__.py",
        "app/models/__init__.py",
        "app/models/user.py",
        "app/models/user.pyi",
        "app/stub.pyi",
        "app/logging.py",
        "app/api/routes.py",
        "app/api/__init__.py",
        "shared/things.py",
    ];
    check(
        &files,
        "app/api/routes.py",
        &[
            ("app", "app/__init__.py"),
            ("app.models", "app/models/__init__.py"),
            ("app.models.user", "app/models/user.py"),
            ("app.stub", "app/stub.pyi"),
            ("logging", "<logging>"),
            ("os.path", "<os.path>"),
            (".", "app/api/__init__.py"),
            ("..models.user", "app/models/user.py"),
            ("..", "app/__init__.py"),
            ("..nothing", "<..nothing>"),
            (".....far", "<.....far>"),
            ("shared", "shared/"),
            ("shared.things", "shared/things.py"),
            ("app.models.nothing", "<app.models.nothing>"),
        ],
    );
}

#[test]
fn python_roots_are_found_in_every_usual_layout() {
    let src = ["backend/src/shop/__init__.py", "backend/src/shop/db.py", "backend/tests/test_db.py"];
    check(&src, "backend/tests/test_db.py", &[("shop.db", "backend/src/shop/db.py")]);
    let service = ["api/app/main.py", "api/app/models.py", "web/app/models.py"];
    check(
        &service,
        "api/app/main.py",
        &[("app.models", "api/app/models.py"), ("models", "api/app/models.py")],
    );
    let monorepo =
        ["libs/core/corelib/__init__.py", "libs/core/corelib/db.py", "services/a/main.py", "tools/b/db.py"];
    check(
        &monorepo,
        "services/a/main.py",
        &[("corelib.db", "libs/core/corelib/db.py"), ("db", "<db>"), ("b.db", "<b.db>")],
    );
}

#[test]
fn the_root_can_be_the_package_that_its_files_import() {
    let files = [
        "__init__.py=",
        "models/__init__.py=from argilla.models.user import User\nimport sqlalchemy.orm\n",
        "models/user.py=from argilla.orm import Base\nfrom sqlalchemy.exc import E\nfrom sqlalchemy.types import T",
        "orm.py=from sqlalchemy.dialects import d",
        "api.py=from argilla.models import User\n",
    ];
    check(
        &files,
        "api.py",
        &[
            ("argilla", "__init__.py"),
            ("argilla.models.user", "models/user.py"),
            ("argilla.orm", "orm.py"),
            ("argilla.nothing", "<argilla.nothing>"),
            ("sqlalchemy.orm", "<sqlalchemy.orm>"),
            ("argillas.orm", "<argillas.orm>"),
        ],
    );
}

#[test]
fn submodules_of_packages() {
    let sources = sources(&["pkg/__init__.py", "pkg/sub.py", "ns/inner/deep.py", "plain.py"]);
    let project = Project::new(&sources);
    let package = ImportTarget::File(sources.find("pkg/__init__.py").expect("a file"));
    let plain = ImportTarget::File(sources.find("plain.py").expect("a file"));
    let found =
        |target: &ImportTarget, name| project.submodule(target, name).map(|found| show(&project, found));
    assert_eq!(found(&package, "sub").as_deref(), Some("pkg/sub.py"));
    assert_eq!(found(&package, "nothing"), None);
    assert_eq!(found(&plain, "sub"), None);
    assert_eq!(found(&ImportTarget::Folder("ns".to_owned()), "inner").as_deref(), Some("ns/inner/"));
}

#[test]
fn imports_of_a_lowered_python_module() {
    let sources = sources(&[
        "a/__init__.py",
        "a/b.py",
        "a/c.py=import a.b\nfrom . import b\nfrom .b import x as y\nimport os",
    ]);
    let project = Project::new(&sources);
    let module = project.module(sources.find("a/c.py").expect("a file")).expect("a module");
    let targets: Vec<String> =
        (0..4).map(|import| show(&project, project.resolve_import(&module, ImportId(import)))).collect();
    assert_eq!(targets, ["a/b.py", "a/__init__.py", "a/b.py", "<os>"]);
    assert_eq!(project.counters().files_parsed(), 1);
}

#[test]
fn typescript_relative_specifiers() {
    let files = [
        "src/a.ts",
        "src/b.tsx",
        "src/c.d.ts",
        "src/d/index.ts",
        "src/e.js",
        "src/f.mts",
        "src/g.json",
        "src/h.service.ts",
        "src/main.ts",
        "src/pkg/package.json={\"main\": \"./lib/entry.js\"}",
        "src/pkg/lib/entry.ts",
    ];
    check(
        &files,
        "src/main.ts",
        &[
            ("./a", "src/a.ts"),
            ("./a.js", "src/a.ts"),
            ("./b", "src/b.tsx"),
            ("./b.jsx", "src/b.tsx"),
            ("./c", "src/c.d.ts"),
            ("./d", "src/d/index.ts"),
            ("./d/", "src/d/index.ts"),
            ("./e", "src/e.js"),
            ("./f.mjs", "src/f.mts"),
            ("./g.json", "src/g.json"),
            ("./h.service", "src/h.service.ts"),
            ("../src/a", "src/a.ts"),
            ("./pkg", "src/pkg/lib/entry.ts"),
            ("./nothing", "<./nothing>"),
            ("../../out", "<../../out>"),
            ("react", "<react>"),
            ("node:fs", "<node:fs>"),
            ("@prisma/client", "<@prisma/client>"),
        ],
    );
}

#[test]
fn typescript_path_mappings() {
    let files = [
        "tsconfig.base.json={ // shared\n \"compilerOptions\": { \"paths\": { \"@lib/*\": [\"libs/missing/*\", \"libs/*/src\",], \"exact\": [\"libs/exact.ts\"] } } }",
        "apps/api/tsconfig.json={ \"extends\": [\"../../tsconfig.base\"] }",
        "apps/api/main.ts",
        "apps/web/tsconfig.json={ \"files\": [], \"references\": [{ \"path\": \"./tsconfig.app.json\" }] }",
        "apps/web/tsconfig.app.json={ \"compilerOptions\": { \"baseUrl\": \"src\", \"paths\": { \"~lib\": [\"lib\"], \"@/*\": [\"*\"], \"@/deep/*\": [\"very/deep/*\"] } } }",
        "apps/web/src/page.tsx",
        "apps/web/src/lib/index.ts",
        "apps/web/src/very/deep/x.ts",
        "apps/loop/tsconfig.json={ \"extends\": \"./tsconfig.json\", \"compilerOptions\": { \"baseUrl\": \".\" } }",
        "apps/loop/a.ts",
        "apps/loop/b.ts",
        "libs/db/src/index.ts",
        "libs/exact.ts",
    ];
    check(
        &files,
        "apps/api/main.ts",
        &[("@lib/db", "libs/db/src/index.ts"), ("exact", "libs/exact.ts"), ("@/x", "<@/x>")],
    );
    check(
        &files,
        "apps/web/src/page.tsx",
        &[
            ("@/page", "apps/web/src/page.tsx"),
            ("@/deep/x", "apps/web/src/very/deep/x.ts"),
            ("~lib", "apps/web/src/lib/index.ts"),
            ("lib", "apps/web/src/lib/index.ts"),
            ("react", "<react>"),
        ],
    );
    check(&files, "apps/loop/a.ts", &[("b", "apps/loop/b.ts")]);
}

#[test]
fn packages_of_a_monorepo() {
    let files = [
        "packages/db/package.json={\"name\": \"@shop/db\", \"main\": \"./dist/index.js\", \"types\": \"./dist/index.d.ts\"}",
        "packages/db/src/index.ts",
        "packages/db/src/client.ts",
        "packages/ui/package.json={\"name\": \"ui\", \"exports\": {\".\": {\"import\": \"./dist/main.mjs\", \"default\": {\"require\": \"./src/main.ts\"}}, \"./*\": \"./src/parts/*.tsx\"}}",
        "packages/ui/src/main.ts",
        "packages/ui/src/parts/button.tsx",
        "apps/web/package.json={\"name\": \"web\", \"imports\": {\"#db\": \"./server/db.ts\", \"#lib/*\": [\"./server/lib/*.js\"]}}",
        "apps/web/server/db.ts",
        "apps/web/server/lib/x.ts",
        "apps/web/src/util.ts",
        "apps/web/main.ts",
    ];
    check(
        &files,
        "apps/web/main.ts",
        &[
            ("@shop/db", "packages/db/src/index.ts"),
            ("@shop/db/client", "packages/db/src/client.ts"),
            ("@shop/other", "<@shop/other>"),
            ("ui", "packages/ui/src/main.ts"),
            ("ui/button", "packages/ui/src/parts/button.tsx"),
            ("#db", "apps/web/server/db.ts"),
            ("#lib/x", "apps/web/server/lib/x.ts"),
            ("@/util", "apps/web/src/util.ts"),
        ],
    );
}

#[test]
fn a_generated_prisma_client_is_the_package() {
    let files = [
        "prisma/schema.prisma=generator client {\n  provider = \"prisma-client-js\"\n  output = \"../src/db/client\"\n}\ngenerator zod {\n  provider = \"zod-prisma-types\"\n output = \"../src/zod\"\n}",
        "src/db/client/index.js",
        "src/zod/index.ts",
        "src/main.ts",
        "src/made/internal/prismaNamespace.ts",
        "src/made/client.ts",
    ];
    check(
        &files,
        "src/main.ts",
        &[
            ("./db/client", "<@prisma/client>"),
            ("./made/client", "<@prisma/client>"),
            ("./generated/prisma", "<@prisma/client>"),
            ("@/generated/prisma/client", "<@/generated/prisma/client>"),
            ("./zod", "src/zod/index.ts"),
            ("../prisma/generated/zod", "<../prisma/generated/zod>"),
        ],
    );
}

#[test]
fn a_scan_finds_whole_words_only() {
    let sources = sources(&[
        "a.py=email = user.email\nemail_id = 'email'; $email; \u{fc}email; emails",
        "b.ts=const { email } = users.email",
        "c.sql=SELECT Email FROM users",
        "d.md=email",
    ]);
    let project = Project::new(&sources);
    let scan = |needles: &[&str], filter| {
        let result = project.scan(needles, filter);
        let shown = |hits: &Vec<(FileId, Vec<u32>)>| {
            hits.iter()
                .map(|(file, at)| format!("{}{at:?}", sources.path(*file)))
                .collect::<Vec<_>>()
                .join(" ")
        };
        (result.hits.iter().map(shown).collect::<Vec<_>>(), result.files_scanned)
    };
    let code = ScanFilter::default();
    assert_eq!(scan(&["email"], code), (vec!["a.py[0, 13, 31] b.ts[8, 24]".to_owned()], 2));
    let (found, _) = scan(&["users", "user", "email", "mail", "users"], code);
    assert_eq!(found, ["b.ts[18]", "a.py[8]", "a.py[0, 13, 31] b.ts[8, 24]", "", "b.ts[18]"]);
    let (found, _) = scan(&["users.email", "email", "users"], code);
    assert_eq!(found, ["b.ts[18]", "a.py[0, 13, 31] b.ts[8, 24]", "b.ts[18]"]);
    let sql = ScanFilter { python: false, javascript: false, sql: true, ignore_case: true };
    assert_eq!(scan(&["email", ""], sql), (vec!["c.sql[7]".to_owned(), String::new()], 1));
    assert_eq!(project.counters().files_scanned(), 3);
}

#[test]
fn what_nobody_wrote_is_not_searched_and_reported() {
    let minified = format!("wide.js=var email;{}", "x".repeat(30_000));
    // Strings of several lines between the statements of a bundle.
    let bundled = format!("bundle.js=var email;{}", format!("{}`\n\n\n`", "x;".repeat(900)).repeat(20));
    let sources = sources(&[
        "build/out.js=email",
        "build/script.ts=email",
        "dist/a/b.d.ts=email",
        "dist/pkg.py=email",
        "app/build/__init__.py=email",
        "app/build/x.py=email",
        "lib.min.js=email",
        "src/generated/prisma/index.js=email",
        "src/generated/prisma/runtime/library.js=email",
        &minified,
        &bundled,
    ]);
    let project = Project::new(&sources);
    let result = project.scan(&["email"], ScanFilter::default());
    let hits = result.hits.first().expect("one needle");
    let found: Vec<&str> = hits.iter().map(|(file, _)| sources.path(*file)).collect();
    assert_eq!(found, ["app/build/__init__.py", "app/build/x.py", "build/script.ts"]);
    let skipped: Vec<&str> = result.skipped.iter().map(|skipped| skipped.path.as_str()).collect();
    assert_eq!(skipped, ["bundle.js", "wide.js"]);
}

//! `prisma.config.ts`: where schema and migrations are. The file is a program; what it says in literals, constants and
//! paths put together is read out of its tree, and nothing is run.
//!
//! The keys are those of Prisma's documentation ("Prisma Config reference"): `schema`, `migrations.path`, both relative to the
//! file.

use std::sync::Arc;

use crate::code::tree::{
    BinaryOp, BindingKind, EntryKey, ExprId, ExprKind, Language, Module, PatternKind, PatternSource,
    StmtKind, TemplatePart,
};
use crate::code::typescript;
use crate::text::SourceFile;

/// How deep expressions are followed.
const DEEPEST: usize = 24;

/// How many paths one expression may stand for.
const MOST_PATHS: usize = 8;

/// What the file names, relative to its folder. Where the program chooses, all that may be meant, the likeliest first.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Configuration {
    /// The schema file or folder.
    pub schema: Vec<String>,
    /// The folder of the migrations.
    pub migrations: Vec<String>,
}

/// Reads the file.
pub fn read(source: Arc<SourceFile>, path: &str) -> Configuration {
    let language = Language::of_path(path).unwrap_or(Language::TypeScript);
    let module = typescript::lower(source, language);
    let reader = Reader { module: &module };
    let Some(root) = reader.root() else { return Configuration::default() };
    let paths = |keys: &[&str]| {
        let value = keys.iter().try_fold(root, |object, key| reader.member(object, key, 0));
        value.map(|value| reader.texts(value, 0)).unwrap_or_default()
    };
    Configuration { schema: paths(&["schema"]), migrations: paths(&["migrations", "path"]) }
}

struct Reader<'m> {
    module: &'m Module,
}

impl Reader<'_> {
    /// `export default x`, `module.exports = x`.
    fn root(&self) -> Option<ExprId> {
        let mut statements = self.module.body.iter().rev().map(|id| &self.module.stmt(*id).kind);
        statements.find_map(|statement| match statement {
            StmtKind::ExportDefault(value) => Some(*value),
            StmtKind::Assign { targets, value: Some(value), .. } => {
                let [target] = targets.as_slice() else { return None };
                let PatternKind::Target(target) = &self.module.pattern(*target).kind else { return None };
                let written = self.module.slice(self.module.expr(*target).range);
                matches!(written, "module.exports" | "exports.default").then_some(*value)
            }
            _ => None,
        })
    }

    /// What the expression stands for, behind names, casts and the calls that give their argument back.
    fn resolved(&self, expr: ExprId, depth: usize) -> Option<ExprId> {
        if depth > DEEPEST {
            return None;
        }
        let found = self.module.expr(expr);
        match &found.kind {
            ExprKind::Cast { value, .. } | ExprKind::NonNull(value) | ExprKind::Await(value) => {
                self.resolved(*value, depth + 1)
            }
            ExprKind::Name(name) => {
                let name = self.module.text(*name);
                let mut scope = Some(found.scope);
                while let Some(id) = scope {
                    let bindings = self.module.bindings_named(id, name);
                    if let [binding] = bindings.as_slice() {
                        let BindingKind::Pattern(pattern) = binding.kind else { return None };
                        let PatternSource::Value { value: Some(value), .. } =
                            self.module.pattern(pattern).source
                        else {
                            return None;
                        };
                        return self.resolved(value, depth + 1);
                    }
                    scope = self.module.scope(id).parent;
                }
                None
            }
            ExprKind::Member { object, name, .. } => self
                .member(*object, self.module.text(*name), depth + 1)
                .and_then(|value| self.resolved(value, depth + 1)),
            _ => Some(expr),
        }
    }

    /// The value of a key of an object literal, however it is reached; of several, the last.
    fn member(&self, object: ExprId, key: &str, depth: usize) -> Option<ExprId> {
        let object = self.resolved(object, depth)?;
        match &self.module.expr(object).kind {
            ExprKind::Object { entries } => entries.iter().rev().find_map(|entry| match entry.key {
                EntryKey::Name(name) | EntryKey::Shorthand(name) => {
                    (self.module.text(name) == key).then_some(entry.value)
                }
                EntryKey::Computed(name) => {
                    (self.module.literal_str(name).as_deref() == Some(key)).then_some(entry.value)
                }
                EntryKey::Spread => self.member(entry.value, key, depth + 1),
            }),
            // `defineConfig({...})`, and a function that gives the object.
            ExprKind::Call { args, .. } => {
                args.first().and_then(|first| self.member(first.value, key, depth + 1))
            }
            ExprKind::Function(function) => {
                let values = &self.module.function(*function).return_values;
                values.iter().find_map(|value| self.member(*value, key, depth + 1))
            }
            ExprKind::Conditional { then, otherwise, .. } => {
                [*otherwise, *then].into_iter().find_map(|value| self.member(value, key, depth + 1))
            }
            _ => None,
        }
    }

    /// The texts that the expression may stand for. What the environment says is not known: a fallback counts.
    fn texts(&self, expr: ExprId, depth: usize) -> Vec<String> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let written = self.module.slice(self.module.expr(expr).range);
        if is_folder_of_the_file(written) {
            return vec![".".to_owned()];
        }
        let Some(expr) = self.resolved(expr, depth) else { return Vec::new() };
        let both = |left: ExprId, right: ExprId| {
            let mut found = self.texts(left, depth + 1);
            found.extend(self.texts(right, depth + 1));
            found.truncate(MOST_PATHS);
            found
        };
        match &self.module.expr(expr).kind {
            ExprKind::Str(literal) => vec![self.module.str_value(literal)],
            ExprKind::Template { tag: None, parts, .. } => {
                let each = parts.iter().map(|part| match part {
                    TemplatePart::Text(piece) => vec![self.module.piece_value(piece).to_owned()],
                    TemplatePart::Expr(value) => self.texts(*value, depth + 1),
                });
                joined(each, "")
            }
            ExprKind::Binary { op: BinaryOp::Add, left, right } => {
                joined([*left, *right].into_iter().map(|part| self.texts(part, depth + 1)), "")
            }
            ExprKind::Binary { op: BinaryOp::Or | BinaryOp::Coalesce, left, right } => both(*left, *right),
            ExprKind::Conditional { then, otherwise, .. } => both(*otherwise, *then),
            ExprKind::Call { callee, args, .. } => {
                let called = self.module.slice(self.module.expr(*callee).range);
                let arguments = args.iter().map(|argument| self.texts(argument.value, depth + 1));
                match called.rsplit('.').next().unwrap_or(called) {
                    "join" | "resolve" => joined(arguments, "/"),
                    // `fileURLToPath(new URL("./prisma", import.meta.url))`, `path.normalize("./prisma")`.
                    "fileURLToPath" | "URL" | "normalize" => arguments.into_iter().next().unwrap_or_default(),
                    _ => Vec::new(),
                }
            }
            _ => Vec::new(),
        }
    }
}

/// Prisma takes paths relative to the file, which mostly lies where its commands are run.
fn is_folder_of_the_file(written: &str) -> bool {
    matches!(
        written,
        "__dirname"
            | "import.meta.dirname"
            | "process.cwd()"
            | "import.meta.dir"
            | "dirname(fileURLToPath(import.meta.url))"
            | "path.dirname(fileURLToPath(import.meta.url))"
    )
}

/// All ways to put the parts together; none where one of them is not known.
fn joined(parts: impl Iterator<Item = Vec<String>>, between: &str) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    for (index, part) in parts.enumerate() {
        if index == 0 {
            found = part;
            continue;
        }
        found = found
            .iter()
            .flat_map(|start| part.iter().map(move |end| format!("{start}{between}{end}")))
            .take(MOST_PATHS)
            .collect();
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{MemoryFiles, Sources};

    fn check(text: &str, schema: &[&str], migrations: &[&str]) {
        let sources = Sources::new(Box::new(MemoryFiles::from_iter([("prisma.config.ts", text)])));
        let file =
            sources.find("prisma.config.ts").and_then(|file| sources.load(file).ok()).expect("it is there");
        let found = read(file, "prisma.config.ts");
        assert_eq!((found.schema, found.migrations), (names(schema), names(migrations)), "{text}");
    }

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn literal_forms_are_read() {
        check(
            "export default { schema: 'a/b', migrations: { seed: 'x', path: \"c/d\" } }",
            &["a/b"],
            &["c/d"],
        );
        check(
            "import path from 'node:path'\nexport default defineConfig({ schema: path.join('a', `b`), migrations: { path: join('c', 'd') } })",
            &["a/b"],
            &["c/d"],
        );
        check("module.exports = { \"schema\": './s.prisma' } satisfies PrismaConfig", &["./s.prisma"], &[]);
        check(
            "export default defineConfig({ migrations: { seed: \"path: 'no'\" }, schema: 'x' })",
            &["x"],
            &[],
        );
    }

    #[test]
    fn constants_and_spreads_are_followed() {
        check(
            "const root = 'db'\nconst config: PrismaConfig = { schema: `${root}/schema` }\nexport default config",
            &["db/schema"],
            &[],
        );
        check(
            "const paths = { migrations: { path: 'm' }, schema: 'old' }\nexport default defineConfig({ ...paths, schema: 'new' } as const)",
            &["new"],
            &["m"],
        );
        check("const schema = 'a' + '/b'\nexport default { schema }", &["a/b"], &[]);
    }

    #[test]
    fn the_folder_of_the_file_is_where_paths_begin() {
        for folder in ["__dirname", "import.meta.dirname", "process.cwd()"] {
            let text = format!("export default {{ schema: path.resolve({folder}, 'prisma', 'schema') }}");
            check(&text, &["./prisma/schema"], &[]);
        }
        check("export default { schema: fileURLToPath(new URL('./p', import.meta.url)) }", &["./p"], &[]);
    }

    #[test]
    fn the_environment_leaves_the_fallback() {
        check("export default { schema: process.env.SCHEMA ?? 'a' }", &["a"], &[]);
        check("export default { schema: process.env['SCHEMA'] || env('X') || 'a' }", &["a"], &[]);
        check("export default { schema: process.env.CI ? 'ci' : 'own' }", &["own", "ci"], &[]);
        check("export default { schema: process.env.SCHEMA, migrations }", &[], &[]);
        check("export default { schema: `${process.env.ROOT}/b` }", &[], &[]);
    }

    #[test]
    fn what_is_no_configuration_names_nothing() {
        check("my.schema = 'x'", &[], &[]);
        check("// export default { schema: 'x' }", &[], &[]);
        check("export default { schema: a, ...a", &[], &[]);
        check("const a = a\nexport default { schema: a }", &[], &[]);
    }
}

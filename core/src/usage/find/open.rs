//! Places that could meet a table or column without naming it, or in a language that is not read: what stands between a
//! change and the verdict `safe`.

use std::collections::BTreeSet;

use crate::code::eval::Context;
use crate::code::project::scan::ScanFilter;
use crate::code::tree::{ExprId, ExprKind, Language, Module, Parent, SiteKind};
use crate::code::value::{ClassRef, Value};
use crate::schema::{EntityId, TableName};
use crate::text::{FileId, Span};
use crate::usage::find::Finder;
use crate::usage::{Access, How, Subject, Unresolved, Usage, UsageSet, Usages};

/// Languages in which code meets databases and that are not read: endings of file names, and what to call them.
const NOT_READ: &[(&str, &str)] = &[
    ("go", "Go"),
    ("rb", "Ruby"),
    ("erb", "ERB"),
    ("java", "Java"),
    ("kt", "Kotlin"),
    ("scala", "Scala"),
    ("php", "PHP"),
    ("cs", "C#"),
    ("fs", "F#"),
    ("rs", "Rust"),
    ("ex", "Elixir"),
    ("exs", "Elixir"),
    ("swift", "Swift"),
    ("clj", "Clojure"),
    ("pl", "Perl"),
    ("lua", "Lua"),
    ("dart", "Dart"),
    ("c", "C"),
    ("cc", "C++"),
    ("cpp", "C++"),
    // Their scripts are read, their templates are not.
    ("vue", "Vue's template"),
    ("svelte", "Svelte's template"),
    ("astro", "Astro"),
    ("ejs", "EJS"),
    ("hbs", "Handlebars"),
    ("j2", "Jinja"),
    ("jinja", "Jinja"),
    ("jinja2", "Jinja"),
];

/// Python's functions that take an attribute by a name that is made at run time, as their second argument.
const BY_NAME: &[&str] = &["getattr", "setattr", "delattr"];

/// Words by which SQLAlchemy makes models or tables of what the database has
/// (docs.sqlalchemy.org, "Automap", "Reflecting Database Objects").
const REFLECTION: &[&str] = &["automap_base", "autoload_with"];

/// Packages through which Python code gets rows of a database.
const PYTHON_DRIVERS: &[&str] = &[
    "psycopg",
    "psycopg2",
    "asyncpg",
    "pg8000",
    "sqlite3",
    "aiosqlite",
    "pymysql",
    "MySQLdb",
    "mysql",
    "aiomysql",
    "asyncmy",
    "mariadb",
    "pyodbc",
    "pymssql",
    "oracledb",
    "duckdb",
    "databases",
    "records",
    "sqlalchemy",
    "sqlmodel",
    "flask_sqlalchemy",
    "peewee",
    "pony",
    "tortoise",
    "piccolo",
    "django",
    "pandas",
    "polars",
    "alembic",
];

/// Packages through which JavaScript gets rows of a database.
const JAVASCRIPT_DRIVERS: &[&str] = &[
    "pg",
    "pg-promise",
    "postgres",
    "mysql",
    "mysql2",
    "mysql2/promise",
    "mariadb",
    "sqlite",
    "sqlite3",
    "better-sqlite3",
    "node:sqlite",
    "bun:sqlite",
    "bun",
    "mssql",
    "tedious",
    "knex",
    "kysely",
    "drizzle-orm",
    "typeorm",
    "sequelize",
    "objection",
    "slonik",
    "massive",
    "@prisma/client",
    "@mikro-orm/core",
    "sequelize-typescript",
    "bookshelf",
    "@neondatabase/serverless",
    "@vercel/postgres",
    "@libsql/client",
    "@electric-sql/pglite",
    "@supabase/supabase-js",
    "@planetscale/database",
    "@databases/pg",
];

impl Finder<'_> {
    /// Leaves out places in a language whose code cannot be handed rows of the table: no entity of it stands for the
    /// table, and no file of it imports anything that talks to a database.
    pub(super) fn leave_out_strangers(&self, subject: &Subject, unresolved: &mut Vec<Unresolved>) {
        let (Subject::Table(table) | Subject::Column(table, _)) = subject else { return };
        let mapped = |javascript: bool| {
            self.entities_of(table).into_iter().any(|id| {
                let is_named = self.eval.entity(id).is_some_and(|info| !info.entity.name.is_empty());
                is_named && ((id.0 as usize) < self.declared_entities) == javascript
            })
        };
        let mut known: [Option<bool>; 2] = [None, None];
        unresolved.retain(|place| {
            let Some(language) = Language::of_path(self.project.sources().path(place.span.file)) else {
                return true;
            };
            let javascript = !language.is_python();
            let Some(slot) = known.get_mut(usize::from(javascript)) else { return true };
            *slot.get_or_insert_with(|| mapped(javascript) || self.has_drivers(javascript))
        });
    }

    /// Leaves out members of what is not known where code cannot have a row that carries the column: nothing names the
    /// table, its model or a relation that leads to it. Other open places stay, which may be where rows come from.
    pub(super) fn leave_out_rowless(&self, (table, _): &(TableName, String), set: &mut UsageSet) {
        let is_mapping = |usage: &Usage| usage.how == How::Mapping;
        let may_apply =
            set.unresolved.iter().any(|place| place.needs_row) && set.usages.iter().all(is_mapping);
        if may_apply
            && self.of(&Subject::Table(table.clone())).usages.iter().all(|usage| self.is_of_models(usage))
            && !self.is_reached_by_relation(table)
        {
            set.unresolved.retain(|place| !place.needs_row);
        }
    }

    /// Whether a usage is a model's own: the model itself, or the type of a relationship in another one.
    fn is_of_models(&self, usage: &Usage) -> bool {
        let stands_in = |class: ClassRef| {
            class.file == usage.span.file
                && self
                    .eval
                    .module(class.file)
                    .is_some_and(|module| module.class(class.id).range.contains_range(usage.span.range))
        };
        match usage.how {
            How::Mapping => true,
            How::Value => self.eval.entities().iter().any(|(_, info)| info.class.is_some_and(stands_in)),
            How::Query => false,
        }
    }

    /// Whether code outside the models says a relation that leads to the table, whatever of.
    fn is_reached_by_relation(&self, table: &TableName) -> bool {
        let relations = self.relations_to(&self.entities_of(table));
        let words: Vec<&str> = relations.iter().filter_map(|target| target.field.as_deref()).collect();
        let languages = self.languages(relations.iter().map(|target| target.entity));
        let mut is_said = false;
        self.each_site(&words, languages, |module, site, _| {
            is_said |= match site.kind {
                SiteKind::ClassMember { .. } => false,
                SiteKind::Text(_) => !names_other_end(module, site.range.start),
                _ => true,
            };
        });
        is_said
    }

    /// Whether code of the language imports something that talks to a database.
    fn has_drivers(&self, javascript: bool) -> bool {
        let (drivers, slot) = match javascript {
            true => (JAVASCRIPT_DRIVERS, &self.javascript_drivers),
            false => (PYTHON_DRIVERS, &self.python_drivers),
        };
        *slot.get_or_init(|| {
            let words: Vec<String> = match javascript {
                true => {
                    drivers.iter().flat_map(|name| [format!("\"{name}\""), format!("'{name}'")]).collect()
                }
                false => drivers.iter().map(|name| (*name).to_owned()).collect(),
            };
            let words: Vec<&str> = words.iter().map(String::as_str).collect();
            let filter = ScanFilter { python: !javascript, javascript, ..ScanFilter::default() };
            self.project.any_holds(&words, filter, |file| self.is_code(file))
        })
    }

    /// The open places of a subject, beside those that its usages left unresolved.
    pub(super) fn find_open(&self, subject: &Subject) -> Vec<Unresolved> {
        let (table, column) = match subject {
            Subject::Table(table) => (table, None),
            Subject::Column(table, column) => (table, Some(column.as_str())),
            // A value or a key is looked for by itself; nothing reads one by a name made at run time.
            Subject::EnumValue(..) | Subject::Unique(..) => return Vec::new(),
        };
        let entities = self.entities_of(table);
        let mut found = Vec::new();
        self.in_languages_not_read(table, column, &entities, &mut found);
        self.reflected(table, &mut found);
        self.mapped_unread(table, column, &mut found);
        if let Some(column) = column {
            self.not_parsed(table, column, &mut found);
            self.named_at_run_time(&entities, column, &mut found);
        }
        self.models_named_at_run_time(&entities, &mut found);
        found
    }

    /// Files of other languages that say both the table's name (or an entity's) and the column's.
    fn in_languages_not_read(
        &self,
        table: &TableName,
        column: Option<&str>,
        entities: &[EntityId],
        found: &mut Vec<Unresolved>,
    ) {
        let mut owners: Vec<String> = vec![table.name.clone()];
        let mut names: Vec<String> = column.map(str::to_owned).into_iter().collect();
        for info in entities.iter().filter_map(|id| self.eval.entity(*id)) {
            owners.push(info.entity.name.clone());
            let field = column.and_then(|column| info.entity.field_of_column(column));
            names.extend(field.map(|field| field.name.clone()));
        }
        let sources = self.project.sources();
        for file in sources.ids() {
            let Some(language) = not_read(sources.path(file)) else { continue };
            if self.project.is_skipped(file) {
                continue;
            }
            let place = sources.search(file, |text| {
                let first = |words: &[String]| words.iter().filter_map(|word| find_word(text, word)).min();
                let owner = first(&owners)?;
                if names.is_empty() { Some(owner) } else { first(&names) }
            });
            if let Some(place) = place.flatten() {
                let what = column.map_or_else(String::new, |column| format!(" and `{column}`"));
                let reason = format!("{language} is not read, and this file mentions `{}`{what}", table.name);
                found.push(Unresolved {
                    span: Span::new(file, place, place),
                    reason,
                    needs_row: false,
                    access: None,
                });
            }
        }
    }

    /// Places that the grammar could not parse and that say the column's name.
    fn not_parsed(&self, table: &TableName, column: &str, found: &mut Vec<Unresolved>) {
        let targets = self.targets(table, column);
        let mut words: Vec<&str> = targets.iter().filter_map(|target| target.field.as_deref()).collect();
        words.sort_unstable();
        words.dedup();
        let languages = self.languages(targets.iter().map(|target| target.entity));
        for (file, offset) in self.places_of(&words, languages) {
            let Some(module) = self.project.module(file) else { continue };
            if module.errors.iter().any(|error| error.contains(offset)) {
                let place = offset as usize;
                let reason = "the code here could not be parsed, and it says the column's name".to_owned();
                found.push(Unresolved {
                    span: Span::new(file, place, place + column.len()),
                    reason,
                    needs_row: false,
                    access: None,
                });
            }
        }
    }

    /// `getattr(user, name)`, `user[key]`: a column of the table by a name that is not known.
    fn named_at_run_time(&self, entities: &[EntityId], column: &str, found: &mut Vec<Unresolved>) {
        let languages = self.languages(entities.iter().copied());
        // Nearly everywhere the name is written out, which the bytes tell.
        let is_open = |file: FileId, offset: u32| {
            let is_literal = |text: &[u8]| names_literal(text.get(offset as usize..).unwrap_or_default());
            !self.project.sources().search(file, is_literal).unwrap_or(false)
        };
        let python = ScanFilter { javascript: false, ..languages };
        self.each_site_in(BY_NAME, python, is_open, |module, site, word| {
            let SiteKind::Name(callee) = site.kind else { return };
            let Parent::Expr(call) = module.expr(callee).parent else { return };
            let ExprKind::Call { callee: called, args, .. } = &module.expr(call).kind else { return };
            let (Some(object), Some(name)) = (args.first(), args.get(1)) else { return };
            if *called == callee && self.may_be(module, object.value, name.value, entities, column) {
                let reason = format!(
                    "`{word}` with a name that is not known here: write the names out, or say what it reads (assume)"
                );
                let access = if word == "getattr" { Access::Read } else { Access::Write };
                let span = module.span(module.expr(call).range);
                found.push(Unresolved { span, reason, needs_row: false, access: Some(access) });
            }
        });
        let names = self.reference_names(entities);
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        let hits = self.reference_hits(entities, &words, languages).into_iter().map(|hit| hit.0);
        let files: BTreeSet<FileId> = hits.filter(|file| self.is_code(*file)).collect();
        for module in files.into_iter().filter_map(|file| self.project.module(file)) {
            for expr in &module.exprs {
                let ExprKind::Index { object, index, .. } = expr.kind else { continue };
                if !matches!(module.expr(index).kind, ExprKind::Number | ExprKind::Slice)
                    && self.may_be(&module, object, index, entities, column)
                {
                    let reason = "a key that is made at run time reads a row of the table: write the names out, or say \
                                  what it reads (assume)"
                        .to_owned();
                    let is_set = matches!(expr.parent, Parent::Pattern(_));
                    let access = Some(if is_set { Access::Write } else { Access::Read });
                    found.push(Unresolved {
                        span: module.span(expr.range),
                        reason,
                        needs_row: false,
                        access,
                    });
                }
            }
        }
    }

    /// Whether `object` is a row or a model of the table, and `name` may be the column's.
    fn may_be(
        &self,
        module: &Module,
        object: ExprId,
        name: ExprId,
        entities: &[EntityId],
        column: &str,
    ) -> bool {
        if module.literal_str(name).is_some() {
            return false;
        }
        self.eval.begin();
        let cx = Context::of(module);
        let object = self.eval.expr(cx, object).value;
        if !object.alternatives().iter().any(|value| self.stands_for(value, entities)) {
            return false;
        }
        let fields: Vec<String> = entities
            .iter()
            .filter_map(|id| {
                self.eval.entity(*id)?.entity.field_of_column(column).map(|field| field.name.clone())
            })
            .chain([column.to_owned()])
            .collect();
        let name = self.eval.expr(cx, name).value;
        // A name whose text is known is found where it stands.
        let is_other = |value: &Value| match value {
            Value::Str(text) => !fields.iter().any(|field| **field == **text),
            _ => false,
        };
        !name.alternatives().iter().all(is_other)
    }

    fn stands_for(&self, value: &Value, entities: &[EntityId]) -> bool {
        let entity = match value {
            Value::Row(row) => Some(row.entity),
            Value::Entity(entity) => Some(*entity),
            Value::Class(class) | Value::Instance(class, _) => self.eval.class_entity(*class),
            _ => None,
        };
        entity.is_some_and(|entity| entities.contains(&entity))
    }

    /// `prisma[model]`: any model of the schema.
    fn models_named_at_run_time(&self, entities: &[EntityId], found: &mut Vec<Unresolved>) {
        let declared = entities.iter().any(|entity| (entity.0 as usize) < self.declared_entities);
        if !declared {
            return;
        }
        let javascript = ScanFilter { python: false, ..ScanFilter::default() };
        let files: BTreeSet<FileId> =
            self.places_of(&["prisma[", "db[", "tx["], javascript).into_iter().map(|hit| hit.0).collect();
        for module in files.into_iter().filter_map(|file| self.project.module(file)) {
            for expr in &module.exprs {
                let ExprKind::Index { object, index, .. } = expr.kind else { continue };
                if module.literal_str(index).is_some() || matches!(module.expr(index).kind, ExprKind::Number)
                {
                    continue;
                }
                self.eval.begin();
                let client = self.eval.expr(Context::of(&module), object).value;
                if client.alternatives().iter().any(|value| self.is_client(value)) {
                    let reason = "the model is chosen at run time: name it, or say which it can be (assume)"
                        .to_owned();
                    found.push(Unresolved {
                        span: module.span(expr.range),
                        reason,
                        needs_row: false,
                        access: None,
                    });
                }
            }
        }
    }

    /// Whether the value is a Prisma client, or the one of a transaction: a model of it is a query.
    fn is_client(&self, value: &Value) -> bool {
        match value {
            Value::Library(library) => library.kind == crate::usage::orm::PRISMA_CLIENT,
            _ => false,
        }
    }

    /// Models and tables that are made of what the database has.
    fn reflected(&self, table: &TableName, found: &mut Vec<Unresolved>) {
        let python = ScanFilter { javascript: false, ..ScanFilter::default() };
        for (file, offset) in self.places_of(REFLECTION, python) {
            let Some(module) = self.project.module(file) else { continue };
            let text = &module.source.text;
            let is_automap = text.get(offset as usize..).is_some_and(|rest| rest.starts_with("automap_base"));
            let is_use = module.sites_at(offset).iter().any(|site| {
                matches!(site.kind, SiteKind::Name(_) | SiteKind::Member(_) | SiteKind::Keyword { .. })
            });
            // A table that is reflected by its name is that one.
            if is_use && (is_automap || find_word(text.as_bytes(), &table.name).is_some()) {
                let place = offset as usize;
                let reason = "columns are taken from the database at run time (reflection), so that what uses them is not \
                              known: declare the table, or say which columns are used (assume)"
                    .to_owned();
                found.push(Unresolved {
                    span: Span::new(file, place, place + 12),
                    reason,
                    needs_row: false,
                    access: None,
                });
            }
        }
    }

    /// Where application code says one of the words.
    pub(super) fn places_of(&self, words: &[&str], languages: ScanFilter) -> Vec<(FileId, u32)> {
        let scan = self.project.scan(words, languages);
        let hits = scan.hits.into_iter().flatten();
        let mut places: Vec<(FileId, u32)> = hits
            .filter(|(file, _)| self.is_code(*file))
            .flat_map(|(file, offsets)| offsets.into_iter().map(move |offset| (file, offset)))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

/// Whether a string that begins here says the other end of a relationship: `back_populates="orders"`.
fn names_other_end(module: &Module, start: u32) -> bool {
    let before = module.source.text.get(..start as usize).unwrap_or("");
    let before = before.trim_end_matches(['"', '\'', ' ', '=']);
    before.ends_with("back_populates") || before.ends_with("backref")
}

/// What to call the language of a file that is not read and may hold queries.
fn not_read(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1;
    NOT_READ.iter().find(|(known, _)| *known == ending).map(|(_, name)| *name)
}

/// The first place where a word stands as a whole, in either case.
fn find_word(text: &[u8], word: &str) -> Option<usize> {
    let word = word.as_bytes();
    let is_part = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let first = *word.first()?;
    let candidates = memchr::memchr2_iter(first.to_ascii_lowercase(), first.to_ascii_uppercase(), text);
    candidates.into_iter().find(|start| {
        let end = start + word.len();
        text.get(*start..end).is_some_and(|found| found.eq_ignore_ascii_case(word))
            && !is_part(start.checked_sub(1).and_then(|before| text.get(before)))
            && !is_part(text.get(end))
    })
}

/// Whether the text begins with a call whose second argument is one plain string: `getattr(row, "email", None)`. What cannot be told
/// without a parse is none.
fn names_literal(text: &[u8]) -> bool {
    let Some(open) = text.iter().position(|byte| *byte == b'(') else { return false };
    let mut depth = 0_u32;
    for (at, byte) in text.iter().enumerate().skip(open + 1) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' if depth > 0 => depth -= 1,
            b',' if depth == 0 => return is_plain_string(text.get(at + 1..).unwrap_or_default()),
            b')' | b']' | b'}' | b'"' | b'\'' | b'#' => return false,
            _ => {}
        }
    }
    false
}

/// Whether the text begins with a string in one pair of quotes, and the argument ends behind it.
fn is_plain_string(text: &[u8]) -> bool {
    let text = text.trim_ascii_start();
    let Some(quote) = text.first().filter(|first| matches!(first, b'"' | b'\'')) else { return false };
    let inner = text.get(1..).unwrap_or_default();
    let Some(end) = inner.iter().position(|byte| !(byte.is_ascii_alphanumeric() || *byte == b'_')) else {
        return false;
    };
    let behind = inner.get(end + 1..).unwrap_or_default().trim_ascii_start();
    end > 0 && inner.get(end) == Some(quote) && matches!(behind.first(), Some(b',' | b')'))
}

//! Which strings of a module are SQL.

use crate::code::tree::{
    BinaryOp, ExprId, ExprKind, Language, Module, Parent, SiteKind, StmtKind, TemplatePart,
};
use crate::usage::sql::pieces::joined;
use crate::usage::sql::regions::is_in_python_sql;
use crate::usage::sql::text::SqlText;
use rustc_hash::FxHashSet;

/// A string that is SQL, or may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SqlString {
    /// The outermost expression that builds it.
    pub expr: ExprId,
    /// Whether it is only a piece of a statement, known by the call it is given to.
    pub fragment: bool,
    /// Whether it is surely SQL; else it is a sentence if no grammar takes it.
    pub certain: bool,
}

/// Whether the text is a statement: it begins with a statement's keyword and has the words that must follow. Cheap.
/// English sentences begin with the same words ("Create a table from ..."), so that the words must stand where SQL has
/// them, and a capitalised keyword counts only among others that are not small.
pub fn looks_like_sql(text: &str) -> bool {
    let Some(first) = (Words { text }).next() else { return false };
    let keyword = first.to_ascii_uppercase();
    if !STATEMENT_KEYWORDS.contains(&keyword.as_str()) {
        return false;
    }
    let words: Vec<&str> = Words { text }.take(LONGEST_LOOK).collect();
    let Some(follower) = structural_word(&keyword, &words) else { return false };
    let capitalised =
        first.chars().skip(1).any(|c| c.is_ascii_lowercase()) && first != first.to_ascii_lowercase();
    !capitalised || follower.starts_with(|c: char| c.is_ascii_uppercase()) || text.contains('*')
}

/// Whether one of the names that stand at `offsets` of a file may stand in SQL, told by its text alone: a quote before
/// it, or the end of a hole, opens a string that begins as those that [`sql_strings`] gives. It says yes too often; what
/// it saves is the parse of files that only share a word with a table.
pub fn may_hold_sql(file: &str, language: Language, offsets: &[u32]) -> bool {
    if language.is_python() {
        return is_in_python_sql(file, offsets);
    }
    let quotes = memchr::memchr3_iter(b'"', b'\'', b'`', file.as_bytes());
    let holes = memchr::memchr_iter(b'}', file.as_bytes());
    quotes.chain(holes).any(|at| {
        let is_near = |offset: &u32| (*offset as usize) > at && (*offset as usize) - at < LONGEST_STATEMENT;
        file.get(at + 1..).is_some_and(opens_sql) && offsets.iter().any(is_near)
    })
}

/// Bytes between the beginning of a statement and a name in it, at most.
const LONGEST_STATEMENT: usize = 32 << 10;

/// Whether the text behind a quote begins as a statement, or as a piece of one.
pub(super) fn opens_sql(mut rest: &str) -> bool {
    // An escaped line end stands before the first word as often as a real one.
    while let Some(trimmed) =
        ["\\n", "\\t", "\\r"].iter().find_map(|escape| rest.trim_start().strip_prefix(escape))
    {
        rest = trimmed;
    }
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    // Most strings begin with a word that is no keyword, and need no second look.
    let start = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '(');
    if start.starts_with(is_word) {
        let first = start.split(|c: char| !is_word(c)).next().unwrap_or("");
        if !STATEMENT_KEYWORDS.iter().chain(CLAUSE_KEYWORDS).any(|known| first.eq_ignore_ascii_case(known)) {
            return false;
        }
    } else if !start.starts_with(['-', '/', '"', '\'', '`', '{', '$', '%', '[', '\\', ')', ',', '*']) {
        return false;
    }
    let mut end = rest.len().min(FARTHEST_LOOK);
    while !rest.is_char_boundary(end) {
        end -= 1;
    }
    let rest = rest.get(..end).unwrap_or("");
    let first = Words { text: rest }.next().unwrap_or("");
    let is_shouted = !first.contains(|c: char| c.is_lowercase());
    let is_capitalised = first.starts_with(char::is_uppercase) && !is_shouted;
    if begins_statement(rest) {
        return is_shouted || looks_like_sql(rest);
    }
    !is_capitalised && looks_like_fragment(rest)
}

/// Bytes of a string that are looked at to tell whether it begins as SQL.
const FARTHEST_LOOK: usize = 4 << 10;

/// First words of pieces of statements.
const CLAUSE_KEYWORDS: &[&str] = &[
    "WHERE",
    "HAVING",
    "AND",
    "OR",
    "JOIN",
    "FROM",
    "SET",
    "RETURNING",
    "ORDER",
    "GROUP",
    "LEFT",
    "RIGHT",
    "FULL",
    "INNER",
    "CROSS",
    "NATURAL",
    "ON",
];

fn begins_statement(text: &str) -> bool {
    let first = Words { text }.next().unwrap_or("");
    STATEMENT_KEYWORDS.iter().any(|keyword| first.eq_ignore_ascii_case(keyword))
}

/// Words looked at to tell a statement from a sentence.
const LONGEST_LOOK: usize = 2000;

const STATEMENT_KEYWORDS: &[&str] = &[
    "SELECT", "INSERT", "REPLACE", "MERGE", "UPDATE", "DELETE", "WITH", "CREATE", "DROP", "ALTER",
    "TRUNCATE", "EXPLAIN", "COPY",
];

/// The word that makes a statement of what begins with `keyword`.
fn structural_word<'t>(keyword: &str, words: &[&'t str]) -> Option<&'t str> {
    let is = |word: &&&str, wanted: &[&str]| wanted.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
    let within = |count: usize, wanted: &[&str]| {
        words.iter().skip(1).take(count).find(|word| is(word, wanted)).copied()
    };
    match keyword {
        "SELECT" => within(LONGEST_LOOK, &["FROM"]),
        "INSERT" => within(3, &["INTO"]),
        "REPLACE" | "MERGE" => within(1, &["INTO"]),
        "UPDATE" => within(8, &["SET"]),
        "DELETE" => within(3, &["FROM"]),
        "WITH" => {
            within(LONGEST_LOOK, &["AS"])?;
            within(LONGEST_LOOK, &["SELECT", "INSERT", "UPDATE", "DELETE"])
        }
        "CREATE" | "DROP" | "ALTER" => {
            let object = words.iter().skip(1).find(|word| !is(word, OBJECT_MODIFIERS))?;
            is(&object, &["TABLE", "VIEW", "INDEX", "TRIGGER", "FUNCTION", "PROCEDURE", "TYPE", "POLICY"])
                .then_some(*object)
        }
        "TRUNCATE" => words.get(1).copied(),
        "EXPLAIN" => within(4, &["SELECT", "INSERT", "UPDATE", "DELETE", "WITH"]),
        "COPY" => within(LONGEST_LOOK, &["FROM", "TO"]),
        _ => None,
    }
}

/// Words between `CREATE` and what is created.
const OBJECT_MODIFIERS: &[&str] = &[
    "OR",
    "REPLACE",
    "TEMP",
    "TEMPORARY",
    "UNLOGGED",
    "UNIQUE",
    "MATERIALIZED",
    "RECURSIVE",
    "GLOBAL",
    "LOCAL",
    "VIRTUAL",
    "CONSTRAINT",
    "FULLTEXT",
    "FOREIGN",
];

/// Whether the text is a piece of a statement: a clause that begins with its keyword.
pub fn looks_like_fragment(text: &str) -> bool {
    let mut words = Words { text };
    let Some(first) = words.next() else { return false };
    let second = words.next();
    let second_is = |wanted: &str| second.is_some_and(|word| word.eq_ignore_ascii_case(wanted));
    match first.to_ascii_uppercase().as_str() {
        "WHERE" | "HAVING" | "AND" | "OR" | "JOIN" | "FROM" | "SET" | "SELECT" | "RETURNING" => {
            second.is_some()
        }
        "ORDER" | "GROUP" => second_is("BY"),
        "LEFT" | "RIGHT" | "FULL" => second_is("JOIN") || second_is("OUTER"),
        "INNER" | "CROSS" | "NATURAL" => second_is("JOIN"),
        "ON" => second_is("CONFLICT"),
        _ => false,
    }
}

/// The words of a text, comments and brackets skipped.
struct Words<'t> {
    text: &'t str,
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        loop {
            let start =
                self.text.find(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '-' || c == '/')?;
            let rest = self.text.get(start..)?;
            if rest.starts_with("--") {
                self.text = rest.split_once('\n')?.1;
            } else if rest.starts_with("/*") {
                self.text = rest.split_once("*/")?.1;
            } else if rest.starts_with(['-', '/']) {
                self.text = rest.get(1..)?;
            } else {
                let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
                self.text = rest.get(end..)?;
                return rest.get(..end);
            }
        }
    }
}

/// The strings of a module that are SQL: all that look like a statement, and what is given to the usual calls and
/// tags, where a piece of a statement counts too. Only the outermost expression that builds a string is given, in
/// source order.
pub fn sql_strings(module: &Module) -> Vec<SqlString> {
    let mut found: Vec<SqlString> = Vec::new();
    let mut seen = FxHashSet::default();
    for site in &module.sites {
        let SiteKind::Text(expr) = site.kind else { continue };
        let Some(start) = own_text(module, expr) else { continue };
        let (begins, fragment) = (begins_statement(&start), looks_like_fragment(&start));
        if !begins && !fragment {
            continue;
        }
        let whole = outermost(module, expr);
        if seen.contains(&whole) || is_docstring(module, whole) {
            continue;
        }
        let given = is_given_to_sql_call(module, expr, whole);
        let statement = begins && (given || looks_like_sql(&whole_text(module, whole)));
        if begins {
            seen.insert(whole);
        }
        if statement || (given && fragment) {
            seen.insert(whole);
            let certain = given || start.trim_start().starts_with(|c: char| c.is_ascii_uppercase());
            found.push(SqlString { expr: whole, fragment: !statement, certain });
        }
    }
    found
}

/// Whether the string stands alone as a statement.
fn is_docstring(module: &Module, expr: ExprId) -> bool {
    match module.expr(expr).parent {
        Parent::Stmt(stmt) => {
            let tagged = matches!(module.expr(expr).kind, ExprKind::Template { tag: Some(_), .. });
            !tagged && matches!(module.stmt(stmt).kind, StmtKind::Expr(_))
        }
        _ => false,
    }
}

/// The text of a string or template, holes left out.
fn own_text(module: &Module, expr: ExprId) -> Option<String> {
    match &module.expr(expr).kind {
        ExprKind::Str(literal) => Some(module.str_value(literal)),
        ExprKind::Template { parts, .. } => {
            let text = |part: &'_ TemplatePart| match part {
                TemplatePart::Text(piece) => module.piece_value(piece).to_owned(),
                TemplatePart::Expr(_) => String::new(),
            };
            Some(parts.iter().map(text).collect())
        }
        _ => None,
    }
}

/// The text of a whole concatenation, holes left out.
fn whole_text(module: &Module, expr: ExprId) -> String {
    SqlText::from_expr(module, expr, &|_| None).map_or_else(String::new, |sql| sql.text().to_owned())
}

/// A string in a longer chain of operators is taken with a part of the chain only.
const LONGEST_CHAIN: usize = 1000;

/// The outermost expression that builds the string this one is a part of.
pub(super) fn outermost(module: &Module, expr: ExprId) -> ExprId {
    let mut current = expr;
    for _ in 0..LONGEST_CHAIN {
        let Parent::Expr(parent) = module.expr(current).parent else { break };
        let builds = match &module.expr(parent).kind {
            ExprKind::Binary { op: BinaryOp::Add, .. } | ExprKind::Template { .. } => true,
            ExprKind::Binary { op: BinaryOp::Percent, left, .. } => *left == current,
            ExprKind::Conditional { test, .. } => *test != current,
            ExprKind::Member { object, name, .. } => {
                *object == current && matches!(module.text(*name), "format" | "strip" | "trim" | "join")
            }
            ExprKind::Call { callee, args, .. } => {
                let joined = args.len() == 1
                    && args.iter().any(|arg| arg.value == current)
                    && is_join(module, *callee);
                (*callee == current && matches!(module.expr(current).kind, ExprKind::Member { .. }))
                    || joined
                    || (args.len() == 1 && *callee != current && is_filled_later(module, parent, *callee))
            }
            ExprKind::Sequence { .. } => is_joined(module, parent) || joined(module, parent).is_some(),
            _ => false,
        };
        if !builds {
            break;
        }
        current = parent;
    }
    current
}

/// Whether the call is `sql.SQL("...")` of psycopg, whose marks are filled: `.format(...)` ("sql - SQL string composition").
fn is_filled_later(module: &Module, call: ExprId, callee: ExprId) -> bool {
    let name = match &module.expr(callee).kind {
        ExprKind::Name(name) | ExprKind::Member { name, .. } => module.text(*name),
        _ => return false,
    };
    let Parent::Expr(around) = module.expr(call).parent else { return false };
    let ExprKind::Member { object, name: method, .. } = &module.expr(around).kind else { return false };
    name == "SQL" && *object == call && module.text(*method) == "format"
}

/// Whether the callee is `"...".join`.
fn is_join(module: &Module, callee: ExprId) -> bool {
    match &module.expr(callee).kind {
        ExprKind::Member { object, name, .. } => {
            module.text(*name) == "join" && matches!(module.expr(*object).kind, ExprKind::Str(_))
        }
        _ => false,
    }
}

/// Whether a list is joined to a string: `"".join([...])`, `[...].join("")`.
fn is_joined(module: &Module, list: ExprId) -> bool {
    let Parent::Expr(parent) = module.expr(list).parent else { return false };
    match &module.expr(parent).kind {
        ExprKind::Call { callee, .. } => is_join(module, *callee),
        ExprKind::Member { object, name, .. } => *object == list && module.text(*name) == "join",
        _ => false,
    }
}

/// Names of functions and tags that take SQL: DB-API, SQLAlchemy's `text`, Django's `raw` and `extra`, node drivers,
/// Prisma's raw queries, tagged templates of postgres.js, slonik, drizzle, kysely.
const SQL_CALLS: &[&str] = &[
    "text",
    "sql",
    "SQL",
    "execute",
    "executemany",
    "executescript",
    "query",
    "raw",
    "exec_driver_sql",
    "read_sql",
    "read_sql_query",
    "fetch",
    "fetchrow",
    "fetchval",
    "fetch_all",
    "fetch_one",
    "from_statement",
    "$queryRaw",
    "$executeRaw",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
    "prepare",
    "exec",
    "literal_column",
];

fn is_given_to_sql_call(module: &Module, expr: ExprId, whole: ExprId) -> bool {
    if let ExprKind::Template { tag: Some(tag), .. } = &module.expr(expr).kind {
        return is_sql_name(module, *tag);
    }
    let Parent::Expr(parent) = module.expr(whole).parent else { return false };
    match &module.expr(parent).kind {
        ExprKind::Call { callee, args, .. } => {
            let first = args.first().is_some_and(|arg| arg.value == whole);
            first && is_sql_name(module, *callee)
        }
        _ => false,
    }
}

fn is_sql_name(module: &Module, callee: ExprId) -> bool {
    match &module.expr(callee).kind {
        ExprKind::Name(name) | ExprKind::Member { name, .. } => SQL_CALLS.contains(&module.text(*name)),
        _ => false,
    }
}

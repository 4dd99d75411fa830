//! SQL in strings and `.sql` files.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::code::eval::Context;
use crate::code::project::constants::is_constant_name;
use crate::code::project::scan::ScanFilter;
use crate::code::tree::Language;
use crate::schema::TableName;
use crate::text::{FileId, TextRange};
use crate::usage::find::Finder;
use crate::usage::sql::{
    ComparedWith, ConflictKey, SqlStatement, SqlText, StatementKind, Via, appended, may_hold_sql, resolve,
    sql_strings, statements_in_file,
};
use crate::usage::{
    Access, Confidence, Evidence, How, Insert, NamedBy, Unresolved, Usage, UsageSet, ValueFact, When,
};

/// Bytes of a line before a word in a constant, at most: in a longer line nothing is looked for.
const LONGEST_CONSTANT: usize = 200;

impl Finder<'_> {
    /// Calls `found` for every SQL statement that holds one of the words. Statements that make the schema (a dump, a
    /// folder of migrations that nobody runs any more, the tables of a test) are no uses of it.
    pub(super) fn each_statement(&self, words: &[&str], mut found: impl FnMut(&SqlStatement)) {
        let everywhere = ScanFilter { sql: true, ignore_case: true, ..ScanFilter::default() };
        let scan = self.project.scan(words, everywhere);
        let mut by_file: BTreeMap<FileId, Vec<u32>> = BTreeMap::new();
        for (file, offsets) in scan.hits.into_iter().flatten() {
            by_file.entry(file).or_default().extend(offsets);
        }
        for (file, offsets) in self.constant_offsets(&by_file) {
            by_file.entry(file).or_default().extend(offsets);
        }
        for (file, offsets) in by_file {
            if self.is_code(file) && self.may_hold_sql(file, &offsets) {
                let statements = self.statements_at(file, &offsets);
                for statement in statements.iter().filter(|one| one.kind != StatementKind::Definition) {
                    found(statement);
                }
            }
        }
    }

    /// Whether a file is worth a parse for the SQL at the offsets.
    fn may_hold_sql(&self, file: FileId, offsets: &[u32]) -> bool {
        let sources = self.project.sources();
        let Some(language) = Language::of_path(sources.path(file)) else { return true };
        let holds =
            sources.search(file, |text| may_hold_sql(&String::from_utf8_lossy(text), language, offsets));
        holds.unwrap_or(false)
    }

    /// The statements of a file that hold one of the offsets.
    fn statements_at(&self, file: FileId, offsets: &[u32]) -> Rc<[SqlStatement]> {
        let holds = |range: TextRange| offsets.iter().any(|offset| range.contains(*offset));
        let Some(module) = self.project.module(file) else {
            let Ok(source) = self.project.sources().load(file) else { return Rc::from([]) };
            let all = statements_in_file(&source, self.schema, self.dialect());
            return all.into_iter().filter(|statement| holds(statement.span.range)).collect();
        };
        let cx = Context::of(&module);
        let mut all = Vec::new();
        let constant = |expr| {
            self.eval.begin();
            self.eval.constant_str(cx, expr)
        };
        for string in sql_strings(&module) {
            let range = module.expr(string.expr).range;
            let pieces = appended(&module, string.expr);
            let whole = || SqlText::with_pieces(&module, string.expr, &pieces, &constant);
            if !pieces.is_empty()
                && let Some(text) = whole()
                && offsets.iter().any(|offset| text.holds(*offset) && !range.contains(*offset))
            {
                all.extend(resolve(&text, self.schema).into_iter().map(|statement| beyond(statement, range)));
            }
            let text = SqlText::from_expr(&module, string.expr, &|_| None);
            if !text.is_some_and(|text| holds(range) || offsets.iter().any(|offset| text.holds(*offset))) {
                continue;
            }
            if let Some(text) = SqlText::from_expr(&module, string.expr, &constant) {
                let fragment = string.fragment;
                all.extend(resolve(&text, self.schema).into_iter().map(|mut statement| {
                    if fragment {
                        soften(&mut statement);
                    }
                    statement
                }));
            }
        }
        all.into()
    }

    /// The offsets of constants in code whose text holds one of the words: `MAIL = "email"`, which SQL may be made of.
    fn constant_offsets(&self, hits: &BTreeMap<FileId, Vec<u32>>) -> Vec<(FileId, Vec<u32>)> {
        let sources = self.project.sources();
        let mut names: BTreeSet<String> = BTreeSet::new();
        for (file, offsets) in hits {
            if Language::of_path(sources.path(*file)).is_some() && self.is_code(*file) {
                let found = sources.search(*file, |text| constants_at(text, offsets));
                names.extend(found.unwrap_or_default());
            }
        }
        if names.is_empty() {
            return Vec::new();
        }
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        self.project.scan(&words, ScanFilter::default()).hits.into_iter().flatten().collect()
    }

    /// Uses of a column in SQL.
    pub(super) fn column_in_sql(&self, place: &(TableName, String), set: &mut UsageSet) {
        let (table, column) = place;
        let words: &[&str] = if *column == table.name { &[column] } else { &[column, &table.name] };
        self.each_statement(words, |statement| {
            for used in statement.columns.iter().filter(|used| used.table == *table && used.column == *column)
            {
                let null = statement
                    .null_writes
                    .iter()
                    .any(|write| write.table == *table && write.column == *column);
                let is_write = used.access == Access::Write;
                set.usages.push(Usage {
                    span: used.span,
                    table: table.clone(),
                    column: Some(column.clone()),
                    how: How::Query,
                    access: used.access,
                    implicit: used.implicit(),
                    named_by: named_by(used.via),
                    when: When::Always,
                    confidence: used.confidence,
                    evidence: sql_evidence(statement),
                    value: if null && is_write { ValueFact::NullWritten } else { ValueFact::Plain },
                    in_sql: true,
                    conversion: None,
                    required_at: Vec::new(),
                });
            }
            self.unresolved_in_sql(statement, Some(column), table, set);
        });
    }

    /// Uses of a table in SQL.
    pub(super) fn table_in_sql(&self, table: &TableName, set: &mut UsageSet) {
        self.each_statement(&[&table.name], |statement| {
            for used in statement.tables.iter().filter(|used| used.table == *table) {
                set.usages.push(Usage {
                    span: used.span,
                    table: table.clone(),
                    column: None,
                    how: How::Query,
                    access: used.access,
                    implicit: false,
                    named_by: NamedBy::Code,
                    when: When::Always,
                    confidence: used.confidence,
                    evidence: sql_evidence(statement),
                    value: ValueFact::Plain,
                    in_sql: true,
                    conversion: None,
                    required_at: Vec::new(),
                });
            }
            self.unresolved_in_sql(statement, None, table, set);
        });
    }

    /// What a statement leaves open, where it can be about the table.
    fn unresolved_in_sql(
        &self,
        statement: &SqlStatement,
        column: Option<&str>,
        table: &TableName,
        set: &mut UsageSet,
    ) {
        let touches = statement.tables.iter().any(|used| used.table == *table);
        let reads = matches!(statement.kind, StatementKind::Select | StatementKind::Delete)
            && statement.tables.iter().all(|used| used.access != Access::Write);
        for open in &statement.unresolved {
            let about = match (&open.name, column) {
                (Some(name), Some(column)) => self.dialect().same_name(name, column),
                (Some(name), None) => self.dialect().same_name(name, &table.name),
                (None, _) => touches,
            };
            if about {
                set.unresolved.push(Unresolved {
                    span: open.span,
                    reason: open.reason.clone(),
                    needs_row: false,
                    access: reads.then_some(Access::Read),
                });
            }
        }
    }

    /// INSERTs into a table in SQL.
    pub(super) fn sql_inserts(&self, table: &TableName) -> Vec<Insert> {
        let mut inserts = Vec::new();
        let columns_of = |count: usize| -> Vec<String> {
            let all = self.schema.table(table).map(|table| table.columns.as_slice()).unwrap_or_default();
            all.iter().take(count).map(|column| column.name.clone()).collect()
        };
        self.each_statement(&[&table.name], |statement| {
            for insert in statement.inserts.iter().filter(|insert| insert.table == *table) {
                let columns = insert.columns.clone();
                inserts.push(Insert {
                    span: insert.span,
                    table: table.clone(),
                    complete: insert.complete && (columns.is_some() || insert.width.is_some()),
                    through_orm: false,
                    when: When::Always,
                    optional: Vec::new(),
                    unsaid_nulls: Vec::new(),
                    columns: columns.unwrap_or_else(|| columns_of(insert.width.unwrap_or(usize::MAX))),
                    confidence: insert.confidence,
                    evidence: sql_evidence(statement),
                });
            }
        });
        inserts
    }

    /// Enum values in SQL: literals that are cast to the type, or meet a column of it.
    pub(super) fn enum_value_in_sql(
        &self,
        name: &TableName,
        value: &str,
        columns: &[(TableName, String)],
        set: &mut UsageSet,
    ) {
        self.each_statement(&[value], |statement| {
            for literal in statement.compared_strings.iter().filter(|literal| literal.value == value) {
                let column = match &literal.with {
                    ComparedWith::Column(table, column) => {
                        columns.iter().find(|known| known.0 == *table && known.1 == *column).cloned()
                    }
                    ComparedWith::Enum(with) if with == name => columns.first().cloned(),
                    ComparedWith::Enum(_) => None,
                };
                if let Some((table, column)) = column {
                    set.usages.push(Usage {
                        span: literal.span,
                        table,
                        column: Some(column),
                        how: How::Query,
                        access: literal.access,
                        implicit: false,
                        named_by: NamedBy::Code,
                        when: When::Always,
                        confidence: Confidence::Exact,
                        evidence: sql_evidence(statement),
                        value: ValueFact::Plain,
                        in_sql: true,
                        conversion: None,
                        required_at: Vec::new(),
                    });
                }
            }
        });
    }

    /// `ON CONFLICT` clauses in SQL that need the unique key.
    pub(super) fn unique_in_sql(&self, table: &TableName, columns: &[String], set: &mut UsageSet) {
        let names: Vec<&str> = self
            .schema
            .table(table)
            .map(|table| {
                let of = table.uniques.iter().filter(|unique| unique.columns == columns);
                of.filter_map(|unique| unique.name.as_deref()).collect()
            })
            .unwrap_or_default();
        let mut sorted = columns.to_vec();
        sorted.sort();
        self.each_statement(&[&table.name], |statement| {
            for conflict in statement.conflict_targets.iter().filter(|conflict| conflict.table == *table) {
                let needs = match &conflict.target {
                    ConflictKey::Columns(columns) => {
                        let mut columns = columns.clone();
                        columns.sort();
                        columns == sorted
                    }
                    ConflictKey::Constraint(name) => names.contains(&name.as_str()),
                };
                if needs {
                    set.usages.push(Usage {
                        span: conflict.span,
                        table: table.clone(),
                        column: columns.first().cloned(),
                        how: How::Query,
                        access: Access::Filter,
                        implicit: false,
                        named_by: NamedBy::Code,
                        when: When::Always,
                        confidence: Confidence::Exact,
                        evidence: sql_evidence(statement),
                        value: ValueFact::Plain,
                        in_sql: true,
                        conversion: None,
                        required_at: Vec::new(),
                    });
                }
            }
        });
    }
}

/// What a statement says outside a range of its file: what stands in it was told without the pieces that came later.
fn beyond(mut statement: SqlStatement, range: TextRange) -> SqlStatement {
    statement.columns.retain(|used| !range.contains_range(used.span.range));
    statement.tables.retain(|used| !range.contains_range(used.span.range));
    statement.unresolved.retain(|name| !range.contains_range(name.span.range));
    statement.compared_strings.retain(|string| !range.contains_range(string.span.range));
    statement.conflict_targets.retain(|target| !range.contains_range(target.span.range));
    statement.null_writes.retain(|write| !range.contains_range(write.span.range));
    statement.inserts.clear();
    statement
}

/// The names of constants that stand on the lines of the offsets, before an equals sign: `MAIL = "email"`.
fn constants_at(text: &[u8], offsets: &[u32]) -> Vec<String> {
    let name = |offset: &u32| {
        let offset = *offset as usize;
        let nearest = offset.saturating_sub(LONGEST_CONSTANT);
        let before = text.get(nearest..offset)?;
        let start = memchr::memrchr(b'\n', before).map(|at| at + 1).or((nearest == 0).then_some(0))?;
        let line = std::str::from_utf8(before.get(start..)?).ok()?;
        let (target, value) = line.split_once('=')?;
        let target = target.split(':').next()?.trim();
        let target = target.rsplit(' ').next()?;
        let is_name = target.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        let is_string = value.contains(['"', '\'', '`']);
        (is_name && is_string && is_constant_name(target)).then(|| target.to_owned())
    };
    offsets.iter().filter_map(name).collect()
}

/// A fragment says less than a statement: what it names is likely at most.
fn soften(statement: &mut SqlStatement) {
    statement.columns.iter_mut().for_each(|used| used.confidence = used.confidence.min(Confidence::Likely));
    statement.tables.iter_mut().for_each(|used| used.confidence = used.confidence.min(Confidence::Likely));
}

fn sql_evidence(statement: &SqlStatement) -> Vec<Evidence> {
    vec![Evidence { message: "named by this SQL statement".to_owned(), span: Some(statement.span) }]
}

fn named_by(via: Via) -> NamedBy {
    match via {
        Via::Name | Via::Derived => NamedBy::Code,
        Via::Wildcard | Via::Returning | Via::Row => NamedBy::Wildcard,
        Via::Position | Via::Natural => NamedBy::Position,
    }
}

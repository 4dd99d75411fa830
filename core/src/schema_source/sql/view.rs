//! Views, and the columns of a query's result as far as its text shows them.

use sqlparser::ast::{
    Expr, Ident, ObjectName, Query, Select, SelectItem, SelectItemQualifiedWildcardKind, SetExpr,
    TableFactor, TableWithJoins,
};
use sqlparser::dialect::{
    Dialect as SqlDialect, GenericDialect, MsSqlDialect, MySqlDialect, PostgreSqlDialect, SQLiteDialect,
};
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Location;

use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::OperationKind;
use crate::schema::{
    ColumnSource, ColumnType, ColumnUse, CopiedParts, Dialect, Table, TableKind, TableName, ViewQuery,
};
use crate::text::{Span, TextRange};

/// How deep queries in queries are followed.
const DEEPEST: usize = 16;

/// What a query's text shows.
pub(super) struct QueryResult {
    /// The columns of the result, in order.
    pub columns: Vec<ColumnSource>,
    /// The tables that it reads.
    pub tables: Vec<TableName>,
    /// The columns that it uses.
    pub uses: Vec<ColumnUse>,
}

impl Reader<'_> {
    pub(super) fn read_create_view(
        &mut self,
        whole: Cursor<'_>,
        cursor: &mut Cursor<'_>,
        temporary: bool,
        or_replace: bool,
    ) -> Option<()> {
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let (name, range) = self.table_name(cursor)?;
        if temporary {
            self.temporary.push(name);
            self.irrelevant(whole);
            return Some(());
        }
        self.read_view_query(whole, cursor, (name, range), if_not_exists, or_replace)
    }

    /// Reads `(a, b) WITH (...) AS SELECT ...`.
    pub(super) fn read_view_query(
        &mut self,
        whole: Cursor<'_>,
        cursor: &mut Cursor<'_>,
        (name, range): (TableName, TextRange),
        if_not_exists: bool,
        or_replace: bool,
    ) -> Option<()> {
        let listed = cursor.parentheses().map(|inner| inner.comma_parts()).unwrap_or_default();
        let names: Vec<String> =
            listed.into_iter().filter_map(|mut part| part.name()).map(|name| name.name).collect();
        cursor.take_until_word(&["as"]);
        cursor.eat(&["as"]).then_some(())?;
        let query = strip_tail(*cursor);
        let mut view = Table::new(name, TableKind::View, (self.origin)(range));
        let result = query_columns(query, self);
        if result.is_none() {
            self.opaque(whole, query.range(), "the columns of the view could not be read from its query");
        }
        let result =
            result.unwrap_or(QueryResult { columns: Vec::new(), tables: Vec::new(), uses: Vec::new() });
        view.query = Some(ViewQuery {
            text: query.slice(query.range()).to_owned(),
            tables: result.tables,
            uses: result.uses,
            shown: Vec::new(),
            names: names.clone(),
            materialized: std::mem::take(&mut self.materialized),
            span: (self.origin)(query.range()),
        });
        let (table, sources) = (Box::new(view), result.columns);
        self.push(
            whole.range(),
            OperationKind::CreateTableFrom { table, sources, names, if_not_exists, or_replace },
        );
        Some(())
    }

    /// A table that `SELECT ... INTO` makes.
    pub(super) fn push_queried_table(
        &mut self,
        whole: Cursor<'_>,
        query: Cursor<'_>,
        name: TableName,
        range: TextRange,
    ) {
        let table = Box::new(Table::new(name, TableKind::Table, (self.origin)(range)));
        match query_columns(query, self) {
            Some(result) => self.push(
                whole.range(),
                OperationKind::CreateTableFrom {
                    table,
                    sources: result.columns,
                    names: Vec::new(),
                    if_not_exists: false,
                    or_replace: false,
                },
            ),
            None => self.opaque(
                whole,
                whole.range(),
                "the columns of the new table could not be read from its query",
            ),
        }
    }
}

/// The query without what CREATE may say behind it: `WITH NO DATA`, `WITH CHECK OPTION`.
pub(super) fn strip_tail(query: Cursor<'_>) -> Cursor<'_> {
    let mut cursor = query;
    // The first WITH may begin the query.
    cursor.bump();
    cursor.take_until(|cursor| {
        ["no", "data", "check", "local", "cascaded", "read"].iter().any(|next| cursor.is(&["with", next]))
    });
    query.up_to(&cursor)
}

/// The columns of a query; `None` where it is not understood.
pub(super) fn query_columns(query: Cursor<'_>, reader: &Reader<'_>) -> Option<QueryResult> {
    let range = query.range();
    let text = query.slice(range);
    let dialect: &dyn SqlDialect = match reader.dialect {
        Dialect::Postgres => &PostgreSqlDialect {},
        Dialect::Mysql => &MySqlDialect {},
        Dialect::Sqlite => &SQLiteDialect {},
        Dialect::Mssql => &MsSqlDialect {},
    };
    let parsed = parse_query(text, dialect).or_else(|| parse_query(text, &GenericDialect {}))?;
    let mut scope = Scope { reader, text, base: range.start as usize, tables: Vec::new() };
    let columns = scope.query(&parsed, &[], 0);
    let uses = super::view_uses::column_uses(&parsed, &scope);
    Some(QueryResult { columns, tables: scope.tables, uses })
}

fn parse_query(text: &str, dialect: &dyn SqlDialect) -> Option<Query> {
    Parser::new(dialect).try_with_sql(text).ok()?.parse_query().ok().map(|query| *query)
}

/// A row source that a name in a query stands for.
#[derive(Debug, Clone)]
struct Relation {
    /// The alias, or the table's own name.
    name: String,
    rows: Rows,
}

#[derive(Debug, Clone)]
enum Rows {
    Table(TableName),
    Columns(Vec<ColumnSource>),
}

pub(super) struct Scope<'r> {
    reader: &'r Reader<'r>,
    text: &'r str,
    base: usize,
    tables: Vec<TableName>,
}

impl Scope<'_> {
    pub fn fold(&self, ident: &Ident) -> String {
        self.reader.dialect.fold(&ident.value, ident.quote_style.is_some())
    }

    fn span(&self, ident: &Ident) -> Span {
        let start = byte_of(self.text, ident.span.start);
        let end = byte_of(self.text, ident.span.end).max(start);
        (self.reader.origin)(TextRange::new(self.base + start, self.base + end))
    }

    fn whole(&self) -> Span {
        (self.reader.origin)(TextRange::new(self.base, self.base + self.text.len()))
    }

    pub fn table_name(&self, name: &ObjectName) -> Option<TableName> {
        let parts: Vec<&Ident> = name.0.iter().filter_map(|part| part.as_ident()).collect();
        let (last, qualifiers) = parts.split_last()?;
        let schema = qualifiers.last().map(|ident| self.fold(ident));
        let schema = schema.filter(|schema| Some(schema.as_str()) != self.reader.dialect.default_schema());
        Some(self.reader.qualified(TableName { schema, name: self.fold(last) }))
    }

    fn query(&mut self, query: &Query, outer: &[Relation], depth: usize) -> Vec<ColumnSource> {
        if depth > DEEPEST {
            return Vec::new();
        }
        let mut known = outer.to_vec();
        for table in query.with.iter().flat_map(|with| &with.cte_tables) {
            let name = self.fold(&table.alias.name);
            let mut columns = self.query(&table.query, &known, depth + 1);
            let listed: Vec<String> =
                table.alias.columns.iter().map(|column| self.fold(&column.name)).collect();
            rename_columns(&mut columns, &listed);
            known.push(Relation { name, rows: Rows::Columns(columns) });
        }
        self.set(&query.body, &known, depth)
    }

    fn set(&mut self, body: &SetExpr, known: &[Relation], depth: usize) -> Vec<ColumnSource> {
        match body {
            SetExpr::Select(select) => self.select(select, known, depth),
            SetExpr::Query(query) => self.query(query, known, depth + 1),
            SetExpr::Table(table) => self.named_table(table),
            SetExpr::Values(values) => self.values(values),
            // A union is called as its first part is; the others are read for their tables.
            SetExpr::SetOperation { left, right, .. } if depth < DEEPEST => {
                let columns = self.set(left, known, depth + 1);
                self.set(right, known, depth + 1);
                columns
            }
            _ => Vec::new(),
        }
    }

    /// `TABLE t` is `SELECT * FROM t`.
    fn named_table(&mut self, table: &sqlparser::ast::Table) -> Vec<ColumnSource> {
        let name = table.table_name.as_ref().map(|name| self.written(name));
        let schema = table.schema_name.as_ref().map(|name| self.written(name));
        let Some(name) = name else {
            return Vec::new();
        };
        let table = self.reader.qualified(TableName { schema, name });
        if !self.tables.contains(&table) {
            self.tables.push(table.clone());
        }
        vec![ColumnSource::All { table, copy: CopiedParts::TYPES, span: self.whole() }]
    }

    /// A name that the parser gives as it was written.
    fn written(&self, name: &str) -> String {
        match name.strip_prefix(['"', '`']) {
            Some(_) => super::cursor::unquoted(name),
            None => self.reader.dialect.fold(name, false),
        }
    }

    /// The columns of `VALUES (1, 'a')` are called by their place (PostgreSQL, VALUES; SQLite, the same).
    fn values(&self, values: &sqlparser::ast::Values) -> Vec<ColumnSource> {
        let count = values.rows.first().map_or(0, |row| row.len());
        let first = if self.reader.dialect == Dialect::Mysql { 0 } else { 1 };
        let prefix = if self.reader.dialect == Dialect::Mysql { "column_" } else { "column" };
        let column = |number| ColumnSource::Expression {
            name: format!("{prefix}{number}"),
            ty: None,
            span: self.whole(),
        };
        (first..first + count).map(column).collect()
    }

    fn select(&mut self, select: &Select, known: &[Relation], depth: usize) -> Vec<ColumnSource> {
        let mut relations = Vec::new();
        for from in &select.from {
            self.relations(from, known, depth, &mut relations);
        }
        let mut columns = Vec::new();
        for item in &select.projection {
            self.item(item, &relations, &mut columns);
        }
        columns
    }

    fn relations(
        &mut self,
        from: &TableWithJoins,
        known: &[Relation],
        depth: usize,
        found: &mut Vec<Relation>,
    ) {
        self.relation(&from.relation, known, depth, found);
        for join in &from.joins {
            self.relation(&join.relation, known, depth, found);
        }
    }

    fn relation(
        &mut self,
        factor: &TableFactor,
        known: &[Relation],
        depth: usize,
        found: &mut Vec<Relation>,
    ) {
        match factor {
            TableFactor::Table { name, alias, args: Some(_), .. } => {
                found.push(self.function_rows(name, alias.as_ref()));
            }
            TableFactor::Table { name, alias, .. } => {
                let Some(table) = self.table_name(name) else {
                    return;
                };
                let alias = alias.as_ref().map_or_else(|| table.name.clone(), |alias| self.fold(&alias.name));
                let common =
                    known.iter().rev().find(|relation| table.schema.is_none() && relation.name == table.name);
                let rows = match common {
                    Some(relation) => relation.rows.clone(),
                    None => {
                        if !self.tables.contains(&table) {
                            self.tables.push(table.clone());
                        }
                        Rows::Table(table)
                    }
                };
                found.push(Relation { name: alias, rows });
            }
            TableFactor::Derived { subquery, alias, .. } => {
                let mut columns = self.query(subquery, known, depth + 1);
                if let Some(alias) = alias {
                    let listed: Vec<String> =
                        alias.columns.iter().map(|column| self.fold(&column.name)).collect();
                    rename_columns(&mut columns, &listed);
                }
                let name = alias.as_ref().map(|alias| self.fold(&alias.name)).unwrap_or_default();
                found.push(Relation { name, rows: Rows::Columns(columns) });
            }
            TableFactor::NestedJoin { table_with_joins, .. } if depth < DEEPEST => {
                self.relations(table_with_joins, known, depth + 1, found);
            }
            // Functions and the like: their columns are in no table.
            _ => {}
        }
    }

    /// The rows of a function: the columns that its alias lists; without a list, one of the alias's or function's name.
    fn function_rows(&self, name: &ObjectName, alias: Option<&sqlparser::ast::TableAlias>) -> Relation {
        let own = name.0.last().and_then(|part| part.as_ident()).map(|ident| self.fold(ident));
        let name = alias.map(|alias| self.fold(&alias.name)).or(own).unwrap_or_default();
        let listed: Vec<String> = alias
            .into_iter()
            .flat_map(|alias| &alias.columns)
            .map(|column| self.fold(&column.name))
            .collect();
        let names = if listed.is_empty() { vec![name.clone()] } else { listed };
        let column = |name| ColumnSource::Expression { name, ty: None, span: self.whole() };
        Relation { name, rows: Rows::Columns(names.into_iter().map(column).collect()) }
    }

    fn item(&self, item: &SelectItem, relations: &[Relation], columns: &mut Vec<ColumnSource>) {
        match item {
            SelectItem::UnnamedExpr(expression) => columns.extend(self.column(expression, None, relations)),
            SelectItem::ExprWithAlias { expr, alias } => {
                columns.extend(self.column(expr, Some(alias), relations))
            }
            SelectItem::Wildcard(_) => {
                for relation in relations {
                    self.all(relation, columns);
                }
            }
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let wanted = name.0.last().and_then(|part| part.as_ident()).map(|ident| self.fold(ident));
                for relation in relations.iter().filter(|relation| Some(&relation.name) == wanted.as_ref()) {
                    self.all(relation, columns);
                }
            }
            _ => {}
        }
    }

    fn all(&self, relation: &Relation, columns: &mut Vec<ColumnSource>) {
        match &relation.rows {
            Rows::Table(table) => {
                columns.push(ColumnSource::All {
                    table: table.clone(),
                    copy: CopiedParts::TYPES,
                    span: self.whole(),
                });
            }
            Rows::Columns(known) => columns.extend(known.iter().cloned()),
        }
    }

    fn column(
        &self,
        expression: &Expr,
        alias: Option<&Ident>,
        relations: &[Relation],
    ) -> Option<ColumnSource> {
        let path: &[Ident] = match expression {
            Expr::Identifier(ident) => std::slice::from_ref(ident),
            Expr::CompoundIdentifier(path) => path,
            _ => return self.computed(expression, alias),
        };
        let (last, qualifiers) = path.split_last()?;
        let name_ident = alias.unwrap_or(last);
        let (column, name, span) = (self.fold(last), self.fold(name_ident), self.span(name_ident));
        let qualifier = qualifiers.last().map(|ident| self.fold(ident));
        let meant = relations
            .iter()
            .filter(|relation| qualifier.as_ref().is_none_or(|wanted| *wanted == relation.name));
        let mut tables = Vec::new();
        for relation in meant {
            match &relation.rows {
                Rows::Table(table) => tables.push(table.clone()),
                Rows::Columns(known) => {
                    if let Some(source) =
                        known.iter().find(|source| source_name(source) == Some(column.as_str()))
                    {
                        return Some(renamed(source.clone(), name, span));
                    }
                    // The column may come with one of the whole tables in the subquery.
                    tables.extend(known.iter().filter_map(whole_table));
                }
            }
        }
        Some(ColumnSource::Column { tables, column, name, span })
    }

    /// A computed column: its alias, or the name that the database makes up for it. PostgreSQL's is the function's or
    /// the cast type's (`FigureColname` in its source); the others' is the text itself.
    fn computed(&self, expression: &Expr, alias: Option<&Ident>) -> Option<ColumnSource> {
        let ty = match expression {
            Expr::Cast { data_type, .. } => {
                Some(ColumnType::parse(self.reader.dialect, &data_type.to_string()))
            }
            _ => None,
        };
        if let Some(alias) = alias {
            return Some(ColumnSource::Expression { name: self.fold(alias), ty, span: self.span(alias) });
        }
        let name = match self.reader.dialect {
            Dialect::Postgres => self.figured_name(expression, 0).unwrap_or_else(|| "?column?".to_owned()),
            Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => expression.to_string(),
        };
        Some(ColumnSource::Expression { name, ty, span: self.whole() })
    }

    /// The name that PostgreSQL makes up for a column (`FigureColnameInternal` in its source).
    fn figured_name(&self, expression: &Expr, depth: usize) -> Option<String> {
        if depth > DEEPEST {
            return None;
        }
        match expression {
            Expr::Identifier(ident) => Some(self.fold(ident)),
            Expr::CompoundIdentifier(path) => Some(self.fold(path.last()?)),
            Expr::Function(function) => {
                function.name.0.last().and_then(|part| part.as_ident()).map(|ident| self.fold(ident))
            }
            Expr::Nested(inner) | Expr::Collate { expr: inner, .. } => self.figured_name(inner, depth + 1),
            // A cast counts where what is cast has no name.
            Expr::Cast { expr, data_type, .. } => self.figured_name(expr, depth + 1).or_else(|| {
                let ty = ColumnType::parse(self.reader.dialect, &data_type.to_string());
                Some(internal_name(&ty.name))
            }),
            Expr::Case { else_result, .. } => {
                let from_else = else_result.as_ref().and_then(|other| self.figured_name(other, depth + 1));
                Some(from_else.unwrap_or_else(|| "case".to_owned()))
            }
            Expr::Subquery(query) => self.first_name(&query.body, depth + 1),
            Expr::Exists { .. } => Some("exists".to_owned()),
            Expr::Array(_) => Some("array".to_owned()),
            Expr::Extract { .. } => Some("extract".to_owned()),
            Expr::Substring { .. } => Some("substring".to_owned()),
            Expr::Trim { .. } => Some("btrim".to_owned()),
            Expr::Position { .. } => Some("position".to_owned()),
            Expr::Ceil { .. } => Some("ceil".to_owned()),
            Expr::Floor { .. } => Some("floor".to_owned()),
            _ => None,
        }
    }

    /// The name of the first column of a query.
    fn first_name(&self, body: &SetExpr, depth: usize) -> Option<String> {
        match body {
            SetExpr::Select(select) => match select.projection.first()? {
                SelectItem::UnnamedExpr(expression) => self.figured_name(expression, depth),
                SelectItem::ExprWithAlias { alias, .. } => Some(self.fold(alias)),
                _ => None,
            },
            SetExpr::Query(query) if depth < DEEPEST => self.first_name(&query.body, depth + 1),
            SetExpr::SetOperation { left, .. } if depth < DEEPEST => self.first_name(left, depth + 1),
            _ => None,
        }
    }
}

/// What PostgreSQL calls a type in its catalog, where that is another name than SQL's.
fn internal_name(name: &str) -> String {
    let bare = name.split(['(', '[']).next().unwrap_or(name);
    let internal = match bare {
        "integer" => "int4",
        "bigint" => "int8",
        "smallint" => "int2",
        "real" => "float4",
        "double precision" => "float8",
        "boolean" => "bool",
        "char" => "bpchar",
        "bit varying" => "varbit",
        other => other,
    };
    internal.to_owned()
}

fn source_name(source: &ColumnSource) -> Option<&str> {
    match source {
        ColumnSource::Column { name, .. } | ColumnSource::Expression { name, .. } => Some(name),
        ColumnSource::Own(column) => Some(&column.name),
        ColumnSource::All { .. } => None,
    }
}

fn whole_table(source: &ColumnSource) -> Option<TableName> {
    match source {
        ColumnSource::All { table, .. } => Some(table.clone()),
        ColumnSource::Own(_) | ColumnSource::Column { .. } | ColumnSource::Expression { .. } => None,
    }
}

fn renamed(source: ColumnSource, name: String, span: Span) -> ColumnSource {
    match source {
        ColumnSource::Column { tables, column, .. } => ColumnSource::Column { tables, column, name, span },
        ColumnSource::Expression { ty, .. } => ColumnSource::Expression { name, ty, span },
        ColumnSource::Own(_) | ColumnSource::All { .. } => source,
    }
}

/// Gives the columns the names of an alias's list. Columns that come with a whole table keep theirs.
fn rename_columns(columns: &mut [ColumnSource], names: &[String]) {
    for (column, listed) in columns.iter_mut().zip(names) {
        match column {
            ColumnSource::Column { name, .. } | ColumnSource::Expression { name, .. } => {
                name.clone_from(listed)
            }
            ColumnSource::Own(_) | ColumnSource::All { .. } => return,
        }
    }
}

/// The byte of a place that sqlparser counts in lines and characters, both from 1.
fn byte_of(text: &str, place: Location) -> usize {
    let mut start = 0;
    for _ in 1..place.line {
        let rest = text.get(start..).unwrap_or_default();
        match rest.find('\n') {
            Some(end) => start += end + 1,
            None => return text.len(),
        }
    }
    let line = text.get(start..).unwrap_or_default();
    let column = usize::try_from(place.column.saturating_sub(1)).unwrap_or(usize::MAX);
    line.char_indices().nth(column).map_or(text.len(), |(at, _)| start + at)
}

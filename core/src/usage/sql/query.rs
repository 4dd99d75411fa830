//! Queries: their `FROM` makes the scope, everything else is read in it.

use std::rc::Rc;

use sqlparser::ast::{
    Cte, Expr, GroupByExpr, Ident, Join, JoinConstraint, JoinOperator, LimitClause, NamedWindowExpr,
    ObjectName, OrderBy, OrderByExpr, OrderByKind, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableAlias, TableFactor, TableWithJoins,
    WildcardAdditionalOptions, With,
};

use crate::text::Span;
use crate::usage::sql::facts::{OutputColumn, Via};
use crate::usage::sql::parse::byte_range;
use crate::usage::sql::resolver::{Resolver, strip};
use crate::usage::sql::scope::{Columns, Meaning, Relation, Row, Scope, named};
use crate::usage::{Access, Confidence};

impl<'s> Resolver<'_, 's> {
    /// Records all names of a query inside `outer`, and gives its rows.
    pub fn resolve_query(&mut self, query: &Query, outer: &Scope<'_, 's>) -> Row {
        let mut scope = outer.inner();
        if let Some(with) = &query.with {
            self.resolve_with(with, &mut scope);
        }
        let row = self.resolve_body(&query.body, query.order_by.as_ref(), &scope);
        match &query.limit_clause {
            Some(LimitClause::LimitOffset { limit, offset, limit_by }) => {
                for expr in limit.iter().chain(offset.as_ref().map(|offset| &offset.value)).chain(limit_by) {
                    self.use_expr(expr, &scope, Access::Filter);
                }
            }
            Some(LimitClause::OffsetCommaLimit { offset, limit }) => {
                self.use_expr(offset, &scope, Access::Filter);
                self.use_expr(limit, &scope, Access::Filter);
            }
            None => {}
        }
        row
    }

    fn resolve_with(&mut self, with: &With, scope: &mut Scope<'_, 's>) {
        for cte in &with.cte_tables {
            let name = self.fold(&cte.alias.name);
            let row = self.resolve_cte(cte, &name, with.recursive, scope);
            scope.ctes.push((name, Rc::new(row)));
        }
    }

    /// A recursive expression's columns are those of its first part, which must not name it (PostgreSQL manual, 7.8.2).
    fn resolve_cte(&mut self, cte: &Cte, name: &str, recursive: bool, scope: &Scope<'_, 's>) -> Row {
        let SetExpr::SetOperation { left, right, .. } = &*cte.query.body else {
            let row = self.resolve_query(&cte.query, scope);
            return self.renamed(row, &cte.alias);
        };
        if !recursive || cte.query.with.is_some() {
            let row = self.resolve_query(&cte.query, scope);
            return self.renamed(row, &cte.alias);
        }
        let first = self.resolve_body(left, None, scope);
        let row = self.renamed(first, &cte.alias);
        let mut inside = scope.inner();
        inside.ctes.push((name.to_owned(), Rc::new(row.clone())));
        self.resolve_body(right, None, &inside);
        row
    }

    /// A row with the names that `AS t (a, b)` gives its columns.
    fn renamed(&self, mut row: Row, alias: &TableAlias) -> Row {
        for (index, definition) in alias.columns.iter().enumerate() {
            let name = self.fold(&definition.name);
            match row.columns.get_mut(index) {
                Some(column) => column.name = name,
                None => {
                    let span = self.ident_span(&definition.name);
                    row.columns.push(OutputColumn { name, source: None, span, wildcard: false });
                }
            }
        }
        row
    }

    fn resolve_body(&mut self, body: &SetExpr, order_by: Option<&OrderBy>, scope: &Scope<'_, 's>) -> Row {
        match body {
            SetExpr::Select(select) => self.resolve_select(select, order_by, scope),
            SetExpr::Query(query) => {
                let row = self.resolve_query(query, scope);
                self.order_rows(order_by, &row, scope);
                row
            }
            SetExpr::SetOperation { .. } => {
                let row = self.resolve_set_operation(body, scope);
                self.order_rows(order_by, &row, scope);
                row
            }
            SetExpr::Values(values) => {
                self.use_node(values, scope, Access::Read);
                Row::default()
            }
            SetExpr::Insert(statement)
            | SetExpr::Update(statement)
            | SetExpr::Delete(statement)
            | SetExpr::Merge(statement) => self.resolve_write(statement, scope),
            SetExpr::Table(_) => Row::default(),
        }
    }

    /// `a UNION b UNION c` leans to the left and may be long, so that it is unrolled. Its columns have the names of the
    /// first part's.
    fn resolve_set_operation(&mut self, body: &SetExpr, scope: &Scope<'_, 's>) -> Row {
        let mut parts = Vec::new();
        let mut first = body;
        while let SetExpr::SetOperation { left, right, .. } = first {
            parts.push(right);
            first = left;
        }
        let row = self.resolve_body(first, None, scope);
        for part in parts.into_iter().rev() {
            self.resolve_body(part, None, scope);
        }
        row
    }

    fn order_rows(&mut self, order_by: Option<&OrderBy>, row: &Row, scope: &Scope<'_, 's>) {
        if let Some(order_by) = order_by {
            let mut inner = scope.inner();
            inner.output = Some(Rc::new(row.clone()));
            self.use_order_by(order_by, &inner);
        }
    }

    fn resolve_select(&mut self, select: &Select, order_by: Option<&OrderBy>, outer: &Scope<'_, 's>) -> Row {
        let mut scope = outer.inner();
        for table in &select.from {
            self.join_tables(table, &mut scope, Access::Read);
        }
        let row = self.project(&select.projection, &scope, Via::Wildcard);
        if let Some(into) = &select.into {
            self.use_node(into, &scope, Access::Write);
        }
        self.use_node(&select.distinct, &scope, Access::Filter);
        self.use_node(&select.top, &scope, Access::Filter);
        self.use_node(&select.lateral_views, &scope, Access::Read);
        scope.output = Some(Rc::new(row.clone()));
        for condition in
            [&select.prewhere, &select.selection, &select.having, &select.qualify].into_iter().flatten()
        {
            self.use_expr(condition, &scope, Access::Filter);
        }
        if let GroupByExpr::Expressions(exprs, _) = &select.group_by {
            for expr in exprs {
                self.use_expr(expr, &scope, Access::Filter);
            }
        }
        for window in &select.named_window {
            if let NamedWindowExpr::WindowSpec(spec) = &window.1 {
                self.use_node(spec, &scope, Access::Filter);
            }
        }
        if let Some(order_by) = order_by {
            self.use_order_by(order_by, &scope);
        }
        row
    }

    fn use_order_by(&mut self, order_by: &OrderBy, scope: &Scope<'_, 's>) {
        if let OrderByKind::Expressions(exprs) = &order_by.kind {
            self.use_sort_keys(exprs, scope);
        }
    }

    /// A bare name in `ORDER BY` is a selected column first.
    pub fn use_sort_keys(&mut self, keys: &[OrderByExpr], scope: &Scope<'_, 's>) {
        for key in keys {
            let ordered = match strip(&key.expr) {
                Expr::Identifier(ident) => scope.ordered(&self.fold(ident)).map(|meaning| (meaning, ident)),
                _ => None,
            };
            match ordered {
                Some((meaning, ident)) => self.use_meaning(meaning, ident, Access::Filter),
                None => self.use_expr(&key.expr, scope, Access::Filter),
            }
        }
    }

    /// A table and what is joined to it.
    pub fn join_tables(&mut self, table: &TableWithJoins, scope: &mut Scope<'_, 's>, access: Access) {
        let first = scope.relations.len();
        self.add_relation(&table.relation, scope, access);
        for join in &table.joins {
            let joined = scope.relations.len();
            self.add_relation(&join.relation, scope, Access::Read);
            self.resolve_join(join, first, joined, scope);
        }
    }

    fn resolve_join(&mut self, join: &Join, first: usize, joined: usize, scope: &mut Scope<'_, 's>) {
        match constraint(&join.join_operator) {
            Some(JoinConstraint::On(condition)) => self.use_expr(condition, scope, Access::Filter),
            Some(JoinConstraint::Using(names)) => {
                for ident in names.iter().filter_map(|name| name.0.last()?.as_ident()) {
                    self.join_using(ident, first, joined, scope);
                }
            }
            Some(JoinConstraint::Natural) => {
                let place = match &join.relation {
                    TableFactor::Table { name, .. } => {
                        self.table_name(name).map(|(_, ident)| self.ident_span(ident))
                    }
                    _ => None,
                };
                self.join_naturally(place, first, joined, scope);
            }
            Some(JoinConstraint::None) | None => {}
        }
        if let JoinOperator::AsOf { match_condition, .. } = &join.join_operator {
            self.use_expr(match_condition, scope, Access::Filter);
        }
    }

    /// `USING (c)` names the column of both sides.
    fn join_using(&mut self, ident: &Ident, first: usize, joined: usize, scope: &mut Scope<'_, 's>) {
        let name = self.fold(ident);
        scope.merged.push(name.clone());
        let (left, right) = sides(scope, first, joined);
        for side in [left, right] {
            let mut side_scope = Scope::root(scope.dialect);
            side_scope.merged = scope.merged.clone();
            side_scope.relations = side;
            let meaning = side_scope.column(&name);
            self.use_meaning(meaning, ident, Access::Filter);
        }
    }

    /// `NATURAL JOIN` names all columns that both sides have.
    fn join_naturally(
        &mut self,
        place: Option<Span>,
        first: usize,
        joined: usize,
        scope: &mut Scope<'_, 's>,
    ) {
        let Some(span) = place else { return };
        let (left, right) = sides(scope, first, joined);
        let columns = |side: &[Relation<'s>]| -> Vec<OutputColumn> {
            side.iter().flat_map(|relation| relation.row(span).columns).collect()
        };
        let (left, right) = (columns(&left), columns(&right));
        for column in &right {
            let Some(other) = named(&left, &column.name, scope.dialect) else { continue };
            scope.merged.push(column.name.clone());
            for (table, column) in [&other.source, &column.source].into_iter().flatten() {
                if let Some(table) = self.schema.table(table) {
                    let how = (span, Access::Filter, Via::Natural, Confidence::Exact);
                    self.use_implicitly(table, std::iter::once(column.clone()), how);
                }
            }
        }
    }

    /// Adds what a table factor brings into scope.
    pub fn add_relation(&mut self, factor: &TableFactor, scope: &mut Scope<'_, 's>, access: Access) {
        match factor {
            TableFactor::Table { name, alias, args, .. } => {
                let relation = match args {
                    Some(args) => {
                        self.use_node(&args.args, scope, Access::Read);
                        self.function_relation(name)
                    }
                    None => self.table_relation(name, scope, access),
                };
                let relation = self.aliased(relation, alias.as_ref());
                scope.relations.push(relation);
            }
            TableFactor::Derived { lateral, subquery, alias, .. } => {
                // Only LATERAL sees its neighbours (PostgreSQL manual, 7.2.1.5).
                let row = match scope.parent {
                    Some(parent) if !lateral => self.resolve_query(subquery, parent),
                    _ => self.resolve_query(subquery, scope),
                };
                let relation = Relation { name: None, schema: None, columns: Columns::Row(Rc::new(row)) };
                let relation = self.aliased(relation, alias.as_ref());
                scope.relations.push(relation);
            }
            TableFactor::NestedJoin { table_with_joins, alias } => {
                let before = scope.relations.len();
                self.join_tables(table_with_joins, scope, access);
                if let Some(alias) = alias {
                    self.alias_join(alias, before, scope);
                }
            }
            TableFactor::Function { name, args, alias, .. } => {
                self.use_node(args, scope, Access::Read);
                let relation = self.aliased(self.function_relation(name), alias.as_ref());
                scope.relations.push(relation);
            }
            other => {
                self.use_node(other, scope, Access::Read);
                let alias = other_alias(other);
                let relation = Relation { name: None, schema: None, columns: Columns::Unknown };
                let relation = self.aliased(relation, alias);
                scope.relations.push(relation);
            }
        }
    }

    fn table_relation(&mut self, name: &ObjectName, scope: &Scope<'_, 's>, access: Access) -> Relation<'s> {
        if let [only] = name.0.as_slice()
            && let Some(ident) = only.as_ident()
            && let Some(row) = scope.cte(&self.fold(ident))
        {
            return Relation { name: Some(self.fold(ident)), schema: None, columns: Columns::Row(row) };
        }
        let found = self.use_table(name, access);
        self.relation(name, found)
    }

    /// A function's columns are not known; the function's name is its alias and, for a scalar, its column.
    fn function_relation(&self, name: &ObjectName) -> Relation<'s> {
        Relation { columns: Columns::Unknown, ..self.relation(name, None) }
    }

    fn aliased(&self, mut relation: Relation<'s>, alias: Option<&TableAlias>) -> Relation<'s> {
        let Some(alias) = alias else { return relation };
        relation.name = Some(self.fold(&alias.name));
        relation.schema = None;
        if !alias.columns.is_empty() {
            let known = !matches!(relation.columns, Columns::Unknown);
            let mut row = self.renamed(relation.row(self.ident_span(&alias.name)), alias);
            row.complete = row.complete || !known;
            relation.columns = Columns::Row(Rc::new(row));
        }
        relation
    }

    /// `(a JOIN b) AS j`: only `j` is visible.
    fn alias_join(&mut self, alias: &TableAlias, before: usize, scope: &mut Scope<'_, 's>) {
        let span = self.ident_span(&alias.name);
        let mut row = Row { columns: Vec::new(), complete: true };
        for relation in scope.relations.drain(before..) {
            let part = relation.row(span);
            row.complete &= part.complete;
            row.columns.extend(part.columns);
        }
        let columns = Columns::Row(Rc::new(self.renamed(row, alias)));
        scope.relations.push(Relation { name: Some(self.fold(&alias.name)), schema: None, columns });
    }

    /// The selected columns; `star` is how `*` names them.
    pub fn project(&mut self, items: &[SelectItem], scope: &Scope<'_, 's>, star: Via) -> Row {
        let mut row = Row { columns: Vec::new(), complete: true };
        for item in items {
            match item {
                SelectItem::UnnamedExpr(expr) => {
                    self.use_expr(expr, scope, Access::Read);
                    self.project_expr(expr, None, scope, &mut row);
                }
                SelectItem::ExprWithAlias { expr, alias } => {
                    self.use_expr(expr, scope, Access::Read);
                    self.project_expr(expr, Some(alias), scope, &mut row);
                }
                SelectItem::ExprWithAliases { expr, .. } => {
                    self.use_expr(expr, scope, Access::Read);
                    row.complete = false;
                }
                SelectItem::QualifiedWildcard(kind, options) => {
                    self.project_qualified_star(kind, options, scope, star, &mut row);
                }
                SelectItem::Wildcard(options) => {
                    let span = self.star_span(options);
                    for relation in &scope.relations {
                        self.project_relation(relation, span, star, &mut row);
                    }
                    row.complete &= !scope.relations.is_empty();
                }
            }
        }
        row
    }

    fn project_expr(&self, expr: &Expr, alias: Option<&Ident>, scope: &Scope<'_, 's>, row: &mut Row) {
        let ident = alias.or_else(|| match strip(expr) {
            Expr::Identifier(ident) => Some(ident),
            Expr::CompoundIdentifier(parts) => parts.last(),
            Expr::Function(function) => function.name.0.last()?.as_ident(),
            _ => None,
        });
        // A cast changes the value's type, not its source; but the caller types rows by the column, so that only a bare
        // column counts.
        let source = match self.meaning_of(expr, scope) {
            Some(Meaning::Columns(found)) => {
                found.into_iter().next().map(|found| (found.table, found.column))
            }
            _ => None,
        };
        let span = ident.map(|ident| self.ident_span(ident));
        let anywhere = self.out.span;
        let name = ident.map_or_else(String::new, |ident| self.fold(ident));
        row.complete &= !crate::usage::sql::mask::has_hole(&name);
        row.columns.push(OutputColumn { name, source, span: span.unwrap_or(anywhere), wildcard: false });
    }

    fn project_qualified_star(
        &mut self,
        kind: &SelectItemQualifiedWildcardKind,
        options: &WildcardAdditionalOptions,
        scope: &Scope<'_, 's>,
        star: Via,
        row: &mut Row,
    ) {
        let span = self.star_span(options);
        match kind {
            SelectItemQualifiedWildcardKind::ObjectName(name) => {
                let relation = self.table_name(name).and_then(|(name, _)| scope.find(None, &name.name));
                match relation {
                    Some(relation) => self.project_relation(relation, span, star, row),
                    None => row.complete = false,
                }
            }
            SelectItemQualifiedWildcardKind::Expr(expr) => {
                self.use_expr(expr, scope, Access::Read);
                row.complete = false;
            }
        }
    }

    fn project_relation(&mut self, relation: &Relation<'s>, span: Span, star: Via, row: &mut Row) {
        let part = relation.row(span);
        if let Columns::Table(table, confidence) = relation.columns {
            let columns = table.columns.iter().map(|column| column.name.clone());
            self.use_implicitly(table, columns, (span, Access::Read, star, confidence));
        }
        row.complete &= part.complete;
        row.columns.extend(part.columns);
    }

    fn star_span(&self, options: &WildcardAdditionalOptions) -> Span {
        let range = byte_range(options.wildcard_token.0.span).unwrap_or(0..0);
        self.masked.span(range)
    }
}

fn sides<'s>(scope: &Scope<'_, 's>, first: usize, joined: usize) -> (Vec<Relation<'s>>, Vec<Relation<'s>>) {
    let left = scope.relations.get(first..joined).unwrap_or_default().to_vec();
    (left, scope.relations.get(joined..).unwrap_or_default().to_vec())
}

fn constraint(operator: &JoinOperator) -> Option<&JoinConstraint> {
    match operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint)
        | JoinOperator::CrossJoin(constraint)
        | JoinOperator::Semi(constraint)
        | JoinOperator::LeftSemi(constraint)
        | JoinOperator::RightSemi(constraint)
        | JoinOperator::Anti(constraint)
        | JoinOperator::LeftAnti(constraint)
        | JoinOperator::RightAnti(constraint)
        | JoinOperator::StraightJoin(constraint)
        | JoinOperator::AsOf { constraint, .. } => Some(constraint),
        JoinOperator::CrossApply
        | JoinOperator::OuterApply
        | JoinOperator::ArrayJoin
        | JoinOperator::LeftArrayJoin
        | JoinOperator::InnerArrayJoin => None,
    }
}

/// The alias of a factor that brings columns which are not known.
fn other_alias(factor: &TableFactor) -> Option<&TableAlias> {
    match factor {
        TableFactor::TableFunction { alias, .. }
        | TableFactor::UNNEST { alias, .. }
        | TableFactor::JsonTable { alias, .. }
        | TableFactor::OpenJsonTable { alias, .. }
        | TableFactor::Pivot { alias, .. }
        | TableFactor::Unpivot { alias, .. }
        | TableFactor::MatchRecognize { alias, .. }
        | TableFactor::XmlTable { alias, .. }
        | TableFactor::SemanticView { alias, .. } => alias.as_ref(),
        _ => None,
    }
}

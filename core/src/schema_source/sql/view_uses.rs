//! The columns that a view's query uses, wherever it names them: what may not be dropped while the view is there.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Ident, Join, JoinConstraint, JoinOperator, ObjectName, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, TableFactor, TableWithJoins, Visit, Visitor,
};

use super::view::Scope;
use crate::schema::{ColumnUse, TableName};

/// The columns that the query uses; `*` stands for all of a table.
pub(super) fn column_uses(query: &Query, scope: &Scope<'_>) -> Vec<ColumnUse> {
    let mut uses = Uses { scope, common: Vec::new(), frames: Vec::new(), found: Vec::new() };
    let _ = query.visit(&mut uses);
    uses.found
}

/// A row source in a query: what it is called there, and its table where it is one.
type Source = (String, Option<TableName>);

struct Uses<'s> {
    scope: &'s Scope<'s>,
    /// The names that `WITH` gives: no tables.
    common: Vec<String>,
    /// The row sources of the queries around, outer ones first.
    frames: Vec<Vec<Source>>,
    found: Vec<ColumnUse>,
}

impl Uses<'_> {
    fn add(&mut self, tables: Vec<TableName>, column: String) {
        let used = ColumnUse { tables, column };
        if !used.tables.is_empty() && !self.found.contains(&used) {
            self.found.push(used);
        }
    }

    fn sources(&self, from: &[TableWithJoins]) -> Vec<Source> {
        let mut found = Vec::new();
        for part in from {
            self.add_source(&part.relation, &mut found);
            part.joins.iter().for_each(|join| self.add_source(&join.relation, &mut found));
        }
        found
    }

    fn add_source(&self, factor: &TableFactor, found: &mut Vec<Source>) {
        match factor {
            TableFactor::Table { name, alias, args, .. } => {
                let Some(table) = self.scope.table_name(name) else { return };
                let called =
                    alias.as_ref().map_or_else(|| table.name.clone(), |alias| self.scope.fold(&alias.name));
                let is_table = args.is_none() && !(name.0.len() == 1 && self.common.contains(&table.name));
                found.push((called, is_table.then_some(table)));
            }
            TableFactor::NestedJoin { table_with_joins, .. } => {
                found.extend(self.sources(std::slice::from_ref(table_with_joins)));
            }
            TableFactor::Derived { alias: Some(alias), .. } => {
                found.push((self.scope.fold(&alias.name), None));
            }
            _ => {}
        }
    }

    /// A column that stands alone is one of the nearest query's tables that has it.
    fn add_bare(&mut self, column: &Ident) {
        let tables = self.frames.iter().rev().flatten().filter_map(|(_, table)| table.clone()).collect();
        self.add(tables, self.scope.fold(column));
    }

    fn add_qualified(&mut self, qualifier: &Ident, column: String) {
        let name = self.scope.fold(qualifier);
        let meant = self.frames.iter().rev().flatten().find(|(called, _)| *called == name);
        if let Some(table) = meant.and_then(|(_, table)| table.clone()) {
            self.add(vec![table], column);
        }
    }

    fn add_wildcards(&mut self, select: &Select) {
        for item in &select.projection {
            match item {
                SelectItem::Wildcard(_) => {
                    let own: Vec<TableName> = self
                        .frames
                        .last()
                        .into_iter()
                        .flatten()
                        .filter_map(|(_, table)| table.clone())
                        .collect();
                    own.into_iter().for_each(|table| self.add(vec![table], "*".to_owned()));
                }
                SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                    if let Some(ident) = name.0.last().and_then(|part| part.as_ident()) {
                        self.add_qualified(ident, "*".to_owned());
                    }
                }
                _ => {}
            }
        }
    }

    /// `USING (a)` uses the column of all tables that have it.
    fn add_using(&mut self, joins: &[Join]) {
        for join in joins {
            for column in using(join).iter().filter_map(|name| name.0.last()?.as_ident()) {
                let tables: Vec<TableName> =
                    self.frames.last().into_iter().flatten().filter_map(|(_, table)| table.clone()).collect();
                tables.into_iter().for_each(|table| self.add(vec![table], self.scope.fold(column)));
            }
        }
    }
}

fn using(join: &Join) -> &[ObjectName] {
    let constraint = match &join.join_operator {
        JoinOperator::Join(constraint)
        | JoinOperator::Inner(constraint)
        | JoinOperator::Left(constraint)
        | JoinOperator::LeftOuter(constraint)
        | JoinOperator::Right(constraint)
        | JoinOperator::RightOuter(constraint)
        | JoinOperator::FullOuter(constraint) => constraint,
        _ => return &[],
    };
    match constraint {
        JoinConstraint::Using(columns) => columns,
        JoinConstraint::On(_) | JoinConstraint::Natural | JoinConstraint::None => &[],
    }
}

impl Visitor for Uses<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let named = query.with.iter().flat_map(|with| &with.cte_tables);
        let named: Vec<String> = named.map(|table| self.scope.fold(&table.alias.name)).collect();
        self.common.extend(named);
        // What sorts the rows of a plain query may name columns that are not shown.
        let sources = match query.body.as_ref() {
            SetExpr::Select(select) => self.sources(&select.from),
            _ => Vec::new(),
        };
        self.frames.push(sources);
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.frames.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_select(&mut self, select: &Select) -> ControlFlow<()> {
        self.frames.push(self.sources(&select.from));
        self.add_wildcards(select);
        select.from.iter().for_each(|from| self.add_using(&from.joins));
        ControlFlow::Continue(())
    }

    fn post_visit_select(&mut self, _select: &Select) -> ControlFlow<()> {
        self.frames.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        match expr {
            Expr::Identifier(ident) => self.add_bare(ident),
            Expr::CompoundIdentifier(path) => {
                if let [.., qualifier, column] = path.as_slice() {
                    self.add_qualified(qualifier, self.scope.fold(column));
                }
            }
            _ => {}
        }
        ControlFlow::Continue(())
    }
}

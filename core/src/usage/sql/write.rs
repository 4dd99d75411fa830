//! Statements that write, and those that only mention tables.

use std::ops::ControlFlow;

use sqlparser::ast::{
    Assignment, AssignmentTarget, ConflictTarget, Delete, Expr, FromTable, Ident, Insert, Merge, MergeAction,
    MergeInsertKind, MergeUpdateKind, ObjectName, OnConflictAction, OnInsert, OutputClause, Query,
    SelectItem, SetExpr, Statement, TableFactor, TableObject, Update, UpdateTableFromKind, Values, Visit,
    Visitor,
};

use crate::schema::Table;
use crate::text::Span;
use crate::usage::sql::facts::{
    ComparedWith, ConflictKey, ConflictTargetUse, InsertUse, NullWrite, StatementKind, Via,
};
use crate::usage::sql::mask::has_hole;
use crate::usage::sql::parse::byte_range;
use crate::usage::sql::resolver::{Resolver, is_null, strip};
use crate::usage::sql::scope::{Columns, Found, Relation, Row, Scope};
use crate::usage::{Access, Confidence};

/// A table that is written to, and the name it has in the statement.
type Target<'s> = Option<(&'s Table, Confidence)>;

/// The row of values of `excluded` (PostgreSQL and SQLite) that an `ON CONFLICT` refers to.
const EXCLUDED: &str = "excluded";

impl<'s> Resolver<'_, 's> {
    /// Records all names of a statement, and says what it is.
    pub fn resolve_statement(&mut self, statement: &Statement) {
        let scope = Scope::root(self.schema.dialect);
        let row = match statement {
            Statement::Query(query) => {
                self.out.kind = body_kind(&query.body);
                self.resolve_query(query, &scope)
            }
            Statement::Insert(_) => self.resolve_as(StatementKind::Insert, statement, &scope),
            Statement::Update(_) => self.resolve_as(StatementKind::Update, statement, &scope),
            Statement::Delete(_) => self.resolve_as(StatementKind::Delete, statement, &scope),
            Statement::Merge(_) => self.resolve_as(StatementKind::Merge, statement, &scope),
            Statement::CreateView(view) => {
                self.out.kind = StatementKind::CreateFrom;
                self.resolve_query(&view.query, &scope)
            }
            Statement::CreateTable(table) => match &table.query {
                Some(query) => {
                    self.out.kind = StatementKind::CreateFrom;
                    self.resolve_query(query, &scope)
                }
                None => self.resolve_definition(statement, &scope),
            },
            Statement::AlterTable(_) | Statement::Drop { .. } | Statement::CreateIndex(_) => {
                self.resolve_definition(statement, &scope)
            }
            Statement::Explain { statement, .. } | Statement::Prepare { statement, .. } => {
                return self.resolve_statement(statement);
            }
            other => self.resolve_other(other, &scope),
        };
        self.out.output = row.columns;
        self.out.output_complete = row.complete;
    }

    fn resolve_definition(&mut self, statement: &Statement, scope: &Scope<'_, 's>) -> Row {
        self.out.kind = StatementKind::Definition;
        self.resolve_other(statement, scope)
    }

    fn resolve_as(&mut self, kind: StatementKind, statement: &Statement, scope: &Scope<'_, 's>) -> Row {
        self.out.kind = kind;
        self.resolve_write(statement, scope)
    }

    /// Records all names of a writing statement, and gives the rows that it returns.
    pub fn resolve_write(&mut self, statement: &Statement, scope: &Scope<'_, 's>) -> Row {
        match statement {
            Statement::Insert(insert) => self.resolve_insert(insert, scope),
            Statement::Update(update) => self.resolve_update(update, scope),
            Statement::Delete(delete) => self.resolve_delete(delete, scope),
            Statement::Merge(merge) => self.resolve_merge(merge, scope),
            other => self.resolve_other(other, scope),
        }
    }

    /// Any other statement: the tables that it mentions and the queries in it.
    fn resolve_other(&mut self, statement: &Statement, scope: &Scope<'_, 's>) -> Row {
        if let Statement::CreateIndex(index) = statement {
            let mut inner = scope.inner();
            let target = self.use_table(&index.table_name, Access::Write);
            inner.relations.push(self.relation(&index.table_name, target));
            self.use_node(&index.columns, &inner, Access::Filter);
            self.use_node(&index.predicate, &inner, Access::Filter);
            for ident in &index.include {
                let meaning = inner.column(&self.fold(ident));
                self.use_meaning(meaning, ident, Access::Filter);
            }
            return Row::default();
        }
        let mut walk = RelationWalk { resolver: self, scope, queries: 0 };
        let _: ControlFlow<()> = statement.visit(&mut walk);
        Row::default()
    }

    fn resolve_insert(&mut self, insert: &Insert, scope: &Scope<'_, 's>) -> Row {
        let TableObject::TableName(name) = &insert.table else {
            self.use_node(&insert.source, scope, Access::Read);
            return Row::default();
        };
        let target = self.use_table(name, Access::Write);
        let mut inner = scope.inner();
        let mut relation = self.relation(name, target);
        if let Some(alias) = &insert.table_alias {
            relation.name = Some(self.fold(&alias.alias));
        }
        inner.relations.push(relation);
        let idents: Vec<&Ident> =
            insert.columns.iter().filter_map(|name| name.0.last()?.as_ident()).collect();
        let columns = self.inserted_columns(insert, &idents, target);
        let span = self.table_name(name).map_or(self.out.span, |(_, ident)| self.ident_span(ident));
        let mut fact = target.map(|(table, confidence)| InsertUse {
            table: table.name.clone(),
            span,
            columns: (!idents.is_empty() || !insert.assignments.is_empty() || insert.source.is_none())
                .then(|| columns.clone()),
            width: None,
            complete: !idents.iter().any(|ident| has_hole(&ident.value)),
            null_columns: Vec::new(),
            confidence,
        });
        self.resolve_insert_source(insert, &columns, target, &mut fact, &inner);
        if let Some(fact) = &fact
            && fact.columns.is_none()
            && let Some((table, confidence)) = target
        {
            let width = fact.width.unwrap_or(columns.len());
            let how = (span, Access::Write, Via::Position, confidence);
            self.use_implicitly(table, columns.iter().take(width).cloned(), how);
        }
        self.out.inserts.extend(fact);
        self.resolve_conflict(insert, target, &inner);
        self.returned(insert.returning.as_deref(), insert.output.as_ref(), &inner)
    }

    /// The columns that an INSERT sets, in the order of its values; without a list, the table's own.
    fn inserted_columns(&mut self, insert: &Insert, idents: &[&Ident], target: Target<'s>) -> Vec<String> {
        for ident in idents {
            self.use_target_column(ident, target);
        }
        if !insert.assignments.is_empty() {
            let names = insert.assignments.iter().flat_map(|assignment| target_idents(&assignment.target));
            return names.map(|ident| self.stored_name(ident, target)).collect();
        }
        match target {
            Some((table, _)) if idents.is_empty() && insert.source.is_some() => table
                .columns
                .iter()
                .filter(|column| !column.generated)
                .map(|column| column.name.clone())
                .collect(),
            _ => idents
                .iter()
                .filter(|ident| !has_hole(&ident.value))
                .map(|ident| self.stored_name(ident, target))
                .collect(),
        }
    }

    fn stored_name(&self, ident: &Ident, target: Target<'s>) -> String {
        let name = self.fold(ident);
        let column = target.and_then(|(table, _)| {
            table.columns.iter().find(|column| self.schema.dialect.same_name(&column.name, &name))
        });
        column.map_or(name, |column| column.name.clone())
    }

    fn resolve_insert_source(
        &mut self,
        insert: &Insert,
        columns: &[String],
        target: Target<'s>,
        fact: &mut Option<InsertUse>,
        scope: &Scope<'_, 's>,
    ) {
        self.use_assignments(&insert.assignments, target, scope, fact.as_mut());
        let Some(query) = &insert.source else { return };
        match &*query.body {
            SetExpr::Values(values) => self.use_values(values, columns, target, fact, scope),
            _ => {
                // The query does not see the table that is inserted into.
                let outside = scope.parent.map_or_else(|| Scope::root(scope.dialect), Scope::inner);
                let row = self.resolve_query(query, &outside);
                self.count_by_position(&row);
                if let Some(fact) = fact {
                    fact.width = row.complete.then_some(row.columns.len());
                }
                self.use_selected_values(query, columns, target, fact);
            }
        }
    }

    fn use_values(
        &mut self,
        values: &Values,
        columns: &[String],
        target: Target<'s>,
        fact: &mut Option<InsertUse>,
        scope: &Scope<'_, 's>,
    ) {
        let outside = scope.parent.map_or_else(|| Scope::root(scope.dialect), Scope::inner);
        for row in &values.rows {
            let cells: &[Expr] = &row.content;
            for (index, value) in cells.iter().enumerate() {
                self.use_expr(value, &outside, Access::Read);
                self.use_written(columns.get(index), value, target, fact.as_mut());
            }
            if let Some(fact) = fact {
                fact.width = Some(cells.len());
                fact.complete &= fact.columns.is_some() || !cells.iter().any(is_hole);
            }
        }
    }

    /// NULLs and strings that `INSERT ... SELECT` selects.
    fn use_selected_values(
        &mut self,
        query: &Query,
        columns: &[String],
        target: Target<'s>,
        fact: &mut Option<InsertUse>,
    ) {
        let SetExpr::Select(select) = &*query.body else { return };
        for (item, column) in select.projection.iter().zip(columns) {
            match item {
                SelectItem::UnnamedExpr(value) | SelectItem::ExprWithAlias { expr: value, .. } => {
                    self.use_written(Some(column), value, target, fact.as_mut());
                }
                SelectItem::ExprWithAliases { .. }
                | SelectItem::QualifiedWildcard(..)
                | SelectItem::Wildcard(_) => return,
            }
        }
    }

    /// A value written to a column: a NULL or a string literal is remembered.
    fn use_written(
        &mut self,
        column: Option<&String>,
        value: &Expr,
        target: Target<'s>,
        fact: Option<&mut InsertUse>,
    ) {
        let (Some((table, _)), Some(column)) = (target, column) else { return };
        self.use_string(ComparedWith::Column(table.name.clone(), column.clone()), value, Access::Write);
        if is_null(value) {
            let span = self.value_span(value);
            self.out.null_writes.push(NullWrite { table: table.name.clone(), column: column.clone(), span });
            if let Some(fact) = fact
                && !fact.null_columns.contains(column)
            {
                fact.null_columns.push(column.clone());
            }
        }
    }

    fn value_span(&self, value: &Expr) -> Span {
        let range = match strip(value) {
            Expr::Value(value) => byte_range(value.span),
            _ => None,
        };
        range.map_or(self.out.span, |range| self.masked.span(range))
    }

    fn use_target_column(&mut self, ident: &Ident, target: Target<'s>) {
        let Some((table, confidence)) = target else {
            return self.unresolved(ident, "the table is not known".to_owned());
        };
        let name = self.fold(ident);
        match table.columns.iter().find(|column| self.schema.dialect.same_name(&column.name, &name)) {
            Some(column) => {
                let (table, column) = (table.name.clone(), column.name.clone());
                let span = self.ident_span(ident);
                self.use_found(Found { table, column, via: Via::Name, confidence }, span, Access::Write);
            }
            None => self.unresolved(ident, format!("{} has no such column", table.name)),
        }
    }

    fn resolve_conflict(&mut self, insert: &Insert, target: Target<'s>, scope: &Scope<'_, 's>) {
        match &insert.on {
            Some(OnInsert::DuplicateKeyUpdate(assignments)) => {
                self.use_assignments(assignments, target, scope, None);
            }
            Some(OnInsert::OnConflict(conflict)) => {
                if let Some(key) = &conflict.conflict_target {
                    self.use_conflict_target(key, target);
                }
                if let OnConflictAction::DoUpdate(update) = &conflict.action {
                    let mut inner = scope.inner();
                    inner.relations.push(Relation {
                        name: Some(EXCLUDED.to_owned()),
                        schema: None,
                        columns: target.map_or(Columns::Unknown, |(table, confidence)| {
                            Columns::Table(table, confidence)
                        }),
                    });
                    // Names without a qualifier are the table's: `excluded` must be said.
                    self.use_conflict_update(&update.assignments, target, scope, &inner);
                    if let Some(selection) = &update.selection {
                        self.use_expr(selection, &qualified_first(scope, &inner), Access::Filter);
                    }
                }
            }
            Some(_) | None => {}
        }
    }

    fn use_conflict_update(
        &mut self,
        assignments: &[Assignment],
        target: Target<'s>,
        scope: &Scope<'_, 's>,
        inner: &Scope<'_, 's>,
    ) {
        let scope = qualified_first(scope, inner);
        self.use_assignments(assignments, target, &scope, None);
    }

    fn use_conflict_target(&mut self, key: &ConflictTarget, target: Target<'s>) {
        let (key, span) = match key {
            ConflictTarget::Columns(idents) => {
                for ident in idents {
                    self.use_target_filter(ident, target);
                }
                let spans = idents.iter().map(|ident| self.ident_span(ident));
                let span = spans.reduce(Span::cover).unwrap_or(self.out.span);
                (
                    ConflictKey::Columns(
                        idents.iter().map(|ident| self.stored_name(ident, target)).collect(),
                    ),
                    span,
                )
            }
            ConflictTarget::OnConstraint(name) => {
                let Some(ident) = name.0.last().and_then(|part| part.as_ident()) else { return };
                (ConflictKey::Constraint(self.fold(ident)), self.ident_span(ident))
            }
        };
        if let Some((table, _)) = target {
            self.out.conflict_targets.push(ConflictTargetUse {
                table: table.name.clone(),
                target: key,
                span,
            });
        }
    }

    fn use_target_filter(&mut self, ident: &Ident, target: Target<'s>) {
        let before = self.out.columns.len();
        self.use_target_column(ident, target);
        for column in self.out.columns.iter_mut().skip(before) {
            column.access = Access::Filter;
        }
    }

    /// `SET a = x, (b, c) = (y, z)`.
    fn use_assignments(
        &mut self,
        assignments: &[Assignment],
        target: Target<'s>,
        scope: &Scope<'_, 's>,
        mut fact: Option<&mut InsertUse>,
    ) {
        for assignment in assignments {
            self.use_expr(&assignment.value, scope, Access::Read);
            let idents = target_idents(&assignment.target);
            for ident in &idents {
                self.use_target_column(ident, target);
            }
            let values: Vec<&Expr> = match (idents.as_slice(), &assignment.value) {
                ([_], value) => vec![value],
                (_, Expr::Tuple(values)) => values.iter().collect(),
                _ => Vec::new(),
            };
            for (ident, value) in idents.iter().zip(values) {
                let column = self.stored_name(ident, target);
                self.use_written(Some(&column), value, target, fact.as_deref_mut());
            }
        }
    }

    fn resolve_update(&mut self, update: &Update, scope: &Scope<'_, 's>) -> Row {
        let mut inner = scope.inner();
        self.join_tables(&update.table, &mut inner, Access::Write);
        let target = inner.relations.first().and_then(target_of);
        if let Some(UpdateTableFromKind::BeforeSet(tables) | UpdateTableFromKind::AfterSet(tables)) =
            &update.from
        {
            for table in tables {
                self.join_tables(table, &mut inner, Access::Read);
            }
        }
        for assignment in &update.assignments {
            let target = self.assigned_table(&assignment.target, &inner).or(target);
            self.use_assignments(std::slice::from_ref(assignment), target, &inner, None);
        }
        if let Some(selection) = &update.selection {
            self.use_expr(selection, &inner, Access::Filter);
        }
        self.use_sort_keys(&update.order_by, &inner);
        self.returned(update.returning.as_deref(), update.output.as_ref(), &inner)
    }

    /// The table that a qualified assignment names (`UPDATE a JOIN b SET b.x = 1`, MySQL).
    fn assigned_table(&self, target: &AssignmentTarget, scope: &Scope<'_, 's>) -> Target<'s> {
        let AssignmentTarget::ColumnName(ObjectName(parts)) = target else { return None };
        let [.., qualifier, _] = parts.as_slice() else { return None };
        scope.find(None, &self.fold(qualifier.as_ident()?)).and_then(target_of)
    }

    fn resolve_delete(&mut self, delete: &Delete, scope: &Scope<'_, 's>) -> Row {
        let mut inner = scope.inner();
        let (FromTable::WithFromKeyword(tables) | FromTable::WithoutKeyword(tables)) = &delete.from;
        for table in tables {
            self.join_tables(table, &mut inner, Access::Write);
        }
        for table in delete.using.iter().flatten() {
            self.join_tables(table, &mut inner, Access::Read);
        }
        if let Some(selection) = &delete.selection {
            self.use_expr(selection, &inner, Access::Filter);
        }
        self.use_sort_keys(&delete.order_by, &inner);
        self.returned(delete.returning.as_deref(), delete.output.as_ref(), &inner)
    }

    fn resolve_merge(&mut self, merge: &Merge, scope: &Scope<'_, 's>) -> Row {
        let mut inner = scope.inner();
        self.add_relation(&merge.table, &mut inner, Access::Write);
        let target = inner.relations.first().and_then(target_of);
        self.add_relation(&merge.source, &mut inner, Access::Read);
        self.use_expr(&merge.on, &inner, Access::Filter);
        let span = match &merge.table {
            TableFactor::Table { name, .. } => self.table_name(name).map(|(_, ident)| self.ident_span(ident)),
            _ => None,
        };
        for clause in &merge.clauses {
            self.use_node(&clause.predicate, &inner, Access::Filter);
            match &clause.action {
                MergeAction::Insert(insert) => {
                    let idents: Vec<&Ident> =
                        insert.columns.iter().filter_map(|name| name.0.last()?.as_ident()).collect();
                    self.merge_insert(&idents, &insert.kind, target, span.unwrap_or(self.out.span), &inner);
                }
                MergeAction::Update(update) => {
                    if let MergeUpdateKind::Set(assignments) = &update.kind {
                        self.use_assignments(assignments, target, &inner, None);
                    }
                }
                MergeAction::Delete { .. } | MergeAction::DoNothing { .. } => {}
            }
        }
        self.returned(None, merge.output.as_ref(), &inner)
    }

    fn merge_insert(
        &mut self,
        idents: &[&Ident],
        kind: &MergeInsertKind,
        target: Target<'s>,
        span: Span,
        scope: &Scope<'_, 's>,
    ) {
        for ident in idents {
            self.use_target_column(ident, target);
        }
        let columns: Vec<String> = idents.iter().map(|ident| self.stored_name(ident, target)).collect();
        let mut fact = target.map(|(table, confidence)| InsertUse {
            table: table.name.clone(),
            span,
            columns: (!idents.is_empty()).then(|| columns.clone()),
            width: None,
            complete: !idents.iter().any(|ident| has_hole(&ident.value)),
            null_columns: Vec::new(),
            confidence,
        });
        if let MergeInsertKind::Values(values) = kind {
            for row in &values.rows {
                let cells: &[Expr] = &row.content;
                for (index, value) in cells.iter().enumerate() {
                    self.use_expr(value, scope, Access::Read);
                    self.use_written(columns.get(index), value, target, fact.as_mut());
                }
            }
        }
        self.out.inserts.extend(fact);
    }

    fn returned(
        &mut self,
        items: Option<&[SelectItem]>,
        output: Option<&OutputClause>,
        scope: &Scope<'_, 's>,
    ) -> Row {
        let items = items.or(match output {
            Some(
                OutputClause::Output { select_items, .. } | OutputClause::Returning { select_items, .. },
            ) => Some(select_items),
            None => None,
        });
        match items {
            Some(items) => self.project(items, scope, Via::Returning),
            None => Row { columns: Vec::new(), complete: true },
        }
    }
}

/// The scope of `DO UPDATE`: `excluded` is found by its name only, so that it stands outside the table's own scope.
fn qualified_first<'q, 's>(scope: &'q Scope<'q, 's>, excluded: &'q Scope<'q, 's>) -> Scope<'q, 's> {
    let mut inner = excluded.inner();
    inner.relations.clone_from(&scope.relations);
    inner
}

fn target_of<'s>(relation: &Relation<'s>) -> Target<'s> {
    match relation.columns {
        Columns::Table(table, confidence) => Some((table, confidence)),
        Columns::Row(_) | Columns::Unknown => None,
    }
}

fn target_idents(target: &AssignmentTarget) -> Vec<&Ident> {
    match target {
        AssignmentTarget::ColumnName(name) => {
            name.0.last().and_then(|part| part.as_ident()).into_iter().collect()
        }
        AssignmentTarget::Tuple(names) => names.iter().filter_map(|name| name.0.last()?.as_ident()).collect(),
    }
}

fn is_hole(expr: &Expr) -> bool {
    matches!(strip(expr), Expr::Identifier(ident) if has_hole(&ident.value))
}

fn body_kind(body: &SetExpr) -> StatementKind {
    match body {
        SetExpr::Insert(_) => StatementKind::Insert,
        SetExpr::Update(_) => StatementKind::Update,
        SetExpr::Delete(_) => StatementKind::Delete,
        SetExpr::Merge(_) => StatementKind::Merge,
        SetExpr::Select(_)
        | SetExpr::Query(_)
        | SetExpr::SetOperation { .. }
        | SetExpr::Values(_)
        | SetExpr::Table(_) => StatementKind::Select,
    }
}

/// Finds the tables of a statement, and the queries in it.
struct RelationWalk<'w, 'a, 's, 'p> {
    resolver: &'w mut Resolver<'a, 's>,
    scope: &'w Scope<'p, 's>,
    queries: u32,
}

impl Visitor for RelationWalk<'_, '_, '_, '_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        if self.queries == 0 {
            self.resolver.resolve_query(query, self.scope);
        }
        self.queries += 1;
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _query: &Query) -> ControlFlow<()> {
        self.queries -= 1;
        ControlFlow::Continue(())
    }

    fn pre_visit_relation(&mut self, relation: &ObjectName) -> ControlFlow<()> {
        if self.queries == 0 {
            self.resolver.use_table(relation, Access::Write);
        }
        ControlFlow::Continue(())
    }
}

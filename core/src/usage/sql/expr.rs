//! Expressions: every name in one, wherever it stands.

use std::ops::ControlFlow;

use rustc_hash::FxHashSet;
use sqlparser::ast::{
    AccessExpr, BinaryOperator, DataType, Expr, Ident, ObjectName, Query, Subscript, Visit, Visitor,
};

use crate::schema::TableName;
use crate::usage::Access;
use crate::usage::sql::facts::ComparedWith;
use crate::usage::sql::resolver::{Resolver, strip};
use crate::usage::sql::scope::{Meaning, Scope, find_table};

/// Walks one expression. The parser's own visitor reaches every child; queries inside are resolved as queries and
/// not walked.
struct ExprWalk<'w, 'a, 's, 'p> {
    resolver: &'w mut Resolver<'a, 's>,
    scope: &'w Scope<'p, 's>,
    access: Access,
    /// How many queries the walk is in.
    queries: u32,
    /// Expressions whose names were read with their parent.
    read: FxHashSet<*const Expr>,
}

impl<'s> Resolver<'_, 's> {
    /// Records all names of an expression.
    pub fn use_expr(&mut self, expr: &Expr, scope: &Scope<'_, 's>, access: Access) {
        self.use_node(expr, scope, access);
    }

    /// Records all names of the expressions in a node.
    pub fn use_node<N: Visit>(&mut self, node: &N, scope: &Scope<'_, 's>, access: Access) {
        let mut walk = ExprWalk { resolver: self, scope, access, queries: 0, read: FxHashSet::default() };
        let _: ControlFlow<()> = node.visit(&mut walk);
    }
}

impl Visitor for ExprWalk<'_, '_, '_, '_> {
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

    fn pre_visit_expr(&mut self, expr: &Expr) -> ControlFlow<()> {
        if self.queries == 0 && !self.read.contains(&std::ptr::from_ref(expr)) {
            self.names(expr);
            self.strings(expr);
        }
        ControlFlow::Continue(())
    }
}

impl ExprWalk<'_, '_, '_, '_> {
    fn names(&mut self, expr: &Expr) {
        match expr {
            Expr::Identifier(ident) => {
                let meaning = self.scope.column(&self.resolver.fold(ident));
                self.resolver.use_meaning(meaning, ident, self.access);
            }
            Expr::CompoundIdentifier(parts) => self.compound(&parts.iter().collect::<Vec<_>>()),
            Expr::CompoundFieldAccess { root, access_chain } => self.field_access(root, access_chain),
            Expr::QualifiedWildcard(name, _) => self.row_of(name),
            Expr::MatchAgainst { columns, .. } => {
                for name in columns {
                    let parts: Vec<&Ident> = name.0.iter().filter_map(|part| part.as_ident()).collect();
                    self.compound(&parts);
                }
            }
            _ => {}
        }
    }

    /// `t.c`, `s.t.c`; where there is no relation `t`, a column `t` with a field `c`.
    fn compound(&mut self, parts: &[&Ident]) {
        let fold = |ident: &&Ident| self.resolver.fold(ident);
        match parts {
            [] => {}
            [only] => {
                let meaning = self.scope.column(&fold(only));
                self.resolver.use_meaning(meaning, only, self.access);
            }
            [qualifier, name] => {
                let meaning = self.scope.qualified(None, &fold(qualifier), &fold(name));
                self.use_qualified(meaning, None, qualifier, name);
            }
            [.., schema, qualifier, name] => {
                let schema = fold(schema);
                let meaning = self.scope.qualified(Some(&schema), &fold(qualifier), &fold(name));
                self.use_qualified(meaning, Some(schema), qualifier, name);
            }
        }
    }

    fn use_qualified(
        &mut self,
        meaning: Option<Meaning>,
        schema: Option<String>,
        qualifier: &Ident,
        name: &Ident,
    ) {
        let folded = self.resolver.fold(qualifier);
        if let Some(meaning) = meaning {
            return self.resolver.use_meaning(meaning, name, self.access);
        }
        let composite = schema.is_none().then(|| self.scope.column(&folded));
        if let Some(found @ Meaning::Columns(_)) = composite {
            return self.resolver.use_meaning(found, qualifier, self.access);
        }
        // A table that no FROM clause names: a trigger's or a policy's, or a piece of a query.
        let table = find_table(self.resolver.schema, &TableName { schema, name: folded });
        let column = table.and_then(|(table, _)| {
            let wanted = self.resolver.fold(name);
            let dialect = self.resolver.schema.dialect;
            Some((table, table.columns.iter().find(|column| dialect.same_name(&column.name, &wanted))?))
        });
        match column {
            Some((table, column)) => {
                let found = crate::usage::sql::scope::Found {
                    table: table.name.clone(),
                    column: column.name.clone(),
                    via: crate::usage::sql::facts::Via::Name,
                    confidence: crate::usage::Confidence::Likely,
                };
                let span = self.resolver.ident_span(name);
                self.resolver.use_found(found, span, self.access);
            }
            None => {
                let reason = format!("nothing in scope is named {}", qualifier.value);
                self.resolver.unresolved(name, reason);
            }
        }
    }

    /// `t.c[1]`, `(t).c`: the first names of the chain are a qualified column.
    fn field_access(&mut self, root: &Expr, chain: &[AccessExpr]) {
        let root = strip(root);
        let (Expr::Identifier(qualifier), Some(AccessExpr::Dot(first @ Expr::Identifier(name)))) =
            (root, chain.first())
        else {
            self.skip_fields(chain);
            return;
        };
        let folded = self.resolver.fold(qualifier);
        if self.scope.find(None, &folded).is_some() {
            self.read.insert(std::ptr::from_ref(root));
            let meaning = self.scope.qualified(None, &folded, &self.resolver.fold(name));
            self.use_qualified(meaning, None, qualifier, name);
        }
        self.read.insert(std::ptr::from_ref(first));
        self.skip_fields(chain);
    }

    /// Names after a dot are fields of a value, not columns in scope.
    fn skip_fields(&mut self, chain: &[AccessExpr]) {
        for access in chain {
            match access {
                AccessExpr::Dot(field @ Expr::Identifier(_)) => {
                    self.read.insert(std::ptr::from_ref(field));
                }
                AccessExpr::Dot(_)
                | AccessExpr::Subscript(Subscript::Index { .. } | Subscript::Slice { .. }) => {}
            }
        }
    }

    /// `count(t.*)`.
    fn row_of(&mut self, name: &ObjectName) {
        let Some(ident) = name.0.last().and_then(|part| part.as_ident()) else { return };
        let folded = self.resolver.fold(ident);
        if self.scope.find(None, &folded).is_some() {
            let meaning = self.scope.column(&folded);
            if let row @ Meaning::Row(..) = meaning {
                self.resolver.use_meaning(row, ident, self.access);
            }
        }
    }

    /// String literals that meet a column or an enum type.
    fn strings(&mut self, expr: &Expr) {
        match expr {
            Expr::BinaryOp { left, op, right } if compares(op) => self.pair(left, right),
            Expr::IsDistinctFrom(left, right) | Expr::IsNotDistinctFrom(left, right) => {
                self.pair(left, right)
            }
            Expr::InList { expr, list, .. } => self.list(expr, list),
            Expr::AnyOp { left, right, .. } | Expr::AllOp { left, right, .. } => {
                if let Expr::Array(array) = strip(right) {
                    self.list(left, &array.elem);
                }
            }
            Expr::Case { operand: Some(operand), conditions, .. } => {
                for when in conditions {
                    self.pair(operand, &when.condition);
                }
            }
            Expr::Cast { expr, data_type: DataType::Custom(name, _), .. } => {
                let Some((name, _)) = self.resolver.table_name(name) else { return };
                let Some(ty) = self.resolver.schema.enum_type(&name) else { return };
                self.resolver.use_string(ComparedWith::Enum(ty.name.clone()), expr, Access::Filter);
            }
            _ => {}
        }
    }

    fn pair(&mut self, left: &Expr, right: &Expr) {
        for (column, literal) in [(left, right), (right, left)] {
            if let Some((table, name)) = self.resolver.column_of(column, self.scope) {
                self.resolver.use_string(ComparedWith::Column(table, name), literal, Access::Filter);
            }
        }
    }

    fn list(&mut self, column: &Expr, items: &[Expr]) {
        if let Some((table, name)) = self.resolver.column_of(column, self.scope) {
            for item in items {
                let with = ComparedWith::Column(table.clone(), name.clone());
                self.resolver.use_string(with, item, Access::Filter);
            }
        }
    }
}

fn compares(op: &BinaryOperator) -> bool {
    matches!(
        op,
        BinaryOperator::Eq
            | BinaryOperator::NotEq
            | BinaryOperator::Lt
            | BinaryOperator::LtEq
            | BinaryOperator::Gt
            | BinaryOperator::GtEq
            | BinaryOperator::Spaceship
    )
}

//! Strings that are joined over several statements: `query += " WHERE ..."`, `parts.append(...)` and `" ".join(parts)`.

use crate::code::tree::{
    BinaryOp, ExprId, ExprKind, Module, Parent, PatternId, PatternKind, PatternSource, Site, SiteKind,
    StmtKind,
};

/// So many pieces of one string are read.
const MOST_PIECES: usize = 40;

/// A list whose strings are joined elsewhere.
pub(super) struct Joined {
    /// What stands between them.
    pub separator: ExprId,
    /// What is put into the list after it is made.
    pub more: Vec<ExprId>,
}

/// What is added to the variable that a string is assigned to, up to where it is assigned anew.
pub fn appended(module: &Module, string: ExprId) -> Vec<ExprId> {
    let Some((target, name)) = variable_of(module, string) else { return Vec::new() };
    let scope = module.pattern(target).scope;
    let from = module.expr(string).range.end;
    let mut bound: Vec<PatternId> = module
        .sites_named(name)
        .filter_map(|site| match site.kind {
            SiteKind::Bound(pattern) if module.pattern(pattern).scope == scope => Some(pattern),
            _ => None,
        })
        .filter(|pattern| module.pattern(*pattern).range.start >= from)
        .collect();
    bound.sort_by_key(|pattern| module.pattern(*pattern).range.start);
    let added = bound.into_iter().map_while(|pattern| match module.pattern(pattern).source {
        PatternSource::Augmented(value) => Some(value),
        _ => None,
    });
    added.take(MOST_PIECES).collect()
}

/// How the list is joined, if it is put into a variable that is.
pub(super) fn joined(module: &Module, list: ExprId) -> Option<Joined> {
    let (target, name) = variable_of(module, list)?;
    let scope = module.pattern(target).scope;
    let mut more = Vec::new();
    let mut separator = None;
    for site in module.sites_named(name).take(MOST_PIECES) {
        let Some(place) = read_in(module, site, scope) else { continue };
        let Parent::Expr(parent) = module.expr(place).parent else { continue };
        match &module.expr(parent).kind {
            // `" ".join(parts)`.
            ExprKind::Call { callee, args, .. } if args.len() == 1 && *callee != place => {
                separator = separator.or(joins(module, *callee));
            }
            ExprKind::Member { object, name, .. } if *object == place => {
                let Parent::Expr(call) = module.expr(parent).parent else { continue };
                let ExprKind::Call { args, .. } = &module.expr(call).kind else { continue };
                let Some(arg) = args.first() else { continue };
                match module.text(*name) {
                    // `parts.join(" ")`.
                    "join" => separator = separator.or(Some(arg.value)),
                    "append" | "push" => more.push(arg.value),
                    _ => {}
                }
            }
            _ => {}
        }
    }
    Some(Joined { separator: separator?, more })
}

/// The separator, where a callee is `" ".join`.
fn joins(module: &Module, callee: ExprId) -> Option<ExprId> {
    let ExprKind::Member { object, name, .. } = module.expr(callee).kind else { return None };
    let is_join = module.text(name) == "join" && matches!(module.expr(object).kind, ExprKind::Str(_));
    is_join.then_some(object)
}

/// The expression that reads a variable of the scope, or of a scope inside it.
fn read_in(module: &Module, site: &Site, scope: crate::code::tree::ScopeId) -> Option<ExprId> {
    let SiteKind::Name(expr) = site.kind else { return None };
    let mut current = Some(module.expr(expr).scope);
    while let Some(here) = current {
        if here == scope {
            return Some(expr);
        }
        current = module.scope(here).parent;
    }
    None
}

/// The variable that an expression is assigned to as it is.
fn variable_of(module: &Module, value: ExprId) -> Option<(PatternId, &str)> {
    let Parent::Stmt(stmt) = module.expr(value).parent else { return None };
    let StmtKind::Assign { targets, op: None | Some(BinaryOp::Add), .. } = &module.stmt(stmt).kind else {
        return None;
    };
    let [target] = targets.as_slice() else { return None };
    match (&module.pattern(*target).kind, module.pattern(*target).source) {
        (PatternKind::Name(name), PatternSource::Value { .. }) => Some((*target, module.text(*name))),
        _ => None,
    }
}

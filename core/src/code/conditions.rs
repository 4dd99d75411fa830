//! What is known to hold where an expression is evaluated: tests around it and before it, in both languages.
//!
//! `if x is None: return` holds for what follows, `x and x.y` for its right side, `assert x` for the rest of the block. A
//! condition counts as long as nothing assigns to the value that it is about; that is asked of [`is_rebound`].

use crate::code::tree::{
    ArgumentSpread, BinaryOp, BindingKind, ExprId, ExprKind, FunctionId, Module, Parent, PatternKind,
    ScopeId, ScopeOwner, StmtId, StmtKind, UnaryOp,
};
use crate::text::TextRange;

/// More conditions around one place are not looked at.
const MOST_CONDITIONS: usize = 64;

/// A condition that was decided before an expression is evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// A test, and whether it holds.
    Test {
        /// The test.
        test: ExprId,
        /// Whether it holds here.
        holds: bool,
    },
    /// The subject of a `match` or `switch`, in the case of this pattern.
    Case {
        /// What is looked at.
        subject: ExprId,
        /// The case's value.
        value: ExprId,
    },
    /// An assignment that is made if a test of the same value fails: `if x.y is None: x.y = 1`.
    Assigned {
        /// What is assigned to.
        target: ExprId,
    },
}

/// The conditions that are decided at `at`, the nearest first.
pub fn decided_at(module: &Module, at: ExprId) -> Vec<Condition> {
    let mut found = Decided { module, conditions: Vec::new() };
    found.around_expr(at);
    found.conditions
}

/// Whether the variable at the root of the expression is bound anew between two places.
pub fn is_rebound(module: &Module, expr: ExprId, after: u32, before: u32) -> bool {
    let Some((name, scope)) = root_name(module, expr) else { return false };
    let mut scope = Some(scope);
    while let Some(id) = scope {
        let bindings = module.bindings_named(id, name);
        let between = |range: TextRange| range.start >= after && range.end <= before;
        if bindings
            .iter()
            .any(|binding| matches!(binding.kind, BindingKind::Pattern(_)) && between(binding.name.range))
        {
            return true;
        }
        if !bindings.is_empty() {
            return false;
        }
        scope = module.scope(id).parent;
    }
    false
}

/// The name at the root of `a.b[0].c`.
fn root_name(module: &Module, expr: ExprId) -> Option<(&str, ScopeId)> {
    let mut current = expr;
    loop {
        match &module.expr(current).kind {
            ExprKind::Name(name) => return Some((module.text(*name), module.expr(current).scope)),
            ExprKind::Member { object, .. } | ExprKind::Index { object, .. } => current = *object,
            _ => return None,
        }
    }
}

struct Decided<'m> {
    module: &'m Module,
    conditions: Vec<Condition>,
}

impl Decided<'_> {
    fn test(&mut self, test: ExprId, holds: bool) {
        if self.conditions.len() < MOST_CONDITIONS {
            self.conditions.push(Condition::Test { test, holds });
        }
    }

    /// From an expression outwards.
    fn around_expr(&mut self, at: ExprId) {
        let mut current = at;
        loop {
            match self.module.expr(current).parent {
                Parent::Expr(parent) => {
                    self.within_expr(parent, current);
                    current = parent;
                }
                Parent::Stmt(stmt) => return self.around_stmt(stmt, Some(current)),
                Parent::Function(function) => match self.module.function(function).expr {
                    Some(expr) => current = expr,
                    None => return,
                },
                Parent::Pattern(pattern) => return self.around_target(pattern),
                Parent::Class(_) | Parent::Type(_) => return,
            }
        }
    }

    /// The target of an assignment: the statement that assigns.
    fn around_target(&mut self, pattern: crate::code::tree::PatternId) {
        let range = self.module.pattern(pattern).range;
        let holds = |stmt: &&crate::code::tree::Stmt| stmt.range.contains_range(range);
        let innermost = self
            .module
            .stmts
            .iter()
            .enumerate()
            .filter(|(_, stmt)| holds(stmt))
            .min_by_key(|(_, stmt)| stmt.range.len());
        if let Some((index, _)) = innermost {
            self.around_stmt(StmtId(u32::try_from(index).unwrap_or(u32::MAX)), None);
        }
    }

    fn within_expr(&mut self, parent: ExprId, inner: ExprId) {
        let module = self.module;
        match &module.expr(parent).kind {
            ExprKind::Conditional { test, then, otherwise } => {
                if *then == inner {
                    self.test(*test, true);
                } else if *otherwise == inner {
                    self.test(*test, false);
                }
            }
            ExprKind::Binary { op: BinaryOp::And, left, right } if *right == inner => self.test(*left, true),
            ExprKind::Binary { op: BinaryOp::Or, left, right } if *right == inner => self.test(*left, false),
            ExprKind::Comprehension { element, key, clauses, .. } => {
                let all = || clauses.iter().flat_map(|clause| &clause.conditions);
                if *element == inner || *key == Some(inner) {
                    all().for_each(|test| self.test(*test, true));
                } else {
                    let before = all().take_while(|test| **test != inner);
                    if all().any(|test| *test == inner) {
                        before.for_each(|test| self.test(*test, true));
                    }
                }
            }
            _ => {}
        }
    }

    /// From a statement outwards; `inner` is the expression of it that one comes from.
    fn around_stmt(&mut self, stmt: StmtId, inner: Option<ExprId>) {
        let module = self.module;
        if let (StmtKind::Switch { subject, cases }, Some(inner)) = (&module.stmt(stmt).kind, inner) {
            for case in cases.iter().filter(|case| case.guard == Some(inner)) {
                let of = |value: &ExprId| Condition::Case { subject: *subject, value: *value };
                self.conditions.extend(case.values.iter().map(of));
            }
        }
        let mut current = stmt;
        while self.conditions.len() < MOST_CONDITIONS {
            let parent = module.stmt(current).parent;
            let block = self.block_around(current, parent).to_vec();
            for before in block.into_iter().take_while(|sibling| *sibling != current) {
                self.decided_by(before);
            }
            let Some(parent) = parent else { return };
            self.within_stmt(parent, current);
            current = parent;
        }
    }

    /// What a statement around says of the statement inside.
    fn within_stmt(&mut self, parent: StmtId, inner: StmtId) {
        match &self.module.stmt(parent).kind {
            StmtKind::If { test, then, otherwise } => {
                if then.contains(&inner) {
                    self.test(*test, true);
                } else if otherwise.contains(&inner) {
                    self.test(*test, false);
                }
            }
            StmtKind::While { test: Some(test), body, .. } if body.contains(&inner) => self.test(*test, true),
            StmtKind::Switch { subject, cases } => {
                for case in cases.iter().filter(|case| case.body.contains(&inner)) {
                    let of = |value: &ExprId| Condition::Case { subject: *subject, value: *value };
                    self.conditions.extend(case.values.iter().map(of));
                    if let Some(guard) = case.guard {
                        self.test(guard, true);
                    }
                }
            }
            _ => {}
        }
    }

    /// The block of statements that holds a statement.
    fn block_around(&self, stmt: StmtId, parent: Option<StmtId>) -> &[StmtId] {
        let module = self.module;
        let of_parent = parent.map(|parent| blocks_of(module, parent)).unwrap_or_default();
        let holds = |block: &&[StmtId]| block.contains(&stmt);
        if let Some(block) = of_parent.into_iter().find(holds) {
            return block;
        }
        // The body of a function that is an expression, or of the file.
        let mut scope = Some(module.stmt(stmt).scope);
        while let Some(id) = scope {
            let block = match module.scope(id).owner {
                ScopeOwner::Function(function) => module.function(function).body.as_slice(),
                ScopeOwner::Class(class) => module.class(class).body.as_slice(),
                ScopeOwner::Module => module.body.as_slice(),
                ScopeOwner::Block => &[],
            };
            if block.contains(&stmt) {
                return block;
            }
            scope = module.scope(id).parent;
        }
        &[]
    }

    /// What a statement decides for those that follow it in its block.
    fn decided_by(&mut self, stmt: StmtId) {
        let module = self.module;
        match &module.stmt(stmt).kind {
            StmtKind::Assert(test) => self.test(*test, true),
            StmtKind::Expr(call) => {
                if let Some(test) = asserted(module, *call) {
                    self.test(test, true);
                }
            }
            StmtKind::If { test, then, otherwise } => {
                if leaves(module, then) {
                    self.test(*test, false);
                    // `elif` branches that leave as well.
                    if let [only] = otherwise.as_slice() {
                        self.decided_by(*only);
                    }
                } else if !otherwise.is_empty() && leaves(module, otherwise) {
                    self.test(*test, true);
                } else {
                    self.assigned_in(then);
                }
            }
            StmtKind::Assign { targets, value: Some(value), .. }
                if !matches!(module.expr(*value).kind, ExprKind::Null) =>
            {
                for target in targets {
                    if let PatternKind::Target(target) = module.pattern(*target).kind {
                        self.conditions.push(Condition::Assigned { target });
                    }
                }
            }
            _ => {}
        }
    }

    fn assigned_in(&mut self, block: &[StmtId]) {
        for stmt in block {
            if let StmtKind::Assign { .. } = self.module.stmt(*stmt).kind {
                self.decided_by(*stmt);
            }
        }
    }
}

/// The blocks of statements that a statement holds.
fn blocks_of(module: &Module, stmt: StmtId) -> Vec<&[StmtId]> {
    match &module.stmt(stmt).kind {
        StmtKind::If { then, otherwise, .. } => vec![then, otherwise],
        StmtKind::While { body, .. } | StmtKind::With { body, .. } => vec![body],
        StmtKind::For { body, otherwise, .. } => vec![body, otherwise],
        StmtKind::Try { body, handlers, otherwise, finally } => {
            let mut blocks: Vec<&[StmtId]> = vec![body, otherwise, finally];
            blocks.extend(handlers.iter().map(|handler| handler.body.as_slice()));
            blocks
        }
        StmtKind::Switch { cases, .. } => cases.iter().map(|case| case.body.as_slice()).collect(),
        StmtKind::Block(body) | StmtKind::Other(body) => vec![body],
        StmtKind::Function(function) => vec![module.function(*function).body.as_slice()],
        StmtKind::Class(class) => vec![module.class(*class).body.as_slice()],
        StmtKind::Expr(_)
        | StmtKind::Assign { .. }
        | StmtKind::Return(_)
        | StmtKind::Raise(_)
        | StmtKind::Delete(_)
        | StmtKind::Assert(_)
        | StmtKind::Alias(_)
        | StmtKind::Import(_)
        | StmtKind::ExportDefault(_)
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Empty => Vec::new(),
    }
}

/// Whether the statements never go on to what follows them.
fn leaves(module: &Module, block: &[StmtId]) -> bool {
    let Some(last) = block.last() else { return false };
    match &module.stmt(*last).kind {
        StmtKind::Return(_) | StmtKind::Raise(_) | StmtKind::Break | StmtKind::Continue => true,
        StmtKind::If { then, otherwise, .. } => leaves(module, then) && leaves(module, otherwise),
        StmtKind::With { body, .. } | StmtKind::Block(body) => leaves(module, body),
        StmtKind::Expr(call) => never_returns(module, *call),
        _ => false,
    }
}

/// Whether the call ends the function: exits of the process, of a test, of a request; a function that says so.
fn never_returns(module: &Module, expr: ExprId) -> bool {
    let ExprKind::Call { callee, .. } = module.expr(expr).kind else { return false };
    let text = module.slice(module.expr(callee).range);
    let last = text.rsplit('.').next().unwrap_or(text);
    matches!(last, "exit" | "_exit" | "quit" | "abort" | "notFound" | "redirect" | "permanentRedirect")
        || matches!(text, "pytest.fail" | "pytest.skip" | "self.fail" | "self.skipTest")
        || function_named(module, text).is_some_and(|function| says_never(module, function))
}

fn function_named(module: &Module, name: &str) -> Option<FunctionId> {
    let found = module.bindings_named(module.root_scope(), name);
    found.iter().find_map(|binding| match binding.kind {
        BindingKind::Function(function) => Some(function),
        _ => None,
    })
}

fn says_never(module: &Module, function: FunctionId) -> bool {
    let returns = module.function(function).returns;
    returns.is_some_and(|ty| {
        matches!(module.slice(module.ty(ty).range).rsplit('.').next(), Some("NoReturn" | "Never" | "never"))
    })
}

/// The test of a call that raises unless it holds: `assert(x)`, `invariant(x)`, `self.assertIsNotNone(x)`.
fn asserted(module: &Module, expr: ExprId) -> Option<ExprId> {
    let ExprKind::Call { callee, args, .. } = &module.expr(expr).kind else { return None };
    let text = module.slice(module.expr(*callee).range);
    let last = text.rsplit('.').next().unwrap_or(text);
    let names =
        ["assert", "invariant", "ok", "assertTrue", "assertIsNotNone", "assertIsInstance", "assertDefined"];
    let first = args.first().filter(|arg| arg.name.is_none() && arg.spread == ArgumentSpread::None)?;
    names.contains(&last).then_some(first.value)
}

/// What a condition is asked to rule out. JavaScript has two nothings, and `x === undefined` says nothing of null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Nothing {
    /// `None`, `null`.
    Null,
    /// `undefined`.
    Undefined,
}

/// Whether a condition says that the value of `text` (a name, `user.nickname`) is not null, or not undefined.
pub fn excludes(module: &Module, condition: Condition, text: &str, what: Nothing) -> bool {
    match condition {
        Condition::Test { test, holds } => test_excludes(module, test, holds, (text, what)),
        Condition::Case { subject, value } => {
            same(module, subject, text) && !matches!(module.expr(value).kind, ExprKind::Null)
        }
        Condition::Assigned { target } => same(module, target, text),
    }
}

fn same(module: &Module, expr: ExprId, text: &str) -> bool {
    plain(module.slice(module.expr(expr).range)) == plain(text)
}

/// `user?.nickname` and `user!.nickname` are the same value as `user.nickname`.
fn plain(text: &str) -> std::borrow::Cow<'_, str> {
    if text.contains(['?', '!']) { text.replace(['?', '!'], "").into() } else { text.into() }
}

/// Whether the value of `text` is not null where `test` holds, or does not.
fn test_excludes(module: &Module, test: ExprId, holds: bool, asked: (&str, Nothing)) -> bool {
    let (text, what) = asked;
    let is = |expr: ExprId| same(module, expr, text);
    let null = |expr: ExprId| is_nothing(module, test, expr, what);
    match &module.expr(test).kind {
        ExprKind::Unary { op: UnaryOp::Not, operand } => test_excludes(module, *operand, !holds, asked),
        ExprKind::Binary { op: BinaryOp::And, left, right } => {
            let of = |side: ExprId| test_excludes(module, side, holds, asked);
            if holds { of(*left) || of(*right) } else { of(*left) && of(*right) }
        }
        ExprKind::Binary { op: BinaryOp::Or, left, right } => {
            let of = |side: ExprId| test_excludes(module, side, holds, asked);
            if holds { of(*left) && of(*right) } else { of(*left) || of(*right) }
        }
        ExprKind::Binary { op: BinaryOp::Is | BinaryOp::Equal, left, right } => {
            let (left, right) = (*left, *right);
            // `x is None` that fails; `x == "a"` that holds.
            (is_or_reaches(module, left, text) && null(right) != holds)
                || (is_or_reaches(module, right, text) && null(left) != holds)
        }
        ExprKind::Binary { op: BinaryOp::IsNot | BinaryOp::NotEqual, left, right } => {
            let (left, right) = (*left, *right);
            (is_or_reaches(module, left, text) && null(right) == holds)
                || (is_or_reaches(module, right, text) && null(left) == holds)
        }
        // A comparison of null raises or is false; membership in a list of constants is no null.
        ExprKind::Binary { op: BinaryOp::Order | BinaryOp::In | BinaryOp::InstanceOf, left, right } => {
            holds && (is(*left) || is(*right))
        }
        ExprKind::Assign { target, value, .. } => {
            is(*value)
                || matches!(module.pattern(*target).kind, PatternKind::Name(name) if module.text(name) == text)
        }
        ExprKind::Call { args, .. } => holds && args.iter().any(|arg| is(arg.value)),
        _ => holds && (is(test) || is_or_reaches(module, test, text)),
    }
}

/// Whether one side of a test is the nothing that is asked about: `==` takes the two for the same, `===` does not.
fn is_nothing(module: &Module, test: ExprId, side: ExprId, what: Nothing) -> bool {
    let text = module.slice(module.expr(test).range);
    let strict = text.contains("===") || text.contains("!==");
    let says_undefined = module.slice(module.expr(side).range) == "undefined";
    matches!(module.expr(side).kind, ExprKind::Null)
        && (!strict || says_undefined == (what == Nothing::Undefined))
}

/// Whether the expression is the value, or hangs on it by `?.`: `user?.nickname?.length` is not null only if
/// `user.nickname` is not. `typeof x` is about `x` too.
fn is_or_reaches(module: &Module, expr: ExprId, text: &str) -> bool {
    let mut current = expr;
    loop {
        if same(module, current, text) {
            return true;
        }
        current = match &module.expr(current).kind {
            ExprKind::Member { object, optional: true, .. }
            | ExprKind::Index { object, optional: true, .. } => *object,
            ExprKind::Assign { value, .. } => *value,
            ExprKind::Unary { op: UnaryOp::Typeof, operand } => *operand,
            ExprKind::Call { callee, .. } => *callee,
            ExprKind::Member { object, .. } => *object,
            _ => return false,
        };
    }
}

//! What both languages lower with: nodes are opened before their children, so that every child knows its parent.
//!
//! `open_*` gives the id of a node that is still empty, the children are lowered with it as their parent, and `set_*`
//! fills it. Scopes, functions and statements are stacks: what is opened now stands in what was opened last.

use std::sync::Arc;

use crate::code::tree::{
    AliasId, Binding, BindingKind, Class, ClassId, Expr, ExprId, ExprKind, Function, FunctionId,
    FunctionKind, Ident, Import, ImportId, Language, Lookups, Module, Parent, Pattern, PatternId,
    PatternKind, PatternSource, Scope, ScopeId, ScopeOwner, Site, SiteKind, Stmt, StmtId, StmtKind,
    TypeAlias, TypeExpr, TypeId, TypeKind,
};
use crate::text::{SourceFile, TextRange};

/// Deeper nesting than this is not lowered: no code that people write has it, and the stack is finite.
const DEEPEST: u32 = 200;

/// A module under construction.
#[derive(Debug)]
pub struct Builder {
    /// The module so far.
    pub module: Module,
    scopes: Vec<ScopeId>,
    functions: Vec<FunctionId>,
    stmts: Vec<StmtId>,
    depth: u32,
}

fn next_id(len: usize) -> u32 {
    u32::try_from(len).unwrap_or(u32::MAX)
}

impl Builder {
    /// An empty module of this file, its own scope entered.
    pub fn new(source: Arc<SourceFile>, language: Language) -> Self {
        let root =
            Scope { owner: ScopeOwner::Module, parent: None, bindings: vec![], by_name: Box::default() };
        let module = Module {
            file: source.id,
            language,
            source,
            exprs: vec![],
            stmts: vec![],
            patterns: vec![],
            types: vec![],
            functions: vec![],
            classes: vec![],
            aliases: vec![],
            imports: vec![],
            exports: vec![],
            scopes: vec![root],
            body: vec![],
            sites: vec![],
            lookup: Lookups::default(),
            errors: vec![],
        };
        Self { module, scopes: vec![ScopeId(0)], functions: vec![], stmts: vec![], depth: 0 }
    }

    /// The finished module, sites in order.
    pub fn finish(mut self) -> Module {
        self.module.errors.sort_unstable();
        self.module.errors.dedup();
        self.module.seal();
        self.module
    }

    // Nesting.

    /// Goes one level of nesting deeper. `false`, with the range noted as an error, where it is too deep: then the
    /// caller lowers nothing inside, and does not [`Builder::ascend`].
    #[must_use]
    pub fn descend(&mut self, range: TextRange) -> bool {
        if self.depth >= DEEPEST {
            self.error(range);
            return false;
        }
        self.depth += 1;
        true
    }

    /// Comes back from [`Builder::descend`].
    pub fn ascend(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Notes a place that was not understood.
    pub fn error(&mut self, range: TextRange) {
        self.module.errors.push(range);
    }

    // Nodes.

    /// A new expression in the current scope, [`ExprKind::Other`] until it is set.
    pub fn open_expr(&mut self, range: TextRange, parent: Parent) -> ExprId {
        self.add_expr(range, parent, ExprKind::Other(vec![]))
    }

    /// A new expression in the current scope that has no children, or whose children are adopted later.
    pub fn add_expr(&mut self, range: TextRange, parent: Parent, kind: ExprKind) -> ExprId {
        let id = ExprId(next_id(self.module.exprs.len()));
        let scope = self.scope();
        self.module.exprs.push(Expr { kind, range, parent, scope });
        id
    }

    /// Says what an opened expression is.
    pub fn set_expr(&mut self, id: ExprId, kind: ExprKind) {
        if let Some(expr) = self.module.exprs.get_mut(id.0 as usize) {
            expr.kind = kind;
        }
    }

    /// Puts an expression under another parent.
    pub fn adopt(&mut self, id: ExprId, parent: Parent) {
        if let Some(expr) = self.module.exprs.get_mut(id.0 as usize) {
            expr.parent = parent;
        }
    }

    /// A new statement in the current scope and statement; what is opened until [`Builder::close_stmt`] stands in it.
    pub fn open_stmt(&mut self, range: TextRange) -> StmtId {
        let id = StmtId(next_id(self.module.stmts.len()));
        let (scope, parent) = (self.scope(), self.stmts.last().copied());
        self.module.stmts.push(Stmt { kind: StmtKind::Empty, range, scope, parent });
        self.stmts.push(id);
        id
    }

    /// Says what the statement opened last is, and leaves it.
    pub fn close_stmt(&mut self, id: StmtId, kind: StmtKind) {
        if let Some(stmt) = self.module.stmts.get_mut(id.0 as usize) {
            stmt.kind = kind;
        }
        self.stmts.pop();
    }

    /// The parent of an expression that stands in the statement opened last.
    pub fn stmt_parent(&self) -> Parent {
        Parent::Stmt(self.stmts.last().copied().unwrap_or(StmtId(0)))
    }

    /// A new pattern whose names are bound in `scope`; an empty sequence until it is set.
    pub fn open_pattern(&mut self, range: TextRange, source: PatternSource, scope: ScopeId) -> PatternId {
        let id = PatternId(next_id(self.module.patterns.len()));
        self.module.patterns.push(Pattern { kind: PatternKind::Sequence(vec![]), range, source, scope });
        id
    }

    /// Says what an opened pattern is.
    pub fn set_pattern(&mut self, id: PatternId, kind: PatternKind) {
        if let Some(pattern) = self.module.patterns.get_mut(id.0 as usize) {
            pattern.kind = kind;
        }
    }

    /// A new type in the current scope, [`TypeKind::Other`] until it is set.
    pub fn open_type(&mut self, range: TextRange) -> TypeId {
        let id = TypeId(next_id(self.module.types.len()));
        let scope = self.scope();
        self.module.types.push(TypeExpr { kind: TypeKind::Other, range, scope });
        id
    }

    /// Says what an opened type is.
    pub fn set_type(&mut self, id: TypeId, kind: TypeKind) {
        if let Some(ty) = self.module.types.get_mut(id.0 as usize) {
            ty.kind = kind;
        }
    }

    /// A new class.
    pub fn add_class(&mut self, class: Class) -> ClassId {
        let id = ClassId(next_id(self.module.classes.len()));
        self.module.classes.push(class);
        id
    }

    /// A class, to fill it.
    pub fn class_mut(&mut self, id: ClassId) -> Option<&mut Class> {
        self.module.classes.get_mut(id.0 as usize)
    }

    /// A new type alias.
    pub fn add_alias(&mut self, alias: TypeAlias) -> AliasId {
        let id = AliasId(next_id(self.module.aliases.len()));
        self.module.aliases.push(alias);
        id
    }

    /// A type alias, to fill it.
    pub fn alias_mut(&mut self, id: AliasId) -> Option<&mut TypeAlias> {
        self.module.aliases.get_mut(id.0 as usize)
    }

    /// A new import; its names are bound by the caller.
    pub fn add_import(&mut self, import: Import) -> ImportId {
        let id = ImportId(next_id(self.module.imports.len()));
        self.module.imports.push(import);
        id
    }

    // Functions.

    /// A new plain function that stands in the current scope, its own scope made but not entered.
    pub fn open_function(&mut self, range: TextRange) -> FunctionId {
        let id = FunctionId(next_id(self.module.functions.len()));
        let outer_scope = self.scope();
        let scope = self.add_scope(ScopeOwner::Function(id));
        self.module.functions.push(Function {
            name: None,
            params: vec![],
            returns: None,
            type_params: vec![],
            body: vec![],
            expression: None,
            return_values: vec![],
            yield_values: vec![],
            is_async: false,
            is_generator: false,
            kind: FunctionKind::Plain,
            is_static: false,
            decorators: vec![],
            class: None,
            scope,
            outer_scope,
            expr: None,
            range,
        });
        id
    }

    /// A function, to fill it.
    pub fn function_mut(&mut self, id: FunctionId) -> Option<&mut Function> {
        self.module.functions.get_mut(id.0 as usize)
    }

    /// Enters the scope of a function: `return` and `yield` are its own until [`Builder::leave_function`].
    pub fn enter_function(&mut self, id: FunctionId) {
        let scope = self.module.function(id).scope;
        self.scopes.push(scope);
        self.functions.push(id);
    }

    /// Leaves what [`Builder::enter_function`] entered.
    pub fn leave_function(&mut self) {
        self.scopes.pop();
        self.functions.pop();
    }

    /// Notes the value of a `return` of the innermost function.
    pub fn returns(&mut self, value: ExprId) {
        if let Some(function) = self.functions.last().copied().and_then(|id| self.function_mut(id)) {
            function.return_values.push(value);
        }
    }

    /// Notes a `yield` of the innermost function.
    pub fn yields(&mut self, value: Option<ExprId>) {
        if let Some(function) = self.functions.last().copied().and_then(|id| self.function_mut(id)) {
            function.is_generator = true;
            function.yield_values.extend(value);
        }
    }

    // Scopes and names.

    /// The current scope.
    pub fn scope(&self) -> ScopeId {
        self.scopes.last().copied().unwrap_or(ScopeId(0))
    }

    /// A new scope in the current one, not entered.
    pub fn add_scope(&mut self, owner: ScopeOwner) -> ScopeId {
        let id = ScopeId(next_id(self.module.scopes.len()));
        let parent = Some(self.scope());
        self.module.scopes.push(Scope { owner, parent, bindings: vec![], by_name: Box::default() });
        id
    }

    /// Enters a scope until [`Builder::leave_scope`].
    pub fn enter_scope(&mut self, scope: ScopeId) {
        self.scopes.push(scope);
    }

    /// Leaves the scope entered last.
    pub fn leave_scope(&mut self) {
        self.scopes.pop();
    }

    /// The innermost scope, from the current one outwards, that is no [`ScopeOwner::Block`]: where `var` and Python's
    /// `:=` bind.
    pub fn function_scope(&self) -> ScopeId {
        let mut scope = self.scope();
        while let Some(found) = self.module.scopes.get(scope.0 as usize) {
            match (found.owner, found.parent) {
                (ScopeOwner::Block, Some(parent)) => scope = parent,
                (
                    ScopeOwner::Block | ScopeOwner::Module | ScopeOwner::Function(_) | ScopeOwner::Class(_),
                    _,
                ) => {
                    return scope;
                }
            }
        }
        scope
    }

    /// Binds a name in a scope.
    pub fn bind(&mut self, scope: ScopeId, name: Ident, kind: BindingKind) {
        if let Some(scope) = self.module.scopes.get_mut(scope.0 as usize) {
            scope.bindings.push(Binding { name, kind });
        }
    }

    /// Notes a place where a name stands.
    pub fn site(&mut self, range: TextRange, kind: SiteKind) {
        self.module.sites.push(Site { range, kind });
    }
}

//! Exports, those of CommonJS included.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::expr::first_expr;
use super::{Lowering, content, ident, range};
use crate::code::tree::{Export, ExprId, Ident, ImportId, Parent, SiteKind, StmtId, StmtKind};

impl Lowering<'_> {
    /// `export ...`.
    pub(super) fn export_statement(&mut self, node: TsNode<'_>, into: &mut Vec<StmtId>) {
        if let Some(declaration) = node.child(Field::Declaration) {
            return self.export_declaration(node, declaration, into);
        }
        if let Some(source) = node.child(Field::Source) {
            return self.re_export(node, source, into);
        }
        let stmt = self.build.open_stmt(range(node));
        let value = node.child(Field::Value).or_else(|| first_expr(node));
        let kind = match value {
            // `export as namespace X` names the module for scripts.
            Some(value) if node.has(Kind::DefaultToken) || node.has(Kind::EqualsToken) => {
                let value = self.expr(value, Parent::Stmt(stmt));
                self.build.module.exports.push(match node.has(Kind::EqualsToken) {
                    true => Export::Whole(value),
                    false => Export::Default(value),
                });
                StmtKind::ExportDefault(value)
            }
            _ => StmtKind::Empty,
        };
        for specifier in specifiers(node) {
            let Some((local, exported)) = self.specifier(specifier) else { continue };
            self.build.module.exports.push(Export::Local { exported, local });
        }
        self.build.close_stmt(stmt, kind);
        into.push(stmt);
    }

    fn export_declaration(&mut self, node: TsNode<'_>, declaration: TsNode<'_>, into: &mut Vec<StmtId>) {
        let first = into.len();
        let is_default = node.has(Kind::DefaultToken);
        let names = match declaration.kind() {
            Kind::LexicalDeclaration | Kind::VariableDeclaration => self.declaration(declaration, into),
            _ => {
                self.stmt(declaration, into);
                let declared = match declaration.kind() {
                    Kind::AmbientDeclaration => declaration.named().next(),
                    _ => Some(declaration),
                };
                self.declared_names(declared, into.get(first..).unwrap_or_default())
            }
        };
        for stmt in into.get(first..).unwrap_or_default() {
            match (&self.build.module.stmt(*stmt).kind, is_default) {
                (StmtKind::Function(function), true) => {
                    let function = *function;
                    self.build.module.exports.push(Export::DefaultFunction(function));
                }
                (StmtKind::Class(class), _) => {
                    let class = *class;
                    if is_default {
                        self.build.module.exports.push(Export::DefaultClass(class));
                    }
                    // `@Entity() export class` has its decorators before the `export`.
                    let decorators = self.decorators(node, Parent::Class(class));
                    if let Some(class) = self.build.class_mut(class) {
                        class.decorators.extend(decorators);
                    }
                }
                _ => {}
            }
        }
        if !is_default {
            let exports = names.into_iter().map(|name| Export::Local { exported: name, local: name });
            self.build.module.exports.extend(exports);
        }
    }

    fn declared_names(&self, declaration: Option<TsNode<'_>>, stmts: &[StmtId]) -> Vec<Ident> {
        let mut names: Vec<Ident> = vec![];
        for stmt in stmts {
            if let StmtKind::Assign { targets, .. } = &self.build.module.stmt(*stmt).kind {
                names.extend(targets.iter().flat_map(|target| self.bound_names(*target)));
            }
        }
        let named = declaration.and_then(|declaration| declaration.child(Field::Name));
        if let (true, Some(name)) = (names.is_empty(), named) {
            names.extend(matches!(name.kind(), Kind::Identifier | Kind::TypeIdentifier).then(|| ident(name)));
        }
        names
    }

    /// `export { a } from "x"`, `export * from "x"`, `export * as y from "x"`.
    fn re_export(&mut self, node: TsNode<'_>, source: TsNode<'_>, into: &mut Vec<StmtId>) {
        let stmt = self.build.open_stmt(range(node));
        let import = self.bare_import(source, node);
        if node.has(Kind::TypeToken)
            && let Some(import) = self.build.module.imports.get_mut(import.0 as usize)
        {
            import.type_only = true;
        }
        self.re_exported(node, import);
        self.build.close_stmt(stmt, StmtKind::Import(import));
        into.push(stmt);
    }

    fn re_exported(&mut self, node: TsNode<'_>, import: ImportId) {
        let namespace = node.child_of_kind(Kind::NamespaceExport);
        let clause = node.child_of_kind(Kind::ExportClause);
        if clause.is_none() {
            let alias = namespace.and_then(|namespace| namespace.named().next()).map(content);
            if let Some(alias) = alias {
                self.build.site(alias.range, SiteKind::Export);
            }
            self.build.module.exports.push(Export::Star { import, alias });
        }
        for specifier in specifiers(node) {
            let Some((imported, exported)) = self.specifier(specifier) else { continue };
            self.build.module.exports.push(Export::From { import, imported, exported });
        }
    }

    /// The name and the name outside of `a as b`.
    fn specifier(&mut self, node: TsNode<'_>) -> Option<(Ident, Ident)> {
        let name = content(node.child(Field::Name)?);
        let alias = node.child(Field::Alias).map(content);
        self.build.site(name.range, SiteKind::Export);
        if let Some(alias) = alias {
            self.build.site(alias.range, SiteKind::Export);
        }
        Some((name, alias.unwrap_or(name)))
    }

    /// `module.exports = x`, `exports.name = x`, `module.exports.name = x`.
    pub(super) fn common_js_export(&mut self, target: TsNode<'_>, value: Option<ExprId>) {
        let Some(value) = value.filter(|_| target.kind() == Kind::MemberExpression) else { return };
        if self.is_module_exports(target) {
            self.build.module.exports.push(Export::Whole(value));
            return;
        }
        let of_exports = target.child(Field::Object).is_some_and(|object| {
            self.is_module_exports(object)
                || (object.kind() == Kind::Identifier && self.slice(object) == "exports")
        });
        if let (true, Some(name)) = (of_exports, target.child(Field::Property)) {
            self.build.module.exports.push(Export::Property { exported: ident(name), value });
        }
    }

    fn is_module_exports(&self, node: TsNode<'_>) -> bool {
        let text = |field| node.child(field).map(|part| self.slice(part));
        node.kind() == Kind::MemberExpression
            && text(Field::Object) == Some("module")
            && text(Field::Property) == Some("exports")
    }
}

fn specifiers(node: TsNode<'_>) -> impl Iterator<Item = TsNode<'_>> {
    let clause = node.child_of_kind(Kind::ExportClause);
    let children = clause.into_iter().flat_map(TsNode::children);
    children.filter(|child| child.kind() == Kind::ExportSpecifier)
}

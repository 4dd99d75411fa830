//! Imports, `require` included.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::{Lowering, content, ident, range};
use crate::code::tree::{
    BindingKind, Ident, Import, ImportId, Imported, ImportedName, PatternSource, ScopeId, SiteKind, StmtKind,
};

impl Lowering<'_> {
    /// `import ... from "x"`, `import x = require("x")`.
    pub(super) fn import_statement(&mut self, node: TsNode<'_>) -> StmtKind {
        let required = node.child_of_kind(Kind::ImportRequireClause);
        let source = required.unwrap_or(node).child(Field::Source);
        let Some(source) = source else { return StmtKind::Empty };
        let mut names = vec![];
        if let Some(local) = required.and_then(|clause| clause.child_of_kind(Kind::Identifier)) {
            names.push(ImportedName { what: Imported::Module, local: ident(local) });
        }
        for child in node.child_of_kind(Kind::ImportClause).into_iter().flat_map(TsNode::children) {
            match child.kind() {
                Kind::Identifier => {
                    names.push(ImportedName { what: Imported::Default, local: ident(child) });
                }
                Kind::NamespaceImport => names.extend(
                    child
                        .child_of_kind(Kind::Identifier)
                        .map(|local| ImportedName { what: Imported::Module, local: ident(local) }),
                ),
                Kind::NamedImports => {
                    names.extend(child.children().filter_map(|name| self.import_specifier(name)))
                }
                _ => {}
            }
        }
        let scope = self.build.scope();
        let type_only = node.has(Kind::TypeToken);
        StmtKind::Import(self.import(source, names, type_only, node, scope))
    }

    fn import(
        &mut self,
        source: TsNode<'_>,
        names: Vec<ImportedName>,
        type_only: bool,
        whole: TsNode<'_>,
        scope: ScopeId,
    ) -> ImportId {
        let bound = names.clone();
        let import = self.build.add_import(Import {
            specifier: content(source),
            level: 0,
            names,
            type_only,
            range: range(whole),
            scope,
        });
        for (index, name) in (0..).zip(bound) {
            self.build.bind(scope, name.local, BindingKind::Import { import, index });
            let site = match name.what {
                Imported::Name(imported) => imported,
                Imported::Default | Imported::Module | Imported::Package | Imported::Star => name.local,
            };
            self.build.site(site.range, SiteKind::Import { import, name: index });
        }
        import
    }

    /// `const x = require("x")`, `const { a, b: c } = require("x")`: an import, with the names it binds.
    pub(super) fn require_declaration(
        &mut self,
        node: TsNode<'_>,
        scope: ScopeId,
    ) -> Option<(StmtKind, Vec<Ident>)> {
        let call = node.child(Field::Value).filter(|value| value.kind() == Kind::CallExpression)?;
        let function = call.child(Field::Function).filter(|function| function.kind() == Kind::Identifier)?;
        let specifier = self.imports(function, call)?;
        let pattern = node.child(Field::Name)?;
        let names = match pattern.kind() {
            Kind::Identifier => vec![ImportedName { what: Imported::Module, local: ident(pattern) }],
            Kind::ObjectPattern => pattern.named().map(required_name).collect::<Option<Vec<_>>>()?,
            _ => return None,
        };
        let locals = names.iter().map(|name| name.local).collect();
        Some((StmtKind::Import(self.import(specifier, names, false, node, scope)), locals))
    }

    /// `import x = A.B`: another name for a part of a namespace.
    pub(super) fn import_alias(&mut self, node: TsNode<'_>) -> StmtKind {
        let mut parts = node.named();
        let (Some(name), Some(value)) = (parts.next(), parts.next()) else { return StmtKind::Empty };
        let parent = self.build.stmt_parent();
        let value = Some(self.expr(value, parent));
        let source = PatternSource::Value { value, annotation: None };
        let scope = self.build.scope();
        let targets = vec![self.declared(name, source, scope)];
        StmtKind::Assign { targets, value, annotation: None, op: None, declares: true }
    }

    fn import_specifier(&self, node: TsNode<'_>) -> Option<ImportedName> {
        let imported = content(node.child(Field::Name)?);
        let local = node.child(Field::Alias).map_or(imported, ident);
        let what = match self.name_text(imported) {
            "default" => Imported::Default,
            _ => Imported::Name(imported),
        };
        Some(ImportedName { what, local })
    }
}

fn required_name(entry: TsNode<'_>) -> Option<ImportedName> {
    match entry.kind() {
        Kind::ShorthandPropertyIdentifierPattern => {
            Some(ImportedName { what: Imported::Name(ident(entry)), local: ident(entry) })
        }
        Kind::PairPattern => {
            let key = entry.child(Field::Key).filter(|key| key.kind() == Kind::PropertyIdentifier)?;
            let local = entry.child(Field::Value).filter(|value| value.kind() == Kind::Identifier)?;
            Some(ImportedName { what: Imported::Name(ident(key)), local: ident(local) })
        }
        _ => None,
    }
}

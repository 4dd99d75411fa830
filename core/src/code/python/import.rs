//! Imports.

use seawall_grammars::python::{PythonField as Field, PythonKind as Kind, PythonNode};

use super::{Lowering, ident, range};
use crate::code::tree::{
    BindingKind, Ident, Import, ImportId, Imported, ImportedName, SiteKind, StmtId, StmtKind,
};
use crate::text::TextRange;

impl Lowering {
    /// `import a.b, c as d`: one import, and one statement, for each.
    pub(super) fn import_statement(&mut self, node: PythonNode<'_>, out: &mut Vec<StmtId>) {
        for name in node.children_in(Field::Name) {
            let stmt = self.b.open_stmt(range(node));
            let (dotted, alias) = match name.kind() {
                Kind::AliasedImport => (name.child(Field::Name), name.child(Field::Alias)),
                _ => (Some(name), None),
            };
            let specifier = ident(dotted.unwrap_or(name));
            let imported = match (alias, dotted.and_then(|dotted| dotted.named().next())) {
                (Some(alias), _) => ImportedName { what: Imported::Module, local: ident(alias) },
                (None, Some(first)) => ImportedName { what: Imported::Package, local: ident(first) },
                (None, None) => ImportedName { what: Imported::Package, local: specifier },
            };
            let import = self.import(range(node), specifier, 0, vec![imported]);
            self.b.site(specifier.range, SiteKind::Import { import, name: 0 });
            self.b.close_stmt(stmt, StmtKind::Import(import));
            out.push(stmt);
        }
    }

    /// `from ..a import b as c, d`.
    pub(super) fn import_from_statement(&mut self, node: PythonNode<'_>) -> StmtKind {
        let (specifier, level) = self.module_name(node);
        let mut names = vec![];
        for name in node.children_in(Field::Name) {
            let (imported, alias) = match name.kind() {
                Kind::AliasedImport => (name.child(Field::Name), name.child(Field::Alias)),
                _ => (Some(name), None),
            };
            let imported = ident(imported.unwrap_or(name));
            names.push(ImportedName { what: Imported::Name(imported), local: alias.map_or(imported, ident) });
        }
        if let Some(star) = node.child_of_kind(Kind::WildcardImport) {
            names.push(ImportedName { what: Imported::Star, local: ident(star) });
        }
        let import = self.import(range(node), specifier, level, names);
        for index in 0..self.b.module.import(import).names.len() {
            let imported = self.b.module.import(import).names.get(index).copied();
            if let Some(ImportedName { what: Imported::Name(name), .. }) = imported {
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                self.b.site(name.range, SiteKind::Import { import, name: index });
            }
        }
        StmtKind::Import(import)
    }

    /// The module that `from` names, and its leading dots.
    fn module_name(&self, node: PythonNode<'_>) -> (Ident, u32) {
        let after = |end: u32| Ident { range: TextRange { start: end, end } };
        let Some(module) = node.child(Field::ModuleName) else { return (after(node.start()), 0) };
        if module.kind() != Kind::RelativeImport {
            return (ident(module), 0);
        }
        let prefix = module.child_of_kind(Kind::ImportPrefix);
        let dots =
            prefix.map_or(0, |prefix| self.node_text(prefix).bytes().filter(|byte| *byte == b'.').count());
        let specifier = module.child_of_kind(Kind::DottedName).map_or(after(module.end()), ident);
        (specifier, u32::try_from(dots).unwrap_or(u32::MAX))
    }

    fn import(
        &mut self,
        range: TextRange,
        specifier: Ident,
        level: u32,
        names: Vec<ImportedName>,
    ) -> ImportId {
        let locals: Vec<Option<Ident>> =
            names.iter().map(|name| (name.what != Imported::Star).then_some(name.local)).collect();
        let scope = self.b.scope();
        let import = self.b.add_import(Import { specifier, level, names, type_only: false, range, scope });
        for (local, index) in locals.into_iter().zip(0..) {
            if let Some(local) = local {
                self.bind(local, BindingKind::Import { import, index });
            }
        }
        import
    }
}

//! What a name is bound to, here or in another file.

use std::rc::Rc;

use crate::code::eval::{Context, Evaluator, Question, TypeParamKey};
use crate::code::project::ImportTarget;
use crate::code::tree::{Binding, BindingKind, Export, ImportId, Imported, Module, ScopeId, ScopeOwner};
use crate::code::value::{ClassRef, FunctionRef, Known, Place, Value};
use crate::text::FileId;

/// A name as it is found: the bindings, and the scope that holds them.
pub struct Lookup<'m> {
    /// The bindings, in source order.
    pub bindings: Vec<&'m Binding>,
    /// The scope that holds them.
    pub scope: ScopeId,
    /// Whether a function lies between the use and the scope: then the order of statements says nothing.
    pub from_inner_function: bool,
}

impl Evaluator<'_> {
    /// Where the name is bound, from `scope` outwards.
    pub fn lookup<'m>(&self, module: &'m Module, scope: ScopeId, name: &str) -> Option<Lookup<'m>> {
        let mut current = Some(scope);
        let mut from_inner_function = false;
        while let Some(id) = current {
            let here = module.scope(id);
            // A Python class body is not visible from the functions in it; its type parameters are.
            let hidden =
                id != scope && module.language.is_python() && matches!(here.owner, ScopeOwner::Class(_));
            let mut bindings = module.bindings_named(id, name);
            bindings.retain(|binding| !hidden || matches!(binding.kind, BindingKind::ClassTypeParam { .. }));
            let outer = bindings.iter().any(|binding| binding.kind == BindingKind::Outer);
            if !bindings.is_empty() && !outer {
                return Some(Lookup { bindings, scope: id, from_inner_function });
            }
            from_inner_function |= matches!(here.owner, ScopeOwner::Function(_));
            current = here.parent;
        }
        None
    }

    /// The value of a name that stands at byte `at` in `scope`.
    pub fn name_value(&self, cx: Context<'_>, scope: ScopeId, name: &str, at: u32) -> Known {
        let Some(found) = self.lookup(cx.module, scope, name) else {
            return self.star_imported(cx.module, name).unwrap_or_else(|| self.builtin_name(cx.module, name));
        };
        let bindings = if found.from_inner_function
            || matches!(cx.module.scope(found.scope).owner, ScopeOwner::Class(_))
        {
            found.bindings
        } else {
            self.reaching(cx.module, &found.bindings, at)
        };
        self.join(bindings.iter().map(|binding| self.binding_value(cx, binding.kind)))
    }

    /// One value for several: the union; the proof of the first that matters; likely if one is.
    pub fn join(&self, values: impl IntoIterator<Item = Known>) -> Known {
        let values: Vec<Known> = values.into_iter().collect();
        let likely = values.iter().any(|known| known.likely);
        let trail = values.iter().find(|known| known.value.matters()).and_then(|known| known.trail.clone());
        // One alternative of several that is not known does not undo the others.
        let known = values.iter().filter(|known| !known.value.is_unknown()).map(|known| known.value.clone());
        Known { value: Value::union(known), likely, trail }
    }

    /// The value of a binding.
    pub fn binding_value(&self, cx: Context<'_>, binding: BindingKind) -> Known {
        let file = cx.module.file;
        match binding {
            BindingKind::Pattern(pattern) => self.pattern(cx, pattern),
            BindingKind::Function(id) => {
                Known::plain(Value::Function(FunctionRef { file, id, receiver: None, frame: cx.frame }))
            }
            BindingKind::Class(id) => Known::plain(Value::Class(ClassRef { file, id })),
            BindingKind::Alias(id) => Known::plain(Value::Alias(Place { file, id, frame: cx.frame })),
            BindingKind::Import { import, index } => self.import_value(cx.module, import, index),
            BindingKind::FunctionTypeParam { function, index } => {
                let params = &cx.module.function(function).type_params;
                self.type_param(cx, TypeParamKey::Function(file, function, index), params.get(index as usize))
            }
            BindingKind::ClassTypeParam { class, index } => {
                let params = &cx.module.class(class).type_params;
                self.type_param(cx, TypeParamKey::Class(file, class, index), params.get(index as usize))
            }
            BindingKind::AliasTypeParam { alias, index } => {
                let params = &cx.module.alias(alias).type_params;
                self.type_param(cx, TypeParamKey::Alias(file, alias, index), params.get(index as usize))
            }
            BindingKind::Outer => Known::unknown(),
        }
    }

    /// The value of a name that an import brings.
    fn import_value(&self, module: &Module, import: ImportId, index: u32) -> Known {
        let Some(name) = module.import(import).names.get(index as usize) else { return Known::unknown() };
        let target = self.project.resolve_import(module, import);
        match (target, name.what) {
            (ImportTarget::File(file), Imported::Name(what)) => {
                let what_text = module.text(what);
                let exported = self.export(file, what_text);
                if !exported.value.is_unknown() {
                    return exported;
                }
                self.submodule(&ImportTarget::File(file), what_text).unwrap_or(exported)
            }
            (ImportTarget::File(file), Imported::Default) => self.export(file, "default"),
            (ImportTarget::File(file), Imported::Module) => Known::plain(Value::Module(file)),
            (ImportTarget::Folder(path), Imported::Name(what)) => {
                self.submodule(&ImportTarget::Folder(path), module.text(what)).unwrap_or_else(Known::unknown)
            }
            (ImportTarget::Folder(path), Imported::Default | Imported::Module) => {
                Known::plain(Value::Package(path.into()))
            }
            (ImportTarget::External(path), Imported::Name(what)) => {
                Known::plain(Value::external(format!("{path}.{}", module.text(what))))
            }
            (ImportTarget::External(path), Imported::Default) => {
                Known::plain(Value::external(format!("{path}.default")))
            }
            (ImportTarget::External(path), Imported::Module) => Known::plain(Value::external(path)),
            (_, Imported::Package) => self.package_value(module, module.text(name.local)),
            (_, Imported::Star) => Known::unknown(),
        }
    }

    /// What `import a.b.c` binds: the package `a`.
    fn package_value(&self, module: &Module, name: &str) -> Known {
        Known::plain(match self.project.resolve_specifier(module.file, name) {
            ImportTarget::File(file) => Value::Module(file),
            ImportTarget::Folder(path) => Value::Package(path.into()),
            ImportTarget::External(path) => Value::external(path),
        })
    }

    /// A module inside a package.
    pub fn submodule(&self, package: &ImportTarget, name: &str) -> Option<Known> {
        Some(Known::plain(match self.project.submodule(package, name)? {
            ImportTarget::File(file) => Value::Module(file),
            ImportTarget::Folder(path) => Value::Package(path.into()),
            ImportTarget::External(path) => Value::external(path),
        }))
    }

    /// A name that `from x import *` may have brought.
    pub fn star_imported(&self, module: &Module, name: &str) -> Option<Known> {
        let mut of_library = None;
        for (index, import) in module.imports.iter().enumerate() {
            if import.names.iter().any(|imported| imported.what == Imported::Star) {
                let id = ImportId(u32::try_from(index).unwrap_or(u32::MAX));
                match self.project.resolve_import(module, id) {
                    ImportTarget::File(file) => {
                        let found = self.export(file, name);
                        if !found.value.is_unknown() {
                            return Some(found);
                        }
                    }
                    // It may have any name: it is believed after the project's own files.
                    ImportTarget::External(path) if path.starts_with("sqlalchemy") => {
                        let found = || Known::plain(Value::external(format!("{path}.{name}")));
                        of_library = of_library.or_else(|| Some(found()));
                    }
                    ImportTarget::External(_) | ImportTarget::Folder(_) => {}
                }
            }
        }
        of_library
    }

    /// What a file exports under `name`.
    pub fn export(&self, file: FileId, name: &str) -> Known {
        self.ask(Question::Export(file, Rc::from(name)), || {
            if !self.project.may_export(file, name) {
                return Known::unknown();
            }
            let Some(module) = self.module(file) else { return Known::unknown() };
            if module.language.is_python() {
                self.python_export(&module, name)
            } else {
                self.script_export(&module, name)
            }
        })
    }

    fn python_export(&self, module: &Module, name: &str) -> Known {
        let cx = Context::of(module);
        let found = module.bindings_named(module.root_scope(), name);
        if found.is_empty() {
            return self.star_imported(module, name).unwrap_or_else(Known::unknown);
        }
        self.join(found.iter().map(|binding| self.binding_value(cx, binding.kind)))
    }

    fn script_export(&self, module: &Module, name: &str) -> Known {
        let cx = Context::of(module);
        let mut stars = Vec::new();
        for export in &module.exports {
            match *export {
                Export::Local { exported, local } if module.text(exported) == name => {
                    return self.name_value(cx, module.root_scope(), module.text(local), u32::MAX);
                }
                Export::From { import, imported, exported } if module.text(exported) == name => {
                    return self.exported_through(module, import, module.text(imported));
                }
                Export::Star { import, alias: Some(alias) } if module.text(alias) == name => {
                    return match self.project.resolve_import(module, import) {
                        ImportTarget::File(file) => Known::plain(Value::Module(file)),
                        ImportTarget::External(path) => Known::plain(Value::external(path)),
                        ImportTarget::Folder(_) => Known::unknown(),
                    };
                }
                Export::Star { import, alias: None } => stars.push(import),
                Export::Default(expr) if name == "default" => return self.expr(cx, expr),
                Export::DefaultFunction(id) if name == "default" => {
                    return self.binding_value(cx, BindingKind::Function(id));
                }
                Export::DefaultClass(id) if name == "default" => {
                    return self.binding_value(cx, BindingKind::Class(id));
                }
                Export::Whole(expr) => {
                    let whole = self.expr(cx, expr);
                    return if name == "default" { whole } else { self.member(&whole, name) };
                }
                Export::Property { exported, value } if module.text(exported) == name => {
                    return self.expr(cx, value);
                }
                Export::Local { .. }
                | Export::From { .. }
                | Export::Star { .. }
                | Export::Default(_)
                | Export::DefaultFunction(_)
                | Export::DefaultClass(_)
                | Export::Property { .. } => {}
            }
        }
        // A library may have any name: it is believed after the project's own files.
        let mut of_library = Known::unknown();
        for import in stars {
            let found = self.exported_through(module, import, name);
            match found.value {
                Value::Unknown => {}
                Value::External(_) if of_library.value.is_unknown() => of_library = found,
                Value::External(_) => {}
                _ => return found,
            }
        }
        of_library
    }

    fn exported_through(&self, module: &Module, import: ImportId, name: &str) -> Known {
        match self.project.resolve_import(module, import) {
            ImportTarget::File(file) => self.export(file, name),
            ImportTarget::External(path) => Known::plain(Value::external(format!("{path}.{name}"))),
            ImportTarget::Folder(_) => Known::unknown(),
        }
    }
}

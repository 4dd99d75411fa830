//! Names: frames, modules, imports, members.

use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::code::interpret::{
    Arguments, ClassValueId, Code, External, Frame, FrameId, Run, Runner, Stop, Value, pending,
};
use crate::code::project::ImportTarget;
use crate::code::tree::{BindingKind, ImportId, Imported, Module};
use crate::text::{FileId, Span};

/// How many frames around a name are looked through.
const MOST_FRAMES: usize = 128;

impl Runner<'_, '_> {
    /// The value of a name.
    pub(super) fn lookup(&mut self, code: &Code, name: &str) -> Run<Value> {
        let mut at = Some(code.frame);
        let mut outermost = code.frame;
        for _ in 0..MOST_FRAMES {
            let Some(frame) = at else { break };
            outermost = frame;
            self.demand(frame, name)?;
            let found = self.interpreter.heap.frame(frame);
            if let Some(value) = found.names.get(name) {
                let value = value.clone();
                if !matches!(value, Value::Import { .. }) {
                    return Ok(value);
                }
                let settled = self.settle(value)?;
                self.heap().frame_mut(frame).names.insert(Rc::from(name), settled.clone());
                return Ok(settled);
            }
            at = found.parent;
        }
        if let Some(value) = self.starred(outermost, name)? {
            return Ok(value);
        }
        if name == "__file__" && !self.interpreter.script {
            return Ok(Value::text(self.interpreter.project.sources().path(code.module.file)));
        }
        if self.interpreter.script {
            if let Some(place) = super::javascript::place_name(self.interpreter, code.module.file, name) {
                return Ok(place);
            }
            if super::javascript::is_global(name) {
                return Ok(Value::Builtin(Rc::from(name)));
            }
        } else if super::builtins::is_builtin(name) {
            return Ok(Value::Builtin(Rc::from(name)));
        }
        Ok(Value::Unknown(Rc::from(format!("`{name}` is not known before it runs"))))
    }

    /// A name from a `from x import *` of the module.
    fn starred(&mut self, frame: FrameId, name: &str) -> Run<Option<Value>> {
        let stars = self.interpreter.heap.frame(frame).stars.clone();
        let mut outside = None;
        for (file, import) in stars.into_iter().rev() {
            let Some(module) = self.interpreter.project.module(file) else { continue };
            match self.interpreter.project.resolve_import(&module, import) {
                ImportTarget::File(target) if target != file => {
                    if let Some(value) = self.module_attribute(target, name)? {
                        return Ok(Some(value));
                    }
                }
                ImportTarget::External(path) => outside = Some(path),
                ImportTarget::File(_) | ImportTarget::Folder(_) => {}
            }
        }
        // Whether a library has the name is not known; a builtin of this name is the better guess.
        let outside = outside.filter(|_| !super::builtins::is_builtin(name));
        Ok(outside.map(|path| self.interpreter.symbol(&format!("{path}.{name}"))))
    }

    /// The frame in which an assignment to `name` binds: this one, or where `global` and `nonlocal` point.
    pub(super) fn frame_to_write(&self, code: &Code, name: &str) -> FrameId {
        let declared_outer =
            self.interpreter.outer_names.get(&code.module.file).is_some_and(|names| names.contains(name));
        if !declared_outer {
            return code.frame;
        }
        let heap = &self.interpreter.heap;
        let mut at = heap.frame(code.frame).parent;
        for _ in 0..MOST_FRAMES {
            let Some(frame) = at else { break };
            if heap.frame(frame).names.contains_key(name) {
                return frame;
            }
            at = heap.frame(frame).parent;
        }
        code.frame
    }

    /// The names of a module. Nothing of it has run yet: statements run when somebody asks for a name that they bind.
    pub fn module_frame(&mut self, file: FileId) -> Option<FrameId> {
        if let Some(frame) = self.interpreter.modules.get(&file) {
            return Some(*frame);
        }
        let module = self.interpreter.project.module(file)?;
        let (pending, stars) = pending::of_module(&module);
        let stars = stars.into_iter().map(|import| (file, import)).collect();
        let frame = self.heap().push_frame(Frame { module: Some(file), stars, ..Frame::default() });
        self.interpreter.modules.insert(file, frame);
        self.interpreter.pending.insert(file, pending);
        self.interpreter.outer_names.insert(file, outer_names(&module));
        Some(frame)
    }

    /// Runs the statements of a module that bind or change `name`, in their order, once. An exception ends only them.
    pub(super) fn demand(&mut self, frame: FrameId, name: &str) -> Run<()> {
        let Some(file) = self.interpreter.heap.frame(frame).module else { return Ok(()) };
        let Some(statements) = self.interpreter.pending.get_mut(&file).and_then(|names| names.remove(name))
        else {
            return Ok(());
        };
        let Some(module) = self.interpreter.project.module(file) else { return Ok(()) };
        let code = Code::new(module, frame);
        for statement in statements {
            let done = !self.interpreter.done.insert((file, statement));
            if done {
                continue;
            }
            let steps = self.interpreter.limits.side_steps;
            match self.limited(steps, |run| run.deeper(|run| run.run_block(&code, &[statement]))) {
                Err(stop @ Stop::Exhausted(_)) => return Err(stop),
                Ok(_) | Err(Stop::Raise(_)) => {}
            }
        }
        Ok(())
    }

    /// The values of a module's own names, in the order in which the names stand, but for those that reach a limit.
    pub fn module_values(&mut self, file: FileId) -> Vec<Value> {
        let Some(frame) = self.module_frame(file) else { return Vec::new() };
        let Some(module) = self.interpreter.project.module(file) else { return Vec::new() };
        let bindings = module.scope(module.root_scope()).bindings.iter();
        let own = bindings.filter(|binding| !matches!(binding.kind, BindingKind::Import { .. }));
        let mut values = Vec::new();
        for binding in own {
            let name = module.text(binding.name);
            // What is beyond the limits is left out, and nothing beside it.
            if self.demand(frame, name).is_err() {
                continue;
            }
            values.extend(self.interpreter.heap.frame(frame).names.get(name).cloned());
        }
        values
    }

    /// The classes that a module's own names are bound to, in the order in which the names stand.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn module_classes(&mut self, file: FileId) -> Run<Vec<ClassValueId>> {
        let mut classes = Vec::new();
        for value in self.module_values(file) {
            if let Value::Class(class) = value
                && !classes.contains(&class)
            {
                classes.push(class);
            }
        }
        Ok(classes)
    }

    /// A name of a module of the project, or a module in its package.
    ///
    /// # Errors
    /// A limit that was reached while the module ran.
    pub fn module_attribute(&mut self, file: FileId, name: &str) -> Run<Option<Value>> {
        if self.interpreter.script {
            return self.exported(file, name);
        }
        if let Some(frame) = self.module_frame(file) {
            self.demand(frame, name)?;
            let bound = self.interpreter.heap.frame(frame).names.get(name).cloned();
            if let Some(value) = bound.filter(|value| !self.leads_back(file, name, value)) {
                return Ok(Some(self.settle(value)?));
            }
            if let Some(value) = self.deeper(|run| run.starred(frame, name))? {
                return Ok(Some(value));
            }
        }
        let path = self.interpreter.project.sources().path(file);
        let folder = path.strip_suffix("/__init__.py").or((path == "__init__.py").then_some(""));
        if let Some(module) = folder.and_then(|folder| self.submodule(folder, name)) {
            return Ok(Some(module));
        }
        self.computed_attribute(file, name)
    }

    /// Whether a name is imported from the module itself: `from app import settings` in `app/__init__.py` is the module
    /// `app.settings`.
    fn leads_back(&self, file: FileId, wanted: &str, value: &Value) -> bool {
        let Value::Import { file: importing, import, name } = value else { return false };
        let project = self.interpreter.project;
        let Some(module) = (*importing == file).then(|| project.module(file)).flatten() else { return false };
        let is_name =
            |imported: &Imported| matches!(imported, Imported::Name(name) if module.text(*name) == wanted);
        let imported = module.import(*import).names.get(*name as usize);
        imported.is_some_and(|imported| is_name(&imported.what))
            && matches!(project.resolve_import(&module, *import), ImportTarget::File(target) if target == file)
    }

    /// What a module's own `__getattr__` gives for a name that it does not have (PEP 562).
    fn computed_attribute(&mut self, file: FileId, name: &str) -> Run<Option<Value>> {
        let own = !name.starts_with("__");
        let Some(frame) = self.module_frame(file).filter(|_| own) else { return Ok(None) };
        self.demand(frame, "__getattr__")?;
        let function = self.interpreter.heap.frame(frame).names.get("__getattr__").cloned();
        let Some(function @ Value::Function(_)) = function else { return Ok(None) };
        let arguments = Rc::new(Arguments::of(vec![Value::text(name)]));
        let given = self.call(&function, &arguments, Span::new(file, 0, 0))?;
        Ok((!matches!(given, Value::Unknown(_))).then_some(given))
    }

    /// The module or package of this name in a folder.
    fn submodule(&self, folder: &str, name: &str) -> Option<Value> {
        let sources = self.interpreter.project.sources();
        let base = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
        let package = sources.find(&format!("{base}/__init__.py"));
        if let Some(file) = package.or_else(|| sources.find(&format!("{base}.py"))) {
            return Some(Value::Module(file));
        }
        let inside = format!("{base}/");
        let is_folder = sources.ids().any(|file| sources.path(file).starts_with(&inside));
        is_folder.then(|| Value::Package(Rc::from(base)))
    }

    /// The value behind an import that nobody has asked for yet; any other value as it is.
    pub(super) fn settle(&mut self, value: Value) -> Run<Value> {
        let mut value = value;
        for _ in 0..MOST_FRAMES {
            let Value::Import { file, import, name } = value else { return Ok(value) };
            value = self.deeper(|run| run.imported(file, import, name))?;
        }
        Ok(Value::unknown("an import leads in a circle"))
    }

    fn imported(&mut self, file: FileId, import: ImportId, name: u32) -> Run<Value> {
        let Some(module) = self.interpreter.project.module(file) else {
            return Ok(Value::unknown("the file cannot be read"));
        };
        let Some(imported) = module.import(import).names.get(name as usize) else {
            return Ok(Value::unknown("the import is not understood"));
        };
        let target = self.import_target(&module, import);
        match imported.what {
            Imported::Name(name) => self.imported_name(&target, module.text(name)),
            Imported::Default => self.imported_name(&target, "default"),
            Imported::Module => self.target_value(&target),
            Imported::Package => Ok(self.first_package(&module, import, &target)),
            Imported::Star => Ok(Value::unknown("an import of all names has no value")),
        }
    }

    /// Where an import leads. A module beside a script, or beside its folder, is found too where nothing else is: tools that
    /// load scripts put these folders on the path. A module that is imported by its package is no script.
    fn import_target(&self, module: &Module, import: ImportId) -> ImportTarget {
        let project = self.interpreter.project;
        let target = project.resolve_import(module, import);
        let ImportTarget::External(path) = &target else { return target };
        if path.contains('.') || module.import(import).level > 0 {
            return target;
        }
        let sources = project.sources();
        if !self.host.is_script(self.interpreter, module.file) || self.host.is_library(path) {
            return target;
        }
        let mut folder = sources.path(module.file);
        for _ in 0..2 {
            let Some((parent, _)) = folder.rsplit_once('/') else { break };
            folder = parent;
            if let Some(file) =
                sources.find(&format!("{folder}/{path}.py")).filter(|file| *file != module.file)
            {
                return ImportTarget::File(file);
            }
        }
        target
    }

    pub(super) fn target_value(&mut self, target: &ImportTarget) -> Run<Value> {
        match target {
            ImportTarget::File(file) if self.interpreter.script => self.module_value(*file),
            ImportTarget::File(file) => Ok(Value::Module(*file)),
            ImportTarget::Folder(path) => Ok(Value::Package(Rc::from(path.as_str()))),
            ImportTarget::External(path) => Ok(self.interpreter.symbol(path)),
        }
    }

    pub(super) fn imported_name(&mut self, target: &ImportTarget, name: &str) -> Run<Value> {
        match target {
            ImportTarget::File(file) => {
                let value = self.module_attribute(*file, name)?;
                let path = self.interpreter.project.sources().path(*file);
                Ok(value.unwrap_or_else(|| {
                    Value::Unknown(Rc::from(format!("`{name}` of {path} is not known before it runs")))
                }))
            }
            ImportTarget::Folder(path) => match self.submodule(path, name) {
                Some(module) => Ok(module),
                // A folder without `__init__.py` yields to an installed package of its name, and `alembic/` is such a
                // folder in many projects.
                None => {
                    let package = path.rsplit('/').next().unwrap_or(path);
                    Ok(self.library_name(package, name))
                }
            },
            ImportTarget::External(path) => Ok(self.library_name(path, name)),
        }
    }

    /// A name of a library. A few have a value here.
    fn library_name(&mut self, path: &str, name: &str) -> Value {
        match (path, name) {
            (_, "default") if self.interpreter.script => self.interpreter.symbol(path),
            _ => {
                let path = format!("{path}.{name}");
                let constant = self.library_constant(&path);
                constant.unwrap_or_else(|| self.interpreter.symbol(&path))
            }
        }
    }

    /// `import a.b.c` binds `a`.
    fn first_package(&mut self, module: &Module, import: ImportId, target: &ImportTarget) -> Value {
        let specifier = module.text(module.import(import).specifier);
        let first = specifier.split('.').next().unwrap_or(specifier);
        let rest = specifier.split('.').count().saturating_sub(1);
        let sources = self.interpreter.project.sources();
        let path = match target {
            ImportTarget::External(_) => return self.interpreter.symbol(first),
            ImportTarget::File(file) => {
                let path = sources.path(*file);
                path.strip_suffix("/__init__.py").or_else(|| path.strip_suffix(".py")).unwrap_or(path)
            }
            ImportTarget::Folder(path) => path,
        };
        let mut folder = path;
        for _ in 0..rest {
            folder = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        }
        let outer = folder.rsplit_once('/').map_or("", |(parent, _)| parent);
        self.submodule(outer, first).unwrap_or_else(|| Value::Package(Rc::from(folder)))
    }

    /// `import("x")`, `require("x")`.
    pub(super) fn whole_module(&mut self, code: &Code, import: ImportId) -> Run<Value> {
        let target = self.interpreter.project.resolve_import(&code.module, import);
        self.target_value(&target)
    }

    /// `object.name`.
    ///
    /// # Errors
    /// What a property raises, or a limit that was reached.
    pub fn member(&mut self, object: &Value, name: &str) -> Run<Value> {
        self.deeper(|run| run.member_kind(object, name))
    }

    fn member_kind(&mut self, object: &Value, name: &str) -> Run<Value> {
        let missing = || Value::Unknown(Rc::from(format!("`{name}` is not known before it runs")));
        if self.interpreter.script
            && let Some(value) = self.script_member(object, name)
        {
            return Ok(value);
        }
        match object {
            Value::External(id) => {
                let host = &mut *self.host;
                if let Some(value) = host.member(self.interpreter, *id, name) {
                    return Ok(value);
                }
                if let Some(value) = self.path_member(*id, name) {
                    return Ok(value);
                }
                if let External::Symbol(path) = self.interpreter.heap.external(*id) {
                    let path = format!("{path}.{name}");
                    if let Some(value) = self.library_constant(&path) {
                        return Ok(value);
                    }
                }
                let member = match self.interpreter.heap.external(*id) {
                    External::Symbol(path) => External::Symbol(Rc::from(format!("{path}.{name}"))),
                    External::Member { .. } | External::Call { .. } => {
                        External::Member { object: *id, name: Rc::from(name) }
                    }
                };
                Ok(Value::External(self.heap().push_external(member)))
            }
            Value::Module(file) => Ok(self.module_attribute(*file, name)?.unwrap_or_else(missing)),
            Value::Package(path) => Ok(self.submodule(path, name).unwrap_or_else(missing)),
            Value::Class(id) => self.class_member(*id, name),
            Value::Instance(id) => self.instance_member(*id, name),
            Value::Import { .. } => match self.settle(object.clone())? {
                Value::Import { .. } => Ok(missing()),
                settled => self.member(&settled, name),
            },
            Value::Function(id) | Value::Bound(_, id) if name == "__name__" => {
                let closure = self.interpreter.heap.closure(*id);
                let name = closure.module.function(closure.function).name;
                Ok(name.map_or_else(missing, |name| Value::text(closure.module.text(name))))
            }
            Value::Dict(_) => match self.interpreter.entry(object, name) {
                Some(value) => Ok(value.clone()),
                None => Ok(Value::Method(Rc::new(object.clone()), Rc::from(name))),
            },
            Value::List(id) | Value::Tuple(id) if self.named_item(*id, name).is_some() => {
                Ok(self.named_item(*id, name).unwrap_or_else(missing))
            }
            Value::Str(_) | Value::List(_) | Value::Tuple(_) | Value::Set(_) => {
                Ok(Value::Method(Rc::new(object.clone()), Rc::from(name)))
            }
            Value::Unknown(_) => Ok(object.clone()),
            Value::None
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Float(_)
            | Value::Function(_)
            | Value::Bound(..)
            | Value::Method(..)
            | Value::Builtin(_) => Ok(missing()),
        }
    }

    /// `object.name = value`.
    pub(super) fn set_member(&mut self, object: &Value, name: &str, value: Value) -> Run<()> {
        match object {
            Value::Instance(id) => {
                self.heap().instance_mut(*id).attributes.insert(Rc::from(name), value);
            }
            Value::Class(id) => {
                let frame = self.class_frame(*id)?;
                self.heap().frame_mut(frame).names.insert(Rc::from(name), value);
            }
            Value::Dict(_) if self.interpreter.script => self.set_item(object, &Value::text(name), value),
            _ => {}
        }
        Ok(())
    }
}

/// The names that some function of the module declares `global` or `nonlocal`.
fn outer_names(module: &Module) -> FxHashSet<String> {
    let bindings = module.scopes.iter().flat_map(|scope| &scope.bindings);
    let outer = bindings.filter(|binding| binding.kind == BindingKind::Outer);
    outer.map(|binding| module.text(binding.name).to_owned()).collect()
}

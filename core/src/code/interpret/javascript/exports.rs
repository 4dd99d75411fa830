//! What a module gives to those that import it.

use crate::code::interpret::{Code, Run, Runner, Value};
use crate::code::project::ImportTarget;
use crate::code::tree::Export;
use crate::text::FileId;

impl Runner<'_, '_> {
    /// What a module exports under this name.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn exported(&mut self, file: FileId, name: &str) -> Run<Option<Value>> {
        self.deeper(|run| run.exported_kind(file, name))
    }

    fn exported_kind(&mut self, file: FileId, name: &str) -> Run<Option<Value>> {
        let Some(code) = self.module_code(file) else { return Ok(None) };
        let exports = code.module.exports.clone();
        for export in exports.iter().rev() {
            if self.export_name(&code, *export) == Some(name)
                && let Some(value) = self.export_value(&code, *export)?
            {
                return Ok(Some(value));
            }
        }
        for export in exports {
            let found = match export {
                Export::Whole(_) => {
                    let whole = self.export_value(&code, export)?.unwrap_or(Value::None);
                    match name {
                        "default" => Some(whole),
                        _ => Some(self.member(&whole, name)?),
                    }
                }
                Export::Star { import, alias: None } => {
                    match self.interpreter.project.resolve_import(&code.module, import) {
                        ImportTarget::File(target) if target != file => self.exported(target, name)?,
                        ImportTarget::File(_) | ImportTarget::Folder(_) | ImportTarget::External(_) => None,
                    }
                }
                _ => None,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        // A CommonJS module that is imported as one with a default export.
        Ok((name == "default").then_some(Value::Module(file)))
    }

    /// The function that a module exports under this name, itself or in its default export.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn exported_function(&mut self, file: FileId, name: &str) -> Run<Option<Value>> {
        let direct = self.exported(file, name)?;
        let found = match direct {
            Some(value) if is_function(&value) => Some(value),
            _ => match self.exported(file, "default")? {
                Some(Value::Module(_)) | None => None,
                Some(default) => Some(self.member(&default, name)?),
            },
        };
        Ok(found.filter(is_function))
    }

    /// The module as a value: what `module.exports` was set to, else its exports by name.
    pub(in crate::code::interpret) fn module_value(&mut self, file: FileId) -> Run<Value> {
        let Some(code) = self.module_code(file) else { return Ok(Value::Module(file)) };
        let whole = code.module.exports.iter().rev().copied();
        match whole.into_iter().find(|export| matches!(export, Export::Whole(_))) {
            Some(export) => Ok(self.export_value(&code, export)?.unwrap_or(Value::Module(file))),
            None => Ok(Value::Module(file)),
        }
    }

    /// All values that a module exports by itself, in the order in which it does.
    ///
    /// # Errors
    /// A limit that was reached.
    pub fn exported_values(&mut self, file: FileId) -> Run<Vec<Value>> {
        let Some(code) = self.module_code(file) else { return Ok(Vec::new()) };
        let mut values = Vec::new();
        for export in code.module.exports.clone() {
            if let Some(value) = self.export_value(&code, export)? {
                match &value {
                    Value::Dict(id) => {
                        let entries = self.interpreter.heap.dict(*id).clone();
                        values.extend(entries.into_iter().map(|(_, value)| value));
                    }
                    Value::List(id) => values.extend(self.interpreter.heap.items(*id).clone()),
                    _ => values.push(value),
                }
            }
        }
        Ok(values)
    }

    fn module_code(&mut self, file: FileId) -> Option<Code> {
        let frame = self.module_frame(file)?;
        Some(Code::new(self.interpreter.project.module(file)?, frame))
    }

    fn export_name<'c>(&self, code: &'c Code, export: Export) -> Option<&'c str> {
        match export {
            Export::Local { exported, .. }
            | Export::From { exported, .. }
            | Export::Property { exported, .. } => Some(code.module.text(exported)),
            Export::Star { alias, .. } => alias.map(|alias| code.module.text(alias)),
            Export::Default(_) | Export::DefaultFunction(_) | Export::DefaultClass(_) => Some("default"),
            Export::Whole(_) => None,
        }
    }

    fn export_value(&mut self, code: &Code, export: Export) -> Run<Option<Value>> {
        let own = |ident| code.module.text(ident).to_owned();
        match export {
            Export::Local { local, .. } => self.own_name(code, &own(local)),
            Export::Property { value, .. } | Export::Default(value) | Export::Whole(value) => {
                let value = self.eval(code, value)?;
                self.settle(value).map(Some)
            }
            Export::DefaultFunction(function) => match code.module.function(function).name {
                Some(name) => self.own_name(code, &own(name)),
                None => Ok(Some(self.closure(code, function))),
            },
            Export::DefaultClass(class) => match code.module.class(class).name {
                Some(name) => self.own_name(code, &own(name)),
                None => Ok(Some(self.class_value(code, class))),
            },
            Export::From { import, imported, .. } => {
                let target = self.interpreter.project.resolve_import(&code.module, import);
                self.imported_name(&target, &own(imported)).map(Some)
            }
            Export::Star { import, alias: Some(_) } => {
                let target = self.interpreter.project.resolve_import(&code.module, import);
                self.target_value(&target).map(Some)
            }
            Export::Star { alias: None, .. } => Ok(None),
        }
    }

    /// A name of the module itself.
    fn own_name(&mut self, code: &Code, name: &str) -> Run<Option<Value>> {
        self.demand(code.frame, name)?;
        let value = self.interpreter.heap.frame(code.frame).names.get(name).cloned();
        value.map(|value| self.settle(value)).transpose()
    }
}

fn is_function(value: &Value) -> bool {
    matches!(value, Value::Function(_) | Value::Bound(..))
}

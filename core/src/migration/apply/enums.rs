//! Enum types, and the columns that are of them.

use super::Step;
use crate::migration::OperationKind;
use crate::schema::{ColumnType, DefaultValue, EnumType, EnumValue, TableName};

impl Step<'_> {
    pub(super) fn take_enum(&mut self, kind: &OperationKind) {
        match kind {
            OperationKind::CreateEnum { item, if_not_exists } => self.create_enum(item, *if_not_exists),
            OperationKind::DropEnum { name, cascade } => self.drop_enum(name, *cascade),
            OperationKind::RenameEnum { name, to } => self.rename_enum(name, to),
            OperationKind::AddEnumValue { name, value, before, after } => {
                self.add_enum_value(name, value, before.as_deref(), after.as_deref());
            }
            OperationKind::RenameEnumValue { name, value, to } => self.rename_enum_value(name, value, to),
            _ => {}
        }
    }

    /// With `CASCADE`, columns of the type go, whether it is an enum or another named type.
    pub(super) fn drop_enum(&mut self, name: &TableName, cascade: bool) {
        let gone = self.schema.canonical(name);
        self.schema.enums.retain(|item| item.name != gone);
        self.schema.domains.retain(|item| item.name != gone);
        if self.schema.composites.iter().any(|item| item.name == gone) {
            self.on_composites(|step| step.drop_table(&gone, true, cascade, &[]));
        }
        if !cascade {
            return;
        }
        let gone = gone.to_string();
        let cast = format!("::\"{gone}\"");
        for column in self.schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
            let depends = |value: &DefaultValue| matches!(value, DefaultValue::Expression(text) if text.contains(&cast));
            if column.default.as_ref().is_some_and(depends) {
                column.default = None;
            }
        }
        let columns = self.schema.tables.iter().flat_map(|table| {
            let typed = table.columns.iter().filter(|column| column.ty.named_type() == Some(&gone));
            typed.map(|column| (table.name.clone(), column.name.clone()))
        });
        for (table, column) in columns.collect::<Vec<_>>() {
            self.quietly(|step| step.drop_column(&table, &column, true, true));
        }
    }

    fn create_enum(&mut self, item: &EnumType, if_not_exists: bool) {
        let name = self.schema.canonical(&item.name);
        if self.schema.enum_type(&name).is_some() {
            if !if_not_exists {
                self.note(&name, format_args!("enum {name} is there already"));
            }
            return;
        }
        self.schema.enums.push(EnumType { name, ..item.clone() });
    }

    pub(super) fn rename_enum(&mut self, name: &TableName, to: &TableName) {
        let (before, after) = (self.schema.canonical(name), self.schema.canonical(to));
        let span = self.span;
        for domain in self.schema.domains.iter_mut().filter(|domain| domain.name == before) {
            domain.name.clone_from(&after);
        }
        let listed = self.schema.enum_type_mut(&before).map(|item| {
            item.name = after.clone();
            item.span = span;
        });
        if self.schema.composites.iter().any(|item| item.name == before) {
            self.on_composites(|step| step.rename_table(&before, &after, true));
        }
        let (before, after) = (before.to_string(), after.to_string());
        for column in self.schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
            if column.ty.named_type() == Some(before.as_str()) {
                column.ty =
                    if listed.is_some() { column.ty.over_enum(&after) } else { column.ty.over_named(&after) };
            }
        }
    }

    fn add_enum_value(&mut self, name: &TableName, value: &str, before: Option<&str>, after: Option<&str>) {
        let span = self.span;
        let Some(item) = self.schema.enum_type_mut(name) else {
            self.note(name, format_args!("enum {name} is not known here"));
            return;
        };
        if item.values.iter().any(|known| known.name == value) {
            return;
        }
        let position =
            |wanted: Option<&str>| item.values.iter().position(|known| Some(known.name.as_str()) == wanted);
        let index = position(before).or_else(|| position(after).map(|index| index + 1));
        let index = index.unwrap_or(item.values.len());
        item.values.insert(index, EnumValue { name: value.to_owned(), span });
    }

    fn rename_enum_value(&mut self, name: &TableName, value: &str, to: &str) {
        let span = self.span;
        let found = self
            .schema
            .enum_type_mut(name)
            .and_then(|item| item.values.iter_mut().find(|known| known.name == value));
        match found {
            Some(known) => {
                *known = EnumValue { name: to.to_owned(), span };
                self.rename_value_in_defaults(name, value, to);
            }
            None => self.note(name, format_args!("value '{value}' of enum {name} is not known here")),
        }
    }

    /// Defaults hold the value itself, whatever it is called.
    fn rename_value_in_defaults(&mut self, name: &TableName, value: &str, to: &str) {
        let (name, before) = (self.schema.canonical(name).to_string(), format!("'{value}'"));
        for column in self.schema.tables.iter_mut().flat_map(|table| &mut table.columns) {
            if let Some(DefaultValue::Expression(text)) = &mut column.default
                && column.ty.named_type() == Some(&name)
                && text.starts_with(&before)
            {
                text.replace_range(..before.len(), &format!("'{to}'"));
            }
        }
    }

    /// The type, known as an enum where its name is one.
    pub(super) fn resolved_type(&self, ty: &ColumnType) -> ColumnType {
        let Some(name) = ty.named_type() else {
            return ty.clone();
        };
        let known = self.schema.enums.iter().find(|item| item.name.to_string() == name);
        // An unqualified name is found along the search path, which the reader may not know.
        let known = known.or_else(|| self.schema.enums.iter().find(|item| item.name.name == name));
        match known {
            Some(item) => ty.over_enum(&item.name.to_string()),
            None => ty.clone(),
        }
    }
}

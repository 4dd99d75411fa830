//! Which entities stand for a table, and what code calls their fields.

use crate::code::eval::EntityInfo;
use crate::code::project::classes::Stands;
use crate::code::value::ClassRef;
use crate::schema::{EntityId, FieldKind, TableName};
use crate::usage::find::{Finder, Target};

impl Finder<'_> {
    /// The entities that stand for the table. Classes that may map it are read on the first question.
    pub(super) fn entities_of(&self, table: &TableName) -> Vec<EntityId> {
        self.read_classes_of(table, None);
        let wanted = self.schema.canonical(table);
        let known = self.eval.entities();
        let matching =
            known.into_iter().filter(|(_, info)| self.schema.canonical(&info.entity.table) == wanted);
        matching.map(|(id, _)| id).collect()
    }

    /// Makes the classes known that may stand for the table, or declare the column for a class that does: those of files
    /// that say the table's name in a string, declare the column or compute the name of a table; those whose own name the
    /// table's is made of; and, over however many steps, what is derived from one of them and may stand for the table too.
    fn read_classes_of(&self, table: &TableName, column: Option<&str>) {
        let index = self.eval.class_index();
        if index.files.is_empty() {
            return;
        }
        if !self.classes_read.borrow_mut().insert((table.clone(), column.map(str::to_owned))) {
            return;
        }
        let mut words = vec![(table.name.as_str(), Stands::TableName)];
        words.extend(column.map(|column| (column, Stands::Declared)));
        let mut files = self.project.files_with(&index.files, &words);
        // Flask-SQLAlchemy and SQLModel make the table's name of the class's name; others add an `s` to it.
        let joined = table.name.replace('_', "");
        for name in [joined.as_str(), joined.strip_suffix('s').unwrap_or("")] {
            files.extend(index.declaring(name));
        }
        files.extend(&index.computed);
        let mut followed = 0;
        while !files.is_empty() {
            self.eval.read_mapped(&files);
            files.clear();
            for (_, info) in self.eval.entities().into_iter().skip(followed) {
                followed += 1;
                if self.may_name_table(&info, table) {
                    files.extend(index.deriving(&info.entity.name));
                }
            }
        }
    }

    /// Whether a class derived from the entity's can stand for the table without saying its name: the parent's table is its
    /// own, or the parent computes the name of a table.
    fn may_name_table(&self, info: &EntityInfo, table: &TableName) -> bool {
        let computes = |class: ClassRef| self.eval.class_index().computed.contains(&class.file);
        self.schema.canonical(&info.entity.table) == self.schema.canonical(table)
            || (info.entity.is_abstract && info.class.is_some_and(computes))
    }

    /// The entities of the table with the field that stands for the column. An entity without such a field (the model was
    /// edited already) is reached by the column's own name, where nothing else has it.
    pub(super) fn targets(&self, table: &TableName, column: &str) -> Vec<Target> {
        let mut targets = Vec::new();
        self.read_classes_of(table, Some(column));
        for entity in self.entities_of(table) {
            let Some(info) = self.eval.entity(entity) else { continue };
            let named: Vec<String> = info
                .entity
                .fields
                .iter()
                // The client does not know a field that it was told to ignore.
                .filter(|field| field.column() == Some(column) && !field.ignored)
                .map(|field| field.name.clone())
                .collect();
            // A property that took the column's place is none.
            let is_declared = || info.class.is_some_and(|class| self.eval.declares_member(class, column));
            if named.is_empty() && info.entity.field(column).is_none() && !is_declared() {
                targets.push(Target { entity, field: Some(column.to_owned()) });
            }
            targets.extend(named.into_iter().map(|field| Target { entity, field: Some(field) }));
        }
        // Rows of SQL carry the column by its own name.
        if let Some(table) = self.schema.table(table) {
            let entity = self.eval.table_entity(table);
            targets.push(Target { entity, field: Some(column.to_owned()) });
        }
        targets
    }

    /// The tables of the classes of this name, case aside, without their schemas.
    pub fn tables_of_classes(&self, name: &str) -> Vec<String> {
        let classes = self.eval.entities_called(name).into_iter().filter_map(|id| self.eval.entity(id));
        classes.map(|info| info.entity.table.name.clone()).collect()
    }

    /// Makes the classes known that have one of the names, or stand for a table that has.
    pub(super) fn read_classes_called(&self, names: &[&str]) {
        for name in names {
            self.eval.entities_called(name);
            let bare = name.rsplit('.').next().unwrap_or(name);
            self.read_classes_of(&TableName::plain(bare), None);
        }
    }

    /// Reads every file that may map a class, once.
    pub(super) fn read_mapped_classes(&self) {
        self.eval.read_mapped(&self.eval.class_index().files);
    }

    /// Names by which code reaches the entities of a table as the subject of queries.
    pub(super) fn reference_names(&self, entities: &[EntityId]) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for id in entities {
            let Some(info) = self.eval.entity(*id) else { continue };
            if info.entity.name.is_empty() {
                continue;
            }
            names.push(info.entity.name.clone());
            for library in self.eval.libraries() {
                names.extend(library.reference_names(&info.entity));
            }
        }
        names.sort();
        names.dedup();
        names
    }

    /// Relation fields, by code name, that lead to one of the entities.
    pub(super) fn relations_to(&self, entities: &[EntityId]) -> Vec<Target> {
        let names: Vec<String> = entities
            .iter()
            .filter_map(|id| self.eval.entity(*id))
            .map(|info| info.entity.name.clone())
            .filter(|name| !name.is_empty())
            .collect();
        let words: Vec<(&str, Stands)> = names.iter().map(|name| (name.as_str(), Stands::Anywhere)).collect();
        self.eval.read_mapped(&self.project.files_with(&self.eval.class_index().files, &words));
        let mut found = Vec::new();
        for (entity, info) in self.eval.entities() {
            for field in &info.entity.fields {
                if let FieldKind::Relation { entity: other, .. } = &field.kind
                    && names.contains(other)
                {
                    found.push(Target { entity, field: Some(field.name.clone()) });
                }
            }
        }
        found
    }
}

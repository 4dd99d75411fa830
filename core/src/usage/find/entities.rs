//! Which entities stand for a table, and what code calls their fields.

use crate::code::project::scan::ScanFilter;
use crate::schema::{EntityId, FieldKind, TableName};
use crate::text::FileId;
use crate::usage::find::{Finder, Target};

impl Finder<'_> {
    /// The entities that stand for the table. Classes that map it are read on the first question.
    pub(super) fn entities_of(&self, table: &TableName) -> Vec<EntityId> {
        self.read_mapped_classes();
        let wanted = self.schema.canonical(table);
        let known = self.eval.entities();
        let matching =
            known.into_iter().filter(|(_, info)| self.schema.canonical(&info.entity.table) == wanted);
        matching.map(|(id, _)| id).collect()
    }

    /// The entities of the table with the field that stands for the column. An entity without such a field (the model was
    /// edited already) is reached by the column's own name.
    pub(super) fn targets(&self, table: &TableName, column: &str) -> Vec<Target> {
        let mut targets = Vec::new();
        for entity in self.entities_of(table) {
            let Some(info) = self.eval.entity(entity) else { continue };
            let named: Vec<String> = info
                .entity
                .fields
                .iter()
                .filter(|field| field.column() == Some(column))
                .map(|field| field.name.clone())
                .collect();
            if named.is_empty() && info.entity.field(column).is_none() {
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

    /// Reads every file that may map a class, once.
    pub(super) fn read_mapped_classes(&self) {
        if self.mapped_files_read.replace(true) {
            return;
        }
        for library in self.eval.libraries() {
            let markers = library.mapping_markers();
            if markers.is_empty() {
                continue;
            }
            // Models frozen in migrations are what a table was like once.
            for file in self.python_files_with_any(markers).into_iter().filter(|file| self.is_code(*file)) {
                if let Some(module) = self.project.module(file) {
                    library.mapped_classes(&self.eval, &module);
                }
            }
        }
    }

    /// Python files that hold one of the words, in order of their paths.
    fn python_files_with_any(&self, words: &[&str]) -> Vec<FileId> {
        let python = ScanFilter { javascript: false, ..ScanFilter::default() };
        let found = self.project.scan(words, python);
        let mut files: Vec<FileId> = found.hits.iter().flatten().map(|hit| hit.0).collect();
        files.sort();
        files.dedup();
        files
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
            .collect();
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

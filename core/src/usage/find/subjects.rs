//! One function for each kind of subject: what is searched for, and what is made of the hits.

use rayon::prelude::*;

use crate::code::conversion::Conversion;
use crate::code::library::NamedField;
use crate::code::project::generated::Skipped;
use crate::code::project::scan::ScanFilter;
use crate::code::tree::{Module, Site, SiteKind};
use crate::code::value::Known;
use crate::schema::{EntityId, TableName};
use crate::text::{FileId, Span, TextRange};
use crate::usage::find::sites::{Meaning, Resolution};
use crate::usage::find::structural::Shapes;
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::{Access, Confidence, How, NamedBy, Unresolved, Usage, UsageSet, ValueFact, When};

impl Finder<'_> {
    /// Calls `found` for every site of one of the words in code, with the word. Gives the files that hold one and were left
    /// out for what is in them, as minified code is.
    pub(super) fn each_site(
        &self,
        words: &[&str],
        languages: ScanFilter,
        found: impl FnMut(&Module, Site, &str),
    ) -> Vec<Skipped> {
        self.each_site_in(words, languages, |_, _| true, found)
    }

    /// As [`Self::each_site`], of the words that are wanted by their file and their first byte.
    pub(super) fn each_site_in(
        &self,
        words: &[&str],
        languages: ScanFilter,
        wanted: impl Fn(FileId, u32) -> bool,
        found: impl FnMut(&Module, Site, &str),
    ) -> Vec<Skipped> {
        let scan = self.project.scan(words, languages);
        let mut hits: Vec<(FileId, u32, usize)> = Vec::new();
        for (word, files) in scan.hits.iter().enumerate() {
            for (file, offsets) in files {
                hits.extend(offsets.iter().map(|offset| (*file, *offset, word)));
            }
        }
        hits.retain(|(file, offset, _)| wanted(*file, *offset));
        self.each_hit(words, hits, found);
        scan.skipped
    }

    /// Calls `found` for every site at one of the hits (file, first byte, position of the word) in application code.
    pub(super) fn each_hit(
        &self,
        words: &[impl AsRef<str>],
        mut hits: Vec<(FileId, u32, usize)>,
        mut found: impl FnMut(&Module, Site, &str),
    ) {
        hits.retain(|(file, ..)| self.is_code(*file));
        hits.sort();
        self.lower_ahead(hits.iter().map(|(file, ..)| *file));
        for (file, offset, word) in hits {
            let (Some(module), Some(word)) = (self.project.module(file), words.get(word)) else { continue };
            let word = word.as_ref();
            for mut site in module.sites_at(offset) {
                // In a longer string the name is what was found of it.
                if matches!(site.kind, SiteKind::Text(_)) {
                    let end = offset.saturating_add(u32::try_from(word.len()).unwrap_or(0));
                    site.range = TextRange { start: offset, end };
                }
                let is_name = module.slice(site.range) == word || matches!(site.kind, SiteKind::Text(_));
                if is_name {
                    found(&module, site, word);
                }
            }
        }
    }

    /// Lowers files that will all be asked for, on all processors. In order, without repetition.
    pub(super) fn lower_ahead(&self, files: impl Iterator<Item = FileId>) {
        let mut files: Vec<FileId> = files.collect();
        files.dedup();
        files.par_iter().for_each(|file| {
            self.project.module(*file);
        });
    }

    /// The languages that can meet rows of the entities: Prisma's client is JavaScript, mapped classes are Python. Rows that
    /// a driver gives have no class, and are met by code of a language that says the table's name in its SQL.
    pub(super) fn languages(&self, entities: impl IntoIterator<Item = EntityId>) -> ScanFilter {
        let mut filter = ScanFilter { python: false, javascript: false, ..ScanFilter::default() };
        for entity in entities {
            match self.eval.entity(entity).filter(|info| info.entity.name.is_empty()) {
                Some(bare) => {
                    filter.python = filter.python || self.is_said_in(&bare.entity.table, true);
                    filter.javascript = filter.javascript || self.is_said_in(&bare.entity.table, false);
                }
                None => {
                    let declared = (entity.0 as usize) < self.declared_entities;
                    filter.javascript |= declared;
                    filter.python |= !declared;
                }
            }
        }
        filter
    }

    /// Whether a file of Python, or of TypeScript and JavaScript, holds the name of the table in any case. Python loads SQL
    /// from files by their names.
    fn is_said_in(&self, table: &TableName, python: bool) -> bool {
        let key = (table.clone(), python);
        if let Some(known) = self.said_in.borrow().get(&key) {
            return *known;
        }
        let language = ScanFilter { python, javascript: !python, sql: python, ignore_case: true };
        let found = self.project.any_holds(&[&table.name], language, |file| self.is_code(file));
        self.said_in.borrow_mut().insert(key, found);
        found
    }

    /// Says that files were not searched.
    fn add_skipped(&self, skipped: Vec<Skipped>, set: &mut UsageSet) {
        set.unresolved.extend(skipped.into_iter().map(|skipped| Unresolved {
            span: Span::new(skipped.first, 0, 0),
            reason: skipped.reason.sentence().to_owned(),
            needs_row: false,
            access: None,
        }));
    }

    pub(super) fn find_column(&self, table: &TableName, column: &str, set: &mut UsageSet) {
        let place = (table.clone(), column.to_owned());
        let targets = self.targets(table, column);
        self.mapping_usages(&targets, &place, set);
        let mut words: Vec<String> = targets.iter().filter_map(|target| target.field.clone()).collect();
        words.extend(self.keys_with(&targets));
        words.sort();
        words.dedup();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let languages = self.languages(targets.iter().map(|target| target.entity));
        let mut shapes = Shapes::default();
        let skipped = self.each_site(&words, languages, |module, site, _| {
            self.note_shape(module, site, &targets, &mut shapes);
            match self.resolve_site(module, site) {
                Resolution::Fields(meanings) => {
                    for meaning in meanings {
                        self.add_meaning(module, site, &meaning, &targets, &place, set);
                    }
                }
                Resolution::Unresolved(reason) => self.add_unresolved(module, site, reason, set),
            }
        });
        self.add_skipped(skipped, set);
        self.find_handed_on(&targets, &place, shapes, set);
        let by_orm = set.usages.len();
        self.column_in_sql(&place, set);
        let in_sql = set.usages.len();
        self.find_implicit(&targets, &place, set);
        self.find_named_by_keys(&targets, &place, set);
        let converted = set.usages.iter_mut().enumerate().filter(|(at, _)| !(by_orm..in_sql).contains(at));
        converted.for_each(|(_, usage)| usage.conversion = self.conversion(&targets, usage.span.file));
        self.leave_out_rowless(&place, set);
    }

    /// What the ORM that knows the targets from this file does to their values.
    fn conversion(&self, targets: &[Target], file: FileId) -> Option<&'static Conversion> {
        let is_python = self.project.sources().path(file).ends_with(".py");
        let known = |target: &&Target| ((target.entity.0 as usize) < self.declared_entities) != is_python;
        let of = |target: &Target| {
            self.eval.libraries().find_map(|library| library.conversion(&self.eval, target.entity))
        };
        targets.iter().filter(known).find_map(of)
    }

    /// Names of compound keys that hold a target's field (`userId_groupId`).
    fn keys_with(&self, targets: &[Target]) -> Vec<String> {
        let mut names = Vec::new();
        for target in targets {
            let Some(info) = self.eval.entity(target.entity) else { continue };
            for (name, fields) in &info.entity.unique_keys {
                if fields.len() > 1 && fields.iter().any(|field| Some(field) == target.field.as_ref()) {
                    names.push(name.clone());
                }
            }
        }
        names
    }

    /// The places where models declare the field.
    fn mapping_usages(&self, targets: &[Target], place: &(TableName, String), set: &mut UsageSet) {
        for target in targets {
            let Some(info) = self.eval.entity(target.entity) else { continue };
            let Some(field) = target.field.as_deref().and_then(|name| info.entity.field(name)) else {
                continue;
            };
            set.usages.push(Usage {
                span: field.span,
                table: place.0.clone(),
                column: Some(place.1.clone()),
                how: How::Mapping,
                access: Access::Read,
                implicit: false,
                named_by: NamedBy::Code,
                when: When::Always,
                confidence: Confidence::Exact,
                evidence: Vec::new(),
                value: ValueFact::Plain,
                in_sql: false,
                conversion: None,
                required_at: Vec::new(),
            });
        }
    }

    pub(super) fn find_table(&self, table: &TableName, set: &mut UsageSet) {
        let entities = self.entities_of(table);
        self.entity_usages(table, &entities, set);
        let relations = self.relations_to(&entities);
        let mut words: Vec<String> = relations.iter().filter_map(|target| target.field.clone()).collect();
        words.sort();
        words.dedup();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let place = (table.clone(), String::new());
        let before = set.usages.len();
        let languages = self.languages(relations.iter().map(|target| target.entity));
        self.each_site(&words, languages, |module, site, _| {
            if let Resolution::Fields(meanings) = self.resolve_site(module, site) {
                for meaning in meanings.iter().filter(|meaning| !meaning.mapping) {
                    self.add_meaning(module, site, meaning, &relations, &place, set);
                }
            }
        });
        // A relation leads to the table itself, not to one of its columns.
        set.usages.iter_mut().skip(before).for_each(|usage| {
            usage.column = None;
            usage.named_by = NamedBy::Orm;
        });
        self.table_in_sql(table, set);
    }

    /// Places that name an entity: the model, queries on it, its type.
    fn entity_usages(&self, table: &TableName, entities: &[EntityId], set: &mut UsageSet) {
        for info in entities.iter().filter_map(|id| self.eval.entity(*id)) {
            set.usages.push(table_usage(table, info.entity.span, How::Mapping, &Known::unknown()));
        }
        self.each_reference(entities, |reference| {
            let span = reference.module.span(reference.range);
            set.usages.push(table_usage(table, span, How::Query, &reference.known));
        });
        self.type_usages(table, entities, set);
    }

    /// Types and imports that stand for rows of an entity.
    fn type_usages(&self, table: &TableName, entities: &[EntityId], set: &mut UsageSet) {
        let names = self.reference_names(entities);
        let words: Vec<&str> = names.iter().map(String::as_str).collect();
        let hits = self.reference_hits(entities, &words, self.languages(entities.iter().copied()));
        self.each_hit(&words, hits, |module, site, _| {
            let cx = crate::code::eval::Context::of(module);
            self.eval.begin();
            let value = match site.kind {
                SiteKind::TypeName { ty, .. } => self.eval.type_value(cx, ty).value,
                SiteKind::Import { import, name } => {
                    let binding = crate::code::tree::BindingKind::Import { import, index: name };
                    let imported = self.eval.binding_value(cx, binding).value;
                    self.eval.as_type(&imported, &[])
                }
                _ => return,
            };
            if mentions(&value, entities, 0) {
                set.usages.push(table_usage(table, module.span(site.range), How::Value, &Known::unknown()));
            }
        });
    }

    pub(super) fn find_unique(&self, table: &TableName, columns: &[String], set: &mut UsageSet) {
        self.unique_in_sql(table, columns, set);
        for entity in self.entities_of(table) {
            let Some(info) = self.eval.entity(entity) else { continue };
            let fields: Vec<&str> = columns
                .iter()
                .filter_map(|column| info.entity.field_of_column(column).map(|field| field.name.as_str()))
                .collect();
            let keys = info.entity.unique_keys.iter().filter(|(_, of)| *of == fields);
            let names: Vec<&str> = keys.map(|(name, _)| name.as_str()).collect();
            self.each_site(&names, self.languages([entity]), |module, site, word| {
                let SiteKind::Key { object, .. } = site.kind else { return };
                self.eval.begin();
                let wanted = self.eval.expected(crate::code::eval::Context::of(module), object);
                let is_unique = wanted.value.alternatives().iter().any(|shape| {
                    matches!(shape, crate::code::value::Value::Library(value) if value.kind == "prisma.where_unique")
                        && matches!(self.eval.key_meaning(shape, word), Some(meaning) if meaning.names.iter().any(|named| named.entity == entity))
                });
                if is_unique {
                    let named = NamedField {
                        entity,
                        field: word.to_owned(),
                        access: crate::code::library::FieldAccess::Filter,
                        in_query: true,
                    };
                    let meaning = Meaning { named, mapping: false, known: wanted };
                    let target = Target { entity, field: Some(word.to_owned()) };
                    let place = (table.clone(), columns.first().cloned().unwrap_or_default());
                    self.add_meaning(module, site, &meaning, &[target], &place, set);
                }
            });
        }
    }
}

fn table_usage(table: &TableName, span: Span, how: How, known: &Known) -> Usage {
    Usage {
        span,
        table: table.clone(),
        column: None,
        how,
        access: Access::Read,
        implicit: false,
        // The code names the entity; the ORM knows the table.
        named_by: NamedBy::Orm,
        when: When::Always,
        confidence: if known.likely { Confidence::Likely } else { Confidence::Exact },
        evidence: evidence(&known.trail),
        value: ValueFact::Plain,
        in_sql: false,
        conversion: None,
        required_at: Vec::new(),
    }
}

/// Whether a value is made of rows of one of the entities.
fn mentions(value: &crate::code::value::Value, entities: &[EntityId], depth: u32) -> bool {
    use crate::code::value::Value;
    let inner = |value: &Value| depth < 6 && mentions(value, entities, depth + 1);
    match value {
        Value::Row(row) => entities.contains(&row.entity),
        Value::Entity(entity) | Value::FieldName(entity) => entities.contains(entity),
        Value::Union(items) | Value::Tuple(items) | Value::Merged(items) => items.iter().any(inner),
        Value::List(item) | Value::Map(item) | Value::Promise(item) => inner(item),
        Value::Library(library) => library.args.iter().any(inner),
        _ => false,
    }
}

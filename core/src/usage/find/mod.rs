//! Who meets this table, this column? Asked one subject at a time, answered on demand.
//!
//! The names of the subject (code names and database names) are searched in all files; only files with a hit are parsed,
//! and only the expressions around a hit are evaluated:
//!
//! | file | what it does |
//! |---|---|
//! | `aliases` | other names by which code reaches them |
//! | `aside` | which files are no application code |
//! | `entities` | which entities stand for the table, and what code calls them |
//! | `sites` | what a name means where it stands: a field of a row, of a query, something else |
//! | `sent` | what a library says that it sends by itself, place by place |
//! | `statements` | calls that load or make rows of an entity: implicit uses, inserts |
//! | `silent` | what a call or a key in its arguments names although the source does not |
//! | `subjects` | a column, a table, a unique key |
//! | `enums` | a value of an enum type |
//! | `open` | what could meet it and cannot be told |
//! | `grown` | what a new column breaks |
//! | `members` | where a name that is a member of something can stand for an entity |
//! | `guards` | whether code asked for null before it uses a value |
//! | `nulls` | where a value is used as if it could not be null |
//! | `receives`, `collections`, `refuses` | what is declared where a value goes |
//! | `type_sites` | the same for names in types |
//! | `picked` | values of fields that a type picks by name |
//! | `structural` | rows that go where a type of the project's own declares the column |
//! | `typed_rows` | objects whose written type makes them rows |
//! | `strings` | SQL in strings and `.sql` files |

mod aliases;
mod aside;
mod collections;
mod entities;
mod enums;
mod grown;
mod guards;
mod members;
mod nulls;
mod open;
mod picked;
mod receives;
mod refuses;
mod sent;
mod silent;
mod sites;
mod statements;
mod strings;
mod structural;
mod subjects;
mod type_sites;
mod typed_rows;
mod unread;
mod written_null;

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::code::eval::Evaluator;
use crate::code::library::Library;
use crate::code::project::Project;
use crate::code::value::Trail;
use crate::schema::{Column, Dialect, EntityId, EnumMapping, Mapping, Schema, TableName};
use crate::text::{FileId, Span};
use crate::usage::{
    Cost, Evidence, Insert, NewColumnUse, Subject, TypedRow, Unresolved, Usage, UsageSet, Usages, When,
};

/// Finds usages in one project, for one schema.
pub struct Finder<'p> {
    project: &'p Project<'p>,
    schema: &'p Schema,
    eval: Evaluator<'p>,
    /// Files that describe the schema itself.
    schema_files: Vec<FileId>,
    /// Files that are no application code: what stands in them is no use.
    aside: FxHashSet<FileId>,
    answers: RefCell<BTreeMap<Subject, UsageSet>>,
    /// Whether it is asked where values are used as if they were never null.
    asks_required: Cell<bool>,
    inserts: RefCell<BTreeMap<TableName, Vec<Insert>>>,
    /// Objects typed as rows of a table, whole rows among them or not, once asked.
    typed_rows: RefCell<BTreeMap<(TableName, bool), Vec<TypedRow>>>,
    /// Names by which code reaches entities, once asked.
    reached_by: RefCell<BTreeMap<Vec<EntityId>, Vec<String>>>,
    /// Tables (with a column) whose mapped classes are known.
    classes_read: RefCell<BTreeSet<(TableName, Option<String>)>>,
    /// Whether Python (else TypeScript and JavaScript) says the table's name.
    said_in: RefCell<BTreeMap<(TableName, bool), bool>>,
    mapping: OnceCell<Mapping>,
    /// Whether code of a language imports something that talks to a database, once asked.
    python_drivers: OnceCell<bool>,
    javascript_drivers: OnceCell<bool>,
    mapped_enums: Vec<EnumMapping>,
    /// How many entities come from schema files: they are Prisma's, the others stand in Python.
    declared_entities: usize,
}

/// An entity that stands for a table, and the field that stands for a column of it.
#[derive(Debug, Clone)]
struct Target {
    entity: EntityId,
    field: Option<String>,
}

impl<'p> Finder<'p> {
    /// A finder over `project` for `schema`, with the entities of `mapping` and the knowledge of all ORMs.
    pub fn new(
        project: &'p Project<'p>,
        schema: &'p Schema,
        mapping: &Mapping,
        schema_files: Vec<FileId>,
    ) -> Self {
        let mut libraries: Vec<Box<dyn Library + 'p>> = crate::usage::orm::libraries(schema, mapping);
        libraries.extend(crate::usage::framework::libraries());
        let eval = Evaluator::new(project, mapping, libraries);
        let aside = aside::files_aside(project, &schema_files);
        eval.leave_out(aside.iter().copied());
        Self {
            project,
            schema,
            eval,
            schema_files,
            aside,
            answers: RefCell::default(),
            asks_required: Cell::new(false),
            inserts: RefCell::default(),
            typed_rows: RefCell::default(),
            reached_by: RefCell::default(),
            classes_read: RefCell::default(),
            said_in: RefCell::default(),
            mapping: OnceCell::new(),
            python_drivers: OnceCell::new(),
            javascript_drivers: OnceCell::new(),
            mapped_enums: mapping.enums.clone(),
            declared_entities: mapping.entities.len(),
        }
    }

    /// The dialect of the schema.
    fn dialect(&self) -> Dialect {
        self.schema.dialect
    }

    /// Whether a file is application code.
    fn is_code(&self, file: FileId) -> bool {
        !self.aside.contains(&file)
    }

    fn find(&self, subject: &Subject) -> UsageSet {
        let mut set = UsageSet::default();
        match subject {
            Subject::Table(table) => self.find_table(table, &mut set),
            Subject::Column(table, column) => self.find_column(table, column, &mut set),
            Subject::EnumValue(name, value) => self.find_enum_value(name, value, &mut set),
            Subject::Unique(table, columns) => self.find_unique(table, columns, &mut set),
        }
        self.leave_out_strangers(subject, &mut set.unresolved);
        self.tidy(&mut set);
        set
    }

    /// The mapping as far as it is known: what no class stands for first, then classes by their places.
    fn known_mapping(&self) -> Mapping {
        let mut known = self.eval.entities();
        known.sort_by_key(|(id, info)| (info.class.map(|class| (class.file, info.entity.span.range)), *id));
        let entities = known.into_iter().map(|(_, info)| info.entity.clone()).collect();
        Mapping { entities, enums: self.mapped_enums.clone(), ..Mapping::default() }
    }

    /// Sorted by path, place, how; of several at one place the surest stays.
    fn tidy(&self, set: &mut UsageSet) {
        let sources = self.project.sources();
        let place = |usage: &Usage| {
            (sources.path(usage.span.file).to_owned(), usage.span.range, usage.implicit, usage.how)
        };
        set.usages.sort_by(|left, right| {
            place(left)
                .cmp(&place(right))
                .then(right.confidence.cmp(&left.confidence))
                .then(left.access.cmp(&right.access))
        });
        set.usages.dedup_by(|later, earlier| {
            let same = place(later) == place(earlier);
            // What is named where the row is new and where it exists is named always.
            if same && later.when != earlier.when {
                earlier.when = When::Always;
            }
            same
        });
        let path = |item: &Unresolved| (sources.path(item.span.file).to_owned(), item.span.range);
        set.unresolved.sort_by_key(path);
        set.unresolved.dedup_by(|later, earlier| later.span == earlier.span);
    }
}

impl Usages for Finder<'_> {
    fn of(&self, subject: &Subject) -> UsageSet {
        if let Some(known) = self.answers.borrow().get(subject) {
            return known.clone();
        }
        let found = self.find(subject);
        self.answers.borrow_mut().insert(subject.clone(), found.clone());
        found
    }

    fn of_required(&self, subject: &Subject) -> UsageSet {
        self.asks_required.set(true);
        let found = self.find(subject);
        self.asks_required.set(false);
        found
    }

    fn open(&self, subject: &Subject) -> Vec<Unresolved> {
        self.find_open(subject)
    }

    fn inserts(&self, table: &TableName) -> Vec<Insert> {
        if let Some(known) = self.inserts.borrow().get(table) {
            return known.clone();
        }
        let found = self.find_inserts(table);
        self.inserts.borrow_mut().insert(table.clone(), found.clone());
        found
    }

    fn typed_rows(&self, table: &TableName, rows: bool) -> Vec<TypedRow> {
        let key = (table.clone(), rows);
        if let Some(known) = self.typed_rows.borrow().get(&key) {
            return known.clone();
        }
        let found = self.find_typed_rows(table, rows);
        self.typed_rows.borrow_mut().insert(key, found.clone());
        found
    }

    fn met_by_new_column(&self, table: &TableName, column: &Column) -> Vec<NewColumnUse> {
        self.met_by_new_column(table, column)
    }

    fn columns_named(&self, name: &str, schema: &Schema) -> Vec<Span> {
        self.columns_named(name, schema)
    }

    fn mapping(&self) -> &Mapping {
        self.mapping.get_or_init(|| {
            self.read_mapped_classes();
            self.known_mapping()
        })
    }

    fn mapping_near(&self, names: &[&str]) -> Mapping {
        self.read_classes_called(names);
        self.known_mapping()
    }

    fn cost(&self) -> Cost {
        Cost {
            files_scanned: self.project.counters().files_scanned(),
            files_parsed: self.project.counters().files_parsed(),
            bytes_scanned: self.project.counters().bytes_scanned(),
            bytes_parsed: self.project.counters().bytes_parsed(),
        }
    }
}

/// A proof as the links of a usage, nearest first.
fn evidence(trail: &Trail) -> Vec<Evidence> {
    let mut links = Vec::new();
    let mut current = trail.as_deref();
    while let Some(link) = current.filter(|_| links.len() < 8) {
        links.push(Evidence { message: link.message.clone(), span: Some(link.span) });
        current = link.next.as_deref();
    }
    links
}

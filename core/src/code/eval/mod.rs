//! The demand-driven evaluator: "what is this expression?", "what is wanted of the value at this place?".
//!
//! Nothing is computed that nobody asks for. Answers are kept; a question that leads back to itself is answered
//! `Unknown`, and answers that depend on such a cut are not kept, so that the order of questions does not matter.
//! Depth and the number of steps per question are bounded.
//!
//! | file | what it answers |
//! |---|---|
//! | `expr` | the value of an expression |
//! | `name`, `flow` | what a name is bound to, here or in another file; which bindings reach a place |
//! | `filled`, `later` | collections that begin empty, by what is put into them; what is put into objects after they are made |
//! | `narrow` | values that a test of their class narrows |
//! | `pattern` | what flows into a variable, a parameter, a part of a destructuring |
//! | `types`, `alias` | the value that a type expression describes; types where values stand |
//! | `call` | what a call gives |
//! | `member` | `object.name`, items |
//! | `keys` | the keys of objects |
//! | `class` | members of classes, along their bases |
//! | `generated` | classes whose constructor is made from their fields |
//! | `declared` | types that code declares for rows of SQL |
//! | `expected`, `handed` | the shape wanted of an expression where it stands; names in constants that are handed on |
//! | `uses` | where a variable is read |
//! | `builtins` | what the languages' own functions and methods do |

mod alias;
mod builtins;
mod call;
mod class;
mod declared;
mod expected;
mod expr;
mod filled;
mod flow;
mod frame;
mod generated;
mod handed;
mod keys;
mod later;
mod member;
mod name;
mod narrow;
mod pattern;
#[cfg(test)]
mod tests;
mod types;
mod uses;

use std::cell::{Cell, OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::code::library::Library;
use crate::code::project::Project;
use crate::code::project::classes::{ClassIndex, Marker};
use crate::code::tree::{ClassId, ExprId, FunctionId, Module, PatternId, TypeId};
use crate::code::value::{ClassRef, FrameId, Known, Value};
use crate::schema::{Entity, EntityId, Mapping, Table, TableName};
use crate::text::FileId;

pub use call::{Call, callee_name};
pub use declared::is_sql_row;
pub use frame::{Frame, TypeParamKey};
pub use keys::Keys;
pub use later::Put;
pub use types::merged;

/// How deep questions may nest: each level costs some stack.
const DEEPEST: u32 = 220;
/// How many questions one outer question may lead to.
const MOST_STEPS: u32 = 2_000;

/// The level of a cut that no open question is the reason for: depth or steps ran out. Open questions have levels from 1.
const OUT_OF_BOUNDS: u32 = 0;
/// The level of the question that was asked from outside: nothing is further out to be answered later.
const OUTERMOST: u32 = 1;

/// A module, and the frame in which its names are read.
#[derive(Clone, Copy)]
pub struct Context<'m> {
    /// The module.
    pub module: &'m Module,
    /// The frame.
    pub frame: FrameId,
}

impl<'m> Context<'m> {
    /// The module outside any call.
    pub fn of(module: &'m Module) -> Self {
        Self { module, frame: FrameId::default() }
    }
}

/// A question, as a key of the answers kept.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Question {
    Expr(FileId, ExprId, FrameId),
    Expected(FileId, ExprId, FrameId),
    Pattern(FileId, PatternId, FrameId),
    Type(FileId, TypeId, FrameId),
    Returns(FileId, FunctionId, FrameId),
    Export(FileId, Rc<str>),
    SelfField(FileId, ClassId, Rc<str>),
    /// A member of an object literal, an interface or several shapes in one: they may hold themselves.
    Member(Value, Rc<str>),
}

/// A name in a file.
type NameIn = (FileId, Box<str>);

enum Answer {
    Open(u32),
    Known(Known),
}

/// The evaluator of one project.
pub struct Evaluator<'p> {
    project: &'p Project<'p>,
    libraries: Vec<Box<dyn Library + 'p>>,
    entities: RefCell<Vec<Rc<EntityInfo>>>,
    /// Tables that no class or model stands for, as entities without a name.
    tables: RefCell<FxHashMap<TableName, EntityId>>,
    class_entities: RefCell<FxHashMap<ClassRef, Option<EntityId>>>,
    answers: RefCell<FxHashMap<Question, Answer>>,
    /// Answers that rest on a cut, with the level of the cut: good enough for the rest of the outer question, and forgotten
    /// with it.
    provisional: RefCell<FxHashMap<Question, (Known, u32)>>,
    frames: RefCell<frame::Frames>,
    stmt_indexes: RefCell<FxHashMap<FileId, flow::StmtIndex>>,
    uses: RefCell<FxHashMap<NameIn, Rc<uses::UsesByScope>>>,
    self_fields: RefCell<FxHashMap<FileId, class::SelfFields>>,
    /// What is tested for its class, by file.
    tested: RefCell<FxHashMap<FileId, narrow::TestedValues>>,
    /// Whether a file may hold SQL that reads.
    querying: RefCell<FxHashMap<FileId, bool>>,
    depth: Cell<u32>,
    /// How many variables the current question has followed to their uses.
    flow_depth: Cell<u32>,
    steps: Cell<u32>,
    /// Interfaces that the project adds members to a library's types with, by name.
    augmentations: OnceCell<Vec<(Box<str>, ClassRef)>>,
    class_index: OnceCell<Arc<ClassIndex>>,
    /// Files whose mapped classes are known.
    mapped_read: RefCell<FxHashSet<FileId>>,
    /// The lowest level of an open question that the current one ran into; [`OUT_OF_BOUNDS`] where it was cut short.
    cut: Cell<u32>,
}

/// An entity that the evaluator knows.
#[derive(Debug)]
pub struct EntityInfo {
    /// Fields, table, name.
    pub entity: Entity,
    /// The class, where the entity is one.
    pub class: Option<ClassRef>,
}

impl<'p> Evaluator<'p> {
    /// An evaluator that knows these libraries and the entities of `mapping` (ids are positions in it).
    pub fn new(project: &'p Project<'p>, mapping: &Mapping, libraries: Vec<Box<dyn Library + 'p>>) -> Self {
        let entities = mapping
            .entities
            .iter()
            .map(|entity| Rc::new(EntityInfo { entity: entity.clone(), class: None }))
            .collect();
        Self {
            project,
            libraries,
            entities: RefCell::new(entities),
            tables: RefCell::default(),
            class_entities: RefCell::default(),
            answers: RefCell::default(),
            provisional: RefCell::default(),
            frames: RefCell::default(),
            stmt_indexes: RefCell::default(),
            uses: RefCell::default(),
            self_fields: RefCell::default(),
            tested: RefCell::default(),
            querying: RefCell::default(),
            depth: Cell::new(0),
            flow_depth: Cell::new(0),
            steps: Cell::new(0),
            class_index: OnceCell::new(),
            augmentations: OnceCell::new(),
            mapped_read: RefCell::default(),
            cut: Cell::new(u32::MAX),
        }
    }

    /// The project.
    pub fn project(&self) -> &'p Project<'p> {
        self.project
    }

    /// The libraries.
    pub fn libraries(&self) -> impl Iterator<Item = &(dyn Library + 'p)> {
        self.libraries.iter().map(|library| &**library)
    }

    /// The module of a file.
    pub fn module(&self, file: FileId) -> Option<Arc<Module>> {
        self.project.module(file)
    }

    /// An entity.
    pub fn entity(&self, id: EntityId) -> Option<Rc<EntityInfo>> {
        self.entities.borrow().get(id.0 as usize).cloned()
    }

    /// All entities of models and classes known so far.
    pub fn entities(&self) -> Vec<(EntityId, Rc<EntityInfo>)> {
        let entities = self.entities.borrow();
        let numbered = (0..).map(EntityId).zip(entities.iter().cloned());
        numbered.filter(|(_, info)| !info.entity.name.is_empty()).collect()
    }

    /// What stands for rows of a table itself: an entity without name and fields, whose fields go by their columns' names.
    pub fn table_entity(&self, table: &Table) -> EntityId {
        if let Some(known) = self.tables.borrow().get(&table.name) {
            return *known;
        }
        let entity = Entity {
            name: String::new(),
            table: table.name.clone(),
            fields: Vec::new(),
            unique_keys: Vec::new(),
            ignored: false,
            is_abstract: false,
            span: table.span,
        };
        let id = self.add_entity(entity, None);
        self.tables.borrow_mut().insert(table.name.clone(), id);
        id
    }

    /// The islands of the files in which the entities stand.
    pub fn home_islands(&self, entities: &[EntityId]) -> FxHashSet<usize> {
        let islands = self.project.islands();
        let infos = entities.iter().filter_map(|id| self.entity(*id));
        let files = infos.map(|info| info.class.map_or(info.entity.span.file, |class| class.file));
        files.filter_map(|file| islands.of(file)).collect()
    }

    /// The entity of this code name; of several, one that no class stands for, else the first by its place.
    pub fn entity_named(&self, name: &str) -> Option<EntityId> {
        let known = self.entities_called(name);
        known.into_iter().find(|id| self.entity(*id).is_some_and(|info| info.entity.name == name))
    }

    /// The entities of this code name, case aside, by their places. The files that may map such a class are read.
    pub fn entities_called(&self, name: &str) -> Vec<EntityId> {
        let declaring = self.class_index().declaring(name).to_vec();
        self.read_mapped(&declaring);
        let entities = self.entities.borrow();
        let named = (0..).map(EntityId).zip(entities.iter());
        let mut named: Vec<(EntityId, &Rc<EntityInfo>)> =
            named.filter(|(_, info)| info.entity.name.eq_ignore_ascii_case(name)).collect();
        named.sort_by_key(|(id, info)| {
            (info.class.map(|class| class.file), info.class.map(|_| info.entity.span.range), *id)
        });
        named.into_iter().map(|(id, _)| id).collect()
    }

    /// The files that may map classes.
    pub fn class_index(&self) -> &ClassIndex {
        self.class_index.get_or_init(|| {
            let markers: Vec<Marker> =
                self.libraries().flat_map(|library| library.mapping_markers()).copied().collect();
            if markers.is_empty() { Arc::default() } else { self.project.class_index(&markers) }
        })
    }

    /// Says that these files map nothing that counts: a model in a migration is what a table was like once.
    pub fn leave_out(&self, files: impl IntoIterator<Item = FileId>) {
        self.mapped_read.borrow_mut().extend(files);
    }

    /// Makes the entities of these files known, once.
    pub fn read_mapped(&self, files: &[FileId]) {
        for file in files {
            if !self.mapped_read.borrow_mut().insert(*file) {
                continue;
            }
            // What is read here is kept, and must not be cut short by the question that led to it.
            let steps = self.steps.replace(0);
            if let Some(module) = self.module(*file).filter(|module| module.language.is_python()) {
                for library in self.libraries() {
                    library.mapped_classes(self, &module);
                }
            }
            self.steps.set(steps);
        }
    }

    /// Makes an entity known. Called by a library when it first sees a mapped class.
    pub fn add_entity(&self, entity: Entity, class: Option<ClassRef>) -> EntityId {
        let mut entities = self.entities.borrow_mut();
        entities.push(Rc::new(EntityInfo { entity, class }));
        EntityId(u32::try_from(entities.len() - 1).unwrap_or(u32::MAX))
    }

    /// The entity that a class is mapped to, if it is.
    pub fn class_entity(&self, class: ClassRef) -> Option<EntityId> {
        if let Some(known) = self.class_entities.borrow().get(&class) {
            return *known;
        }
        // The answer stands before the question is asked: reading a class may lead back to it.
        self.class_entities.borrow_mut().insert(class, None);
        let found = self.libraries().find_map(|library| library.class_entity(self, class));
        self.class_entities.borrow_mut().insert(class, found);
        found
    }

    /// Starts a new outer question: the budget of steps begins anew.
    pub fn begin(&self) {
        self.steps.set(0);
        self.provisional.borrow_mut().clear();
    }

    /// Whether the current outer question ran out of steps.
    pub fn exhausted(&self) -> bool {
        self.steps.get() > MOST_STEPS
    }

    /// Answers a question once. See the module's page for cycles.
    fn ask(&self, question: Question, answer: impl FnOnce() -> Known) -> Known {
        let depth = self.depth.get();
        match self.answers.borrow().get(&question) {
            Some(Answer::Known(known)) => return known.clone(),
            Some(Answer::Open(at)) => {
                self.cut.set(self.cut.get().min(*at));
                return Known::unknown();
            }
            None => {}
        }
        if let Some((known, cut)) = self.provisional.borrow().get(&question) {
            // What rests on it rests on its cut too. The question that led back may be answered; the outermost one is not.
            self.cut.set(self.cut.get().min(*cut).min(OUTERMOST));
            return known.clone();
        }
        self.steps.set(self.steps.get() + 1);
        if depth >= DEEPEST || self.steps.get() > MOST_STEPS {
            self.cut.set(OUT_OF_BOUNDS);
            return Known::unknown();
        }
        let level = depth + 1;
        self.answers.borrow_mut().insert(question.clone(), Answer::Open(level));
        let outer_cut = self.cut.replace(u32::MAX);
        self.depth.set(level);
        let known = answer();
        self.depth.set(depth);
        let cut = self.cut.get();
        if cut < level {
            // The answer rests on a question further out that is still open: true now, perhaps more later.
            self.answers.borrow_mut().remove(&question);
            self.provisional.borrow_mut().insert(question, (known.clone(), cut));
            self.cut.set(outer_cut.min(cut));
        } else {
            self.answers.borrow_mut().insert(question, Answer::Known(known.clone()));
            self.cut.set(outer_cut);
        }
        known
    }
}

//! Classes that are mapped from outside: `mapper_registry.map_imperatively(User, users)` ("Imperative Mapping").

use rustc_hash::FxHashMap;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::project::classes::Stands;
use crate::code::tree::{EntryKey, ExprId, ExprKind, Module};
use crate::code::value::{ClassRef, Value};
use crate::schema::{Entity, EntityId, Field, FieldKind};
use crate::text::FileId;
use crate::usage::orm::sqlalchemy::SqlAlchemy;
use crate::usage::orm::sqlalchemy::attribute::read_attribute;

/// The calls that map classes, by the class.
pub type MappingCalls = FxHashMap<ClassRef, (FileId, ExprId)>;

/// The names of the functions that map.
const MAPPERS: [&str; 2] = ["map_imperatively", "mapper"];

impl SqlAlchemy {
    /// The entity of a class that a call maps.
    pub(super) fn map_from_outside(&self, eval: &Evaluator<'_>, class: ClassRef) -> Option<EntityId> {
        let (file, expr) = *self.imperative.get_or_init(|| mapping_calls(eval)).get(&class)?;
        let module = eval.module(file)?;
        let cx = Context::of(&module);
        let call = Call::at(cx, expr)?;
        let table = eval.argument(&call, 1).value;
        let table = eval.entity(self.entity(eval, &table)?)?;
        let mut fields = table.entity.fields.clone();
        if let Some(properties) = call.keyword("properties") {
            self.add_properties(eval, cx, properties, &mut fields);
        }
        let declaring = eval.module(class.file)?;
        let name = declaring.class(class.id).name?;
        let entity = Entity {
            name: declaring.text(name).to_owned(),
            table: table.entity.table.clone(),
            fields,
            unique_keys: Vec::new(),
            ignored: false,
            is_abstract: false,
            span: declaring.span(name.range),
        };
        Some(eval.add_entity(entity, Some(class)))
    }

    /// Classes that calls in this module map.
    pub(super) fn mapped_from(&self, eval: &Evaluator<'_>, module: &Module) -> Vec<EntityId> {
        let calls = self.imperative.get_or_init(|| mapping_calls(eval));
        let mut here: Vec<ClassRef> =
            calls.iter().filter(|(_, (file, _))| *file == module.file).map(|(class, _)| *class).collect();
        here.sort();
        here.into_iter().filter_map(|class| eval.class_entity(class)).collect()
    }

    /// `properties={"email": users.c.mail, "posts": relationship(Post)}`: columns by other names, relationships.
    fn add_properties(
        &self,
        eval: &Evaluator<'_>,
        cx: Context<'_>,
        properties: ExprId,
        fields: &mut Vec<Field>,
    ) {
        let ExprKind::Object { entries } = &cx.module.expr(properties).kind else { return };
        for entry in entries {
            let EntryKey::Name(key) = entry.key else { continue };
            let name = cx.module.text(key);
            if let Value::Field(_, column) = eval.expr(cx, entry.value).value {
                if let Some(field) = fields.iter_mut().find(|field| field.column() == Some(&*column)) {
                    name.clone_into(&mut field.name);
                }
            } else if let Some(found) = read_attribute(eval, cx, name, None, Some(entry.value))
                && !matches!(found.field.kind, FieldKind::Column { .. })
            {
                fields.retain(|field| field.name != name);
                fields.push(found.at(cx.module.span(key.range)).field);
            }
        }
    }
}

/// All calls of the project that map a class.
fn mapping_calls(eval: &Evaluator<'_>) -> MappingCalls {
    let words = MAPPERS.map(|word| (word, Stands::Called));
    let mut found = MappingCalls::default();
    for file in eval.project().files_with(&eval.class_index().files, &words) {
        let Some(module) = eval.module(file).filter(|module| module.language.is_python()) else { continue };
        let cx = Context::of(&module);
        for id in (0..u32::try_from(module.exprs.len()).unwrap_or(0)).map(ExprId) {
            let Some(call) = Call::at(cx, id).filter(|call| is_mapper(&module, call.callee)) else {
                continue;
            };
            if let Value::Class(class) = eval.argument(&call, 0).value {
                found.insert(class, (file, id));
            }
        }
    }
    found
}

fn is_mapper(module: &Module, callee: ExprId) -> bool {
    let text = module.slice(module.expr(callee).range);
    MAPPERS.contains(&text.rsplit('.').next().unwrap_or(text))
}

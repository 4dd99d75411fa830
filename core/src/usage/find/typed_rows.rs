//! Objects whose written type makes them a row of a table, or the data of a new one: `const seed: Prisma.UserCreateInput[] = [...]`.
//!
//! Such an object says no name of a column that it lacks, so that the search goes from the types: where one is written, in
//! which aliases, interfaces and parameters it stands, and which functions are called with it. Every object in these files
//! that has to have a written type is asked what it gives.

use rustc_hash::FxHashSet;

use crate::code::eval::{Call, Context};
use crate::code::library::TypedFields;
use crate::code::tree::{
    BindingKind, EntryKey, ExprId, ExprKind, Module, Parent, PatternId, PatternKind, PatternSource, SiteKind,
    StmtKind, TypeId,
};
use crate::code::value::Value;
use crate::schema::{EntityId, TableName};
use crate::text::{FileId, Span};
use crate::usage::find::structural::called_as;
use crate::usage::find::{Finder, evidence};
use crate::usage::{Confidence, Evidence, TypedRow};

/// A type is followed from one name to the next so often.
const MOST_ROUNDS: usize = 4;
/// An object is climbed out of so far.
const HIGHEST: usize = 24;

impl Finder<'_> {
    /// Objects whose type says that they are rows of the table (`rows`) or data of new ones.
    pub(super) fn find_typed_rows(&self, table: &TableName, rows: bool) -> Vec<TypedRow> {
        let entities: Vec<EntityId> = self.entities_of(table);
        let mut found = Vec::new();
        for file in self.files_with_types(&entities, rows) {
            let Some(module) = self.eval.module(file) else { continue };
            for (object, expr) in (0..).map(ExprId).zip(&module.exprs) {
                if !matches!(&expr.kind, ExprKind::Object { entries } if !entries.is_empty()) {
                    continue;
                }
                found.extend(self.typed_row(Context::of(&module), object, table, &entities, rows));
            }
        }
        let sources = self.project.sources();
        found.sort_by_key(|row| (sources.path(row.span.file).to_owned(), row.span.range));
        found
    }

    /// Files in which objects may have one of the types: those that write it, and those that call what takes it.
    fn files_with_types(&self, entities: &[EntityId], rows: bool) -> Vec<FileId> {
        let languages = self.languages(entities.iter().copied());
        let mut files: FxHashSet<FileId> = FxHashSet::default();
        let mut known: FxHashSet<String> = FxHashSet::default();
        let mut words = self.type_names(entities, rows);
        for _ in 0..MOST_ROUNDS {
            words.retain(|word| known.insert(word.clone()));
            let searched: Vec<&str> = words.iter().map(String::as_str).collect();
            let mut next = Vec::new();
            self.each_site(&searched, languages, |module, site, _| {
                if module.language.is_python() {
                    return;
                }
                files.insert(module.file);
                if let SiteKind::TypeName { ty, .. } = site.kind {
                    next.extend(names_over(module, ty));
                }
            });
            words = next;
        }
        let mut files: Vec<FileId> = files.into_iter().collect();
        files.sort();
        files
    }

    fn type_names(&self, entities: &[EntityId], rows: bool) -> Vec<String> {
        let infos = entities.iter().filter_map(|id| self.eval.entity(*id));
        let of = |entity: &crate::schema::Entity| {
            let new = self.eval.libraries().flat_map(|library| library.new_row_types(entity));
            let name = Some(entity.name.clone()).filter(|name| rows && !name.is_empty());
            new.chain(name).collect::<Vec<_>>()
        };
        infos.flat_map(|info| of(&info.entity)).collect()
    }

    fn typed_row(
        &self,
        cx: Context<'_>,
        object: ExprId,
        table: &TableName,
        entities: &[EntityId],
        rows: bool,
    ) -> Option<TypedRow> {
        self.eval.begin();
        let written = self.written_for(cx, object)?;
        let shape = self.eval.expected(cx, object);
        let value = self.eval.expr(cx, object).value;
        let given = self.typed_fields(&shape.value, &value)?;
        let is_asked = entities.contains(&given.entity) && (given.is_new || rows);
        if !is_asked || !given.complete {
            return None;
        }
        let info = self.eval.entity(given.entity)?;
        let column = |name: &String| {
            let field = info.entity.field(name);
            field.and_then(|field| field.column()).map_or_else(|| name.clone(), str::to_owned)
        };
        let mut proof: Vec<Evidence> = written.into_iter().collect();
        proof.extend(evidence(&shape.trail));
        let range = cx.module.expr(object).range;
        Some(TypedRow {
            // An object is pointed at by its first letter: it may go over many lines.
            span: Span {
                range: crate::text::TextRange { start: range.start, end: range.start + 1 },
                ..cx.module.span(range)
            },
            table: table.clone(),
            is_new: given.is_new,
            columns: given.fields.iter().map(column).collect(),
            optional: given.optional.iter().map(column).collect(),
            confidence: if shape.likely { Confidence::Likely } else { Confidence::Exact },
            evidence: proof,
        })
    }

    /// What the object gives, if whatever it has to be is the same row: of two types one may ask for less.
    fn typed_fields(&self, shape: &Value, object: &Value) -> Option<TypedFields> {
        let mut found: Option<TypedFields> = None;
        for alternative in shape.alternatives().iter().filter(|value| **value != Value::Null) {
            let parts = match alternative {
                Value::Merged(parts) => parts,
                value => std::slice::from_ref(value),
            };
            let of = |part: &Value| {
                self.eval.libraries().find_map(|library| library.typed_row(&self.eval, part, object))
            };
            let given = parts.iter().find_map(of)?;
            match &mut found {
                None => found = Some(given),
                Some(found) if found.entity == given.entity && found.is_new == given.is_new => {
                    found.fields.extend(given.fields);
                }
                Some(_) => return None,
            }
        }
        found
    }

    /// The written type that an object has to have, as a link of the proof (none: of a function's parameter, which the
    /// shape's own proof tells); `None` where nothing is written, or a query of the library takes the object itself.
    fn written_for(&self, cx: Context<'_>, object: ExprId) -> Option<Option<Evidence>> {
        let module = cx.module;
        let mut current = object;
        for _ in 0..HIGHEST {
            let parent = match module.expr(current).parent {
                Parent::Expr(parent) => parent,
                Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
                    StmtKind::Assign { annotation: Some(ty), .. } => {
                        return Some(Some(declared(module, *ty)));
                    }
                    StmtKind::Assign { targets, .. } => {
                        let [target] = targets.as_slice() else { return None };
                        return self.is_typed_target(cx, *target).then_some(None);
                    }
                    StmtKind::Return(_) => {
                        let function = self.eval.function_around(module, module.expr(current).scope)?;
                        match written_result(module, function) {
                            Written::Type(ty) => return Some(Some(declared(module, ty))),
                            Written::Of(expr) => expr,
                            Written::Nothing => return None,
                        }
                    }
                    _ => return None,
                },
                Parent::Function(function) => {
                    let of = module.function(function);
                    let param = of.params.iter().find(|param| param.default == Some(current));
                    if let Some(param) = param {
                        return param.annotation.map(|ty| Some(declared(module, ty)));
                    }
                    match written_result(module, function) {
                        Written::Type(ty) => return Some(Some(declared(module, ty))),
                        Written::Of(expr) => expr,
                        Written::Nothing => return None,
                    }
                }
                Parent::Class(class) => {
                    let found = module.class(class).members.iter().find_map(|member| match member.kind {
                        crate::code::tree::MemberKind::Field { annotation: Some(ty), value: Some(value) }
                            if value == current =>
                        {
                            Some(ty)
                        }
                        _ => None,
                    });
                    return found.map(|ty| Some(declared(module, ty)));
                }
                Parent::Pattern(_) | Parent::Type(_) => return None,
            };
            match &module.expr(parent).kind {
                ExprKind::Cast { ty, satisfies, .. } if *satisfies || self.says_something(cx, *ty) => {
                    // What `as` claims is not asked for key by key.
                    return satisfies.then(|| Some(declared(module, *ty)));
                }
                // `inputs.map((input) => ({ ... }))`: the object is an item of what the call gives.
                ExprKind::Call { callee, .. } if *callee != current && maps_items(module, *callee) => {
                    current = parent;
                }
                ExprKind::Call { callee, .. } if *callee != current => {
                    return self.is_typed_call(cx, parent).then_some(None);
                }
                ExprKind::Jsx { .. } => return Some(None),
                ExprKind::Assign { target, value, .. } if *value == current => {
                    return self.is_typed_target(cx, *target).then_some(None);
                }
                ExprKind::Object { entries } if is_spread(entries, current) => return None,
                _ => current = parent,
            }
        }
        None
    }

    /// Whether a type is more than `const`.
    fn says_something(&self, cx: Context<'_>, ty: TypeId) -> bool {
        cx.module.slice(cx.module.ty(ty).range) != "const"
    }

    /// Whether what is assigned to has a type of its own: a member, a variable that was declared with one.
    fn is_typed_target(&self, cx: Context<'_>, target: PatternId) -> bool {
        let module = cx.module;
        match module.pattern(target).kind {
            PatternKind::Target(_) => true,
            PatternKind::Name(name) => {
                let bindings = module.bindings_named(module.pattern(target).scope, module.text(name));
                bindings.iter().any(|binding| match binding.kind {
                    BindingKind::Pattern(pattern) => matches!(
                        module.pattern(pattern).source,
                        PatternSource::Value { annotation: Some(_), .. } | PatternSource::Parameter { .. }
                    ),
                    _ => false,
                })
            }
            PatternKind::Object(_) | PatternKind::Sequence(_) | PatternKind::Rest(_) => false,
        }
    }

    /// Whether a call takes its arguments by a written type. A query tells itself what it makes of them.
    fn is_typed_call(&self, cx: Context<'_>, call: ExprId) -> bool {
        let Some(call) = Call::at(cx, call) else { return false };
        let callee = self.eval.expr(cx, call.callee).value;
        let is_query = |value: &Value| match value {
            Value::Method(receiver, _) => {
                self.eval.libraries().any(|library| library.referenced_entity(&self.eval, receiver).is_some())
            }
            _ => false,
        };
        !callee.is_unknown() && !callee.alternatives().iter().any(is_query)
    }
}

/// Whether a method makes items of what its callback gives.
fn maps_items(module: &Module, callee: ExprId) -> bool {
    match module.expr(callee).kind {
        ExprKind::Member { name, .. } => matches!(module.text(name), "map" | "flatMap"),
        _ => false,
    }
}

/// Where the result of a function has its type from.
enum Written {
    Type(TypeId),
    /// From what is wanted of the function itself.
    Of(ExprId),
    Nothing,
}

fn written_result(module: &Module, function: crate::code::tree::FunctionId) -> Written {
    let declared = module.function(function);
    match (declared.returns, declared.expr) {
        (Some(ty), _) => Written::Type(ty),
        (None, Some(expr)) => Written::Of(expr),
        (None, None) => Written::Nothing,
    }
}

fn declared(module: &Module, ty: TypeId) -> Evidence {
    let range = module.ty(ty).range;
    let text = module.slice(range).split_whitespace().collect::<Vec<_>>().join(" ");
    let name: String = text.chars().take(60).collect();
    let dots = if name.len() < text.len() { "..." } else { "" };
    Evidence { message: format!("its type is `{name}{dots}`"), span: Some(module.span(range)) }
}

fn is_spread(entries: &[crate::code::tree::Entry], value: ExprId) -> bool {
    entries.iter().any(|entry| entry.value == value && matches!(entry.key, EntryKey::Spread))
}

/// The names over a type: of the alias or class that it stands in, of a function that takes it.
fn names_over(module: &Module, ty: TypeId) -> Vec<String> {
    let range = module.ty(ty).range;
    let text = |name| module.text(name).to_owned();
    let aliases = module.aliases.iter().filter(|alias| module.ty(alias.ty).range.contains_range(range));
    let mut names: Vec<String> = aliases.map(|alias| text(alias.name)).collect();
    for (id, function) in (0..).map(crate::code::tree::FunctionId).zip(&module.functions) {
        let takes = |ty: TypeId| module.ty(ty).range.contains_range(range);
        if function.params.iter().any(|param| param.annotation.is_some_and(takes)) {
            names.extend(called_as(module, id));
        }
    }
    for class in &module.classes {
        let in_member = class.members.iter().any(|member| match member.kind {
            crate::code::tree::MemberKind::Field { annotation: Some(ty), .. } => {
                module.ty(ty).range.contains_range(range)
            }
            _ => false,
        });
        let in_base = class.base_types.iter().any(|base| module.ty(*base).range.contains_range(range));
        if in_member || in_base {
            names.extend(class.name.map(text));
        }
    }
    names
}

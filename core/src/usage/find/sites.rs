//! What a name means where it stands.

use crate::code::eval::{Call, Context};
use crate::code::library::{FieldAccess, KeyMeaning, Library, NamedField};
use crate::code::tree::{
    BindingKind, EntryKey, ExprId, ExprKind, MemberKind, Module, Parent, ScopeOwner, Site, SiteKind, StmtKind,
};
use crate::code::value::{ClassRef, Known, Value};
use crate::schema::EntityId;
use crate::usage::find::statements::method_receiver;
use crate::usage::find::{Finder, Target, evidence};
use crate::usage::sql::looks_like_sql;
use crate::usage::{Access, Confidence, How, NamedBy, Unresolved, Usage, UsageSet, When};

/// A string that names a column in a query builder is no longer.
const LONGEST_PATH: usize = 200;

/// A name that was found to be a field of an entity.
pub(super) struct Meaning {
    /// The field.
    pub named: NamedField,
    /// Whether it is the mapping itself.
    pub mapping: bool,
    /// The proof.
    pub known: Known,
}

/// What a site turned out to be.
pub(super) enum Resolution {
    /// Fields of entities; empty where it is certainly none.
    Fields(Vec<Meaning>),
    /// It could be one: why it is not known.
    Unresolved(String),
}

impl Finder<'_> {
    /// What the name at a site means.
    pub(super) fn resolve_site(&self, module: &Module, site: Site) -> Resolution {
        self.eval.begin();
        let resolution = self.resolve_kind(module, site);
        match &resolution {
            Resolution::Fields(found) if found.is_empty() && self.eval.exhausted() => {
                Resolution::Unresolved("it takes too many steps to tell what this belongs to".to_owned())
            }
            _ => resolution,
        }
    }

    fn resolve_kind(&self, module: &Module, site: Site) -> Resolution {
        let cx = Context::of(module);
        let name = module.slice(site.range);
        match site.kind {
            SiteKind::Member(expr) => self.resolve_member(cx, expr, name),
            SiteKind::Key { object, entry } => self.resolve_key(cx, object, entry, name),
            SiteKind::Keyword { call, argument } => self.resolve_keyword(cx, call, argument, name),
            SiteKind::PatternKey { pattern, .. } => {
                let value = self.eval.pattern(cx, pattern);
                self.fields_of_value(&value, name, FieldAccess::Read)
            }
            SiteKind::Text(expr) => self.resolve_text(cx, expr, name),
            SiteKind::TypeLiteral(ty) => self.resolve_type_literal(cx, ty, name),
            SiteKind::ClassMember { class, .. } => {
                self.resolve_class_member(module, ClassRef { file: module.file, id: class }, name)
            }
            SiteKind::TypeMember { ty, .. } => self.resolve_type_member(cx, ty, name),
            SiteKind::Name(expr) => self.resolve_name(cx, expr, name),
            SiteKind::Bound(_)
            | SiteKind::TypeName { .. }
            | SiteKind::Function(_)
            | SiteKind::Class(_)
            | SiteKind::Alias(_)
            | SiteKind::Import { .. }
            | SiteKind::Export
            | SiteKind::ClassKeyword(_) => Resolution::Fields(Vec::new()),
        }
    }

    fn resolve_member(&self, cx: Context<'_>, expr: ExprId, name: &str) -> Resolution {
        let ExprKind::Member { object, .. } = cx.module.expr(expr).kind else {
            return Resolution::Fields(Vec::new());
        };
        let value = self.eval.expr(cx, object);
        let mut resolution = self.fields_of_value(&value, name, member_access(cx.module, expr));
        let is_open =
            || value.value.is_unknown() || value.value.alternatives().iter().any(is_held_by_library);
        if matches!(&resolution, Resolution::Fields(found) if found.is_empty()) && is_open() {
            let text = cx.module.slice(cx.module.expr(object).range);
            let shown: String = text.lines().next().unwrap_or("").chars().take(40).collect();
            return Resolution::Unresolved(format!("what `{shown}` is could not be told"));
        }
        if let Resolution::Fields(found) = &mut resolution {
            for meaning in found.iter_mut().filter(|meaning| meaning.named.in_query) {
                if self.is_selected(cx, expr, &meaning.named) {
                    meaning.named.access = FieldAccess::Read;
                } else if self.is_key_of_values(cx, expr, &meaning.named.field) {
                    meaning.named.access = FieldAccess::Write;
                }
                // The name is there for the library: what it says is not to be named.
                let leaves_out = |library: &dyn Library| library.leaves_out(&self.eval, cx, expr);
                meaning.named.in_query = !self.eval.libraries().any(leaves_out);
            }
        }
        resolution
    }

    /// Whether the attribute is a key of a dict of values that are written: `values({User.email: "a"})`.
    fn is_key_of_values(&self, cx: Context<'_>, expr: ExprId, field: &str) -> bool {
        let Parent::Expr(object) = cx.module.expr(expr).parent else { return false };
        let is_key = match &cx.module.expr(object).kind {
            ExprKind::Object { entries } => {
                entries.iter().any(|entry| matches!(entry.key, EntryKey::Computed(key) if key == expr))
            }
            // `ordered_values((User.email, "a"))`.
            ExprKind::Sequence { items, .. } => items.len() == 2 && items.first() == Some(&expr),
            _ => false,
        };
        let wanted = || self.eval.expected(cx, object).value;
        is_key
            && wanted().alternatives().iter().any(|shape| {
                let meaning =
                    self.eval.key_meaning(shape, field).unwrap_or_else(|| KeyMeaning::plain(Value::Other));
                meaning.names.iter().any(|named| named.access == FieldAccess::Write)
            })
    }

    /// Whether the attribute is what the call around it selects (`select(User.email)`), and no condition or order of it.
    fn is_selected(&self, cx: Context<'_>, expr: ExprId, named: &NamedField) -> bool {
        let expr = labelled(cx.module, expr);
        let Parent::Expr(call) = cx.module.expr(expr).parent else { return false };
        let ExprKind::Call { callee, .. } = cx.module.expr(call).kind else { return false };
        let carries = |expr: ExprId| {
            let known = self.eval.expr(cx, expr);
            let Value::Library(library) = &known.value else { return false };
            library.args.iter().any(|arg| has_field(arg, named))
        };
        callee != expr && carries(call) && !method_receiver(cx.module, call).is_some_and(carries)
    }

    /// The fields that `value.name` reads.
    pub(super) fn fields_of_value(&self, value: &Known, name: &str, access: FieldAccess) -> Resolution {
        let mut found: Vec<Meaning> = Vec::new();
        let mut push =
            |named: NamedField| found.push(Meaning { named, mapping: false, known: value.clone() });
        let field = |entity: EntityId, access: FieldAccess, in_query: bool| NamedField {
            entity,
            field: name.to_owned(),
            access,
            in_query,
        };
        for alternative in value.value.alternatives() {
            match alternative {
                Value::Class(class) => {
                    if let Some(entity) = self.eval.class_entity(*class) {
                        push(field(entity, FieldAccess::Filter, true));
                    }
                }
                Value::Entity(entity) => push(field(*entity, FieldAccess::Filter, true)),
                Value::Library(_) | Value::Method(..) => {
                    let names = self.eval.key_meaning(alternative, name).map(|meaning| meaning.names);
                    for mut named in names.unwrap_or_default() {
                        // `data.email` of a `Prisma.UserCreateInput` reads what will be written.
                        if named.access == FieldAccess::Write && access == FieldAccess::Read {
                            (named.access, named.in_query) = (access, false);
                        }
                        push(named);
                    }
                }
                other => {
                    // What was not loaded with its row is loaded by being read.
                    let is_query = access == FieldAccess::Read
                        && matches!(other, Value::Row(row) if self.eval.libraries().any(|library| library.loads_when_read(&self.eval, row, name)));
                    for entity in self.eval.entities_behind(other, name) {
                        push(field(entity, access, is_query));
                    }
                }
            }
        }
        Resolution::Fields(found)
    }

    fn resolve_key(&self, cx: Context<'_>, object: ExprId, entry: u32, name: &str) -> Resolution {
        let wanted = match &cx.module.expr(object).kind {
            ExprKind::Jsx { .. } => self.eval.jsx_props(cx, object),
            _ => self.eval.expected(cx, object),
        };
        let mut resolution = self.fields_of_shape(&wanted, name);
        // `select: { email: false }` says the name, and the query does not.
        if let Resolution::Fields(found) = &mut resolution
            && let ExprKind::Object { entries } = &cx.module.expr(object).kind
            && let Some(entry) = entries.get(entry as usize)
            && matches!(cx.module.expr(entry.value).kind, ExprKind::Bool(false))
            && wanted
                .value
                .alternatives()
                .iter()
                .any(|shape| self.eval.libraries().any(|library| library.is_switch(shape)))
        {
            found.iter_mut().for_each(|meaning| meaning.named.in_query = false);
        }
        // `for name, value in {"email": x}.items(): setattr(user, name, value)`.
        if let Resolution::Fields(found) = &mut resolution
            && found.is_empty()
            && cx.module.language.is_python()
        {
            found.extend(self.fields_named(&self.eval.wanted_of_keys(cx, object), name, FieldAccess::Read));
        }
        // `{ email }` also reads a variable; a dict that is only read has no shape wanted of it.
        if let Resolution::Fields(found) = &mut resolution
            && found.is_empty()
            && let ExprKind::Object { entries } = &cx.module.expr(object).kind
            && let Some(entry) = entries.get(entry as usize)
            && let EntryKey::Shorthand(_) = entry.key
        {
            return Resolution::Fields(Vec::new());
        }
        resolution
    }

    /// The fields that a key of an object of this shape names.
    pub(super) fn fields_of_shape(&self, wanted: &Known, name: &str) -> Resolution {
        let mut found = Vec::new();
        for shape in wanted.value.alternatives() {
            let named = match shape {
                Value::Class(class) => {
                    self.eval.class_entity(*class).map(|entity| vec![written(entity, name)])
                }
                Value::Entity(entity) => Some(vec![written(*entity, name)]),
                _ => self.eval.key_meaning(shape, name).map(|meaning| meaning.names),
            };
            let named = named.unwrap_or_else(|| {
                self.eval
                    .entities_behind(shape, name)
                    .into_iter()
                    .map(|entity| written(entity, name))
                    .collect()
            });
            found.extend(named.into_iter().map(|named| Meaning {
                named,
                mapping: false,
                known: wanted.clone(),
            }));
        }
        Resolution::Fields(found)
    }

    fn resolve_keyword(&self, cx: Context<'_>, call: ExprId, argument: u32, name: &str) -> Resolution {
        let ExprKind::Call { callee, .. } = cx.module.expr(call).kind else {
            return Resolution::Fields(Vec::new());
        };
        let known = self.eval.expr(cx, callee);
        let mut found = Vec::new();
        for value in known.value.alternatives() {
            let named = match value {
                Value::External(path) if &**path == "dict" => {
                    let wanted = self.eval.expected(cx, call);
                    if let Resolution::Fields(fields) = self.fields_of_shape(&wanted, name) {
                        found.extend(fields);
                    }
                    continue;
                }
                Value::Function(function) => {
                    // A keyword that no parameter takes goes into `**kwargs`, and from there somewhere else.
                    let wanted = Call::at(cx, call).and_then(|call| {
                        let module = self.eval.module(function.file)?;
                        let position = self.eval.parameter_index(&module, function, &call, argument as usize);
                        position.is_none().then(|| self.eval.keywords_flow_to(function))
                    });
                    match wanted.map(|wanted| self.fields_of_shape(&wanted, name)) {
                        Some(Resolution::Fields(fields)) => {
                            found.extend(fields);
                            continue;
                        }
                        Some(Resolution::Unresolved(_)) | None => Vec::new(),
                    }
                }
                Value::Class(class) => self
                    .eval
                    .class_entity(*class)
                    .map(|entity| vec![written(entity, name)])
                    .unwrap_or_default(),
                Value::Entity(entity) => vec![written(*entity, name)],
                _ => self.eval.key_meaning(value, name).map(|meaning| meaning.names).unwrap_or_default(),
            };
            found.extend(named.into_iter().map(|named| Meaning {
                named,
                mapping: false,
                known: known.clone(),
            }));
        }
        // `case User(email=address)` reads.
        if is_class_pattern(cx.module, call) {
            found.iter_mut().for_each(|meaning| meaning.named.access = FieldAccess::Read);
        }
        Resolution::Fields(found)
    }

    /// The fields that a string names where the name of an attribute is wanted: of a row, or of a mapped class.
    fn fields_named(&self, wanted: &Known, name: &str, access: FieldAccess) -> Vec<Meaning> {
        let named = wanted.value.alternatives().iter().filter_map(|shape| match shape {
            Value::FieldName(entity) => Some((*entity, access, false)),
            Value::Entity(entity) => Some((*entity, FieldAccess::Filter, true)),
            _ => None,
        });
        let meaning = |(entity, access, in_query)| Meaning {
            named: NamedField { entity, field: name.to_owned(), access, in_query },
            mapping: false,
            known: wanted.clone(),
        };
        named.map(meaning).collect()
    }

    fn resolve_text(&self, cx: Context<'_>, expr: ExprId, name: &str) -> Resolution {
        let Some(text) = cx.module.literal_str(expr) else { return Resolution::Fields(Vec::new()) };
        // Query builders read more than a name in a string: `"u.email as mail"`. A template or a longer string `strings`
        // reads as SQL.
        let part = text != name;
        if part && (text.len() > LONGEST_PATH || looks_like_sql(&text)) {
            return Resolution::Fields(Vec::new());
        }
        if let Some(wanted) = self.wanted_of_indexed(cx, expr)
            && let Resolution::Fields(found) = self.fields_of_shape(&wanted, name)
            && !found.is_empty()
        {
            return Resolution::Fields(found);
        }
        if let Some(key) = self.index_key(cx, expr).filter(|_| !part) {
            return self.fields_of_value(&key, name, FieldAccess::Read);
        }
        let wanted = self.eval.expected(cx, expr);
        let mut found = Vec::new();
        for shape in wanted.value.alternatives() {
            match shape {
                Value::FieldName(_) | Value::Entity(_) if !part => {
                    let access = if is_set(cx.module, expr) { FieldAccess::Write } else { FieldAccess::Read };
                    found.extend(self.fields_named(&wanted.with(shape.clone()), name, access));
                }
                // `row.get("email")`, `itemgetter("email")` of a result row.
                Value::Tuple(_) if !part => {
                    let row = wanted.with(shape.clone());
                    if let Resolution::Fields(fields) = self.fields_of_value(&row, name, FieldAccess::Read) {
                        found.extend(fields);
                    }
                }
                Value::Library(_) => {
                    let names =
                        self.eval.key_meaning(shape, &text).map(|meaning| meaning.names).unwrap_or_default();
                    let names = names.into_iter().filter(|named| !part || named.field == name);
                    found.extend(names.map(|named| Meaning { named, mapping: false, known: wanted.clone() }));
                }
                _ => {}
            }
        }
        Resolution::Fields(found)
    }

    /// What is wanted of the object to whose key something is assigned: `values["email"] = x`.
    fn wanted_of_indexed(&self, cx: Context<'_>, expr: ExprId) -> Option<Known> {
        let Parent::Expr(parent) = cx.module.expr(expr).parent else { return None };
        match (&cx.module.expr(parent).kind, cx.module.expr(parent).parent) {
            (ExprKind::Index { object, index, .. }, Parent::Pattern(_)) if *index == expr => {
                Some(self.eval.wanted_of_variable(cx, *object))
            }
            _ => None,
        }
    }

    /// The object that the string indexes: `row["email"]`.
    fn index_key(&self, cx: Context<'_>, expr: ExprId) -> Option<Known> {
        let Parent::Expr(parent) = cx.module.expr(expr).parent else { return None };
        match cx.module.expr(parent).kind {
            ExprKind::Index { object, index, .. } if index == expr => Some(self.eval.expr(cx, object)),
            _ => None,
        }
    }

    fn resolve_class_member(&self, module: &Module, class: ClassRef, name: &str) -> Resolution {
        let entity = self.eval.class_entity(class);
        let is_field = module.class(class.id).members.iter().any(|member| {
            module.text(member.name) == name && matches!(member.kind, MemberKind::Field { .. })
        });
        if !is_field {
            return Resolution::Fields(Vec::new());
        }
        let mirrored = || self.eval.libraries().find_map(|library| library.mirrored(&self.eval, class));
        let (entity, known) = match entity {
            Some(entity) => (entity, None),
            None => match mirrored().filter(|_| module.language.is_python()) {
                Some(known) => match known.value {
                    Value::Entity(entity) => (entity, Some(known)),
                    _ => return Resolution::Fields(Vec::new()),
                },
                None => return Resolution::Fields(Vec::new()),
            },
        };
        let named = NamedField { entity, field: name.to_owned(), access: FieldAccess::Read, in_query: false };
        let mapping = known.is_none();
        let known = known.unwrap_or_else(|| Known::plain(Value::Unknown));
        Resolution::Fields(vec![Meaning { named, mapping, known }])
    }

    /// A name in the body of a mapped class that means the attribute above it: `Index("ix", email)`.
    fn resolve_name(&self, cx: Context<'_>, expr: ExprId, name: &str) -> Resolution {
        let none = Resolution::Fields(Vec::new());
        let Some(found) = self.eval.lookup(cx.module, cx.module.expr(expr).scope, name) else { return none };
        let ScopeOwner::Class(class) = cx.module.scope(found.scope).owner else { return none };
        let is_attribute =
            found.bindings.iter().any(|binding| matches!(binding.kind, BindingKind::Pattern(_)));
        let class = ClassRef { file: cx.module.file, id: class };
        match self.eval.class_entity(class) {
            Some(entity) if is_attribute => {
                let named = NamedField {
                    entity,
                    field: name.to_owned(),
                    access: FieldAccess::Filter,
                    in_query: true,
                };
                Resolution::Fields(vec![Meaning {
                    named,
                    mapping: false,
                    known: Known::plain(Value::Unknown),
                }])
            }
            _ => none,
        }
    }

    /// Adds the usages that a meaning gives, where it is one of the targets.
    pub(super) fn add_meaning(
        &self,
        module: &Module,
        site: Site,
        meaning: &Meaning,
        targets: &[Target],
        place: &(crate::schema::TableName, String),
        set: &mut UsageSet,
    ) {
        if !targets.iter().any(|target| self.hits(&meaning.named, target)) {
            return;
        }
        let how = match (meaning.mapping, meaning.named.in_query) {
            (true, _) => How::Mapping,
            (false, true) => How::Query,
            (false, false) => How::Value,
        };
        let usage = Usage {
            span: module.span(named_range(module, site, &meaning.named.field, &place.1)),
            table: place.0.clone(),
            column: Some(place.1.clone()),
            how,
            access: access(meaning.named.access),
            implicit: false,
            named_by: NamedBy::Code,
            when: When::Always,
            confidence: if meaning.known.likely { Confidence::Likely } else { Confidence::Exact },
            evidence: evidence(&meaning.known.trail),
            value: self.value_fact(module, site, &meaning.named),
            in_sql: false,
            conversion: None,
            required_at: self.required_at(module, site, &meaning.named),
        };
        set.usages.extend(self.handed_picked(module, site, &meaning.named, &usage));
        set.usages.push(usage);
    }

    /// Whether a named field is the target: the same entity, or one that inherits the field from it.
    fn hits(&self, named: &NamedField, target: &Target) -> bool {
        if target.field.as_deref() != Some(named.field.as_str()) {
            return false;
        }
        if named.entity == target.entity || self.inherits(named.entity, target.entity) {
            return true;
        }
        // Seen through a base that declares the field: a mixin's method, a generic repository.
        let declares =
            self.eval.entity(named.entity).is_some_and(|info| info.entity.field(&named.field).is_some());
        declares && self.inherits(target.entity, named.entity)
    }

    /// Whether the class of `entity` is derived from the class of `base`, which maps another table.
    fn inherits(&self, entity: EntityId, base: EntityId) -> bool {
        let class_of = |id: EntityId| self.eval.entity(id).and_then(|info| info.class);
        let concrete = |class| self.eval.libraries().any(|library| library.is_concrete(&self.eval, class));
        match (class_of(entity), class_of(base)) {
            (Some(class), Some(base)) => self.eval.derives(class, base) && !concrete(class),
            _ => false,
        }
    }

    /// A site whose receiver is not known, for the verdict.
    pub(super) fn add_unresolved(&self, module: &Module, site: Site, reason: String, set: &mut UsageSet) {
        let access = match site.kind {
            SiteKind::Member(expr) => Some(access(member_access(module, expr))),
            SiteKind::PatternKey { .. } => Some(Access::Read),
            _ => None,
        };
        let needs_row = access.is_some();
        set.unresolved.push(Unresolved { span: module.span(site.range), reason, needs_row, access });
    }
}

/// Whether the value is a member of a library's object that nothing is known of: `request.body`, `page.first`. It may be a method,
/// and it may be anything that was put there.
fn is_held_by_library(value: &Value) -> bool {
    matches!(value, Value::Method(receiver, _) if matches!(&**receiver, Value::ExternalInstance(..)))
}

/// The expression around an attribute that gives it another name: `User.email.label("mail")`.
fn labelled(module: &Module, expr: ExprId) -> ExprId {
    let Parent::Expr(member) = module.expr(expr).parent else { return expr };
    let ExprKind::Member { name, .. } = module.expr(member).kind else { return expr };
    match module.expr(member).parent {
        Parent::Expr(call) if module.text(name) == "label" => match module.expr(call).kind {
            ExprKind::Call { callee, .. } if callee == member => call,
            _ => expr,
        },
        _ => expr,
    }
}

/// Whether a string is the name of an attribute that `setattr` or `delattr` sets.
fn is_set(module: &Module, name: ExprId) -> bool {
    let Parent::Expr(call) = module.expr(name).parent else { return false };
    let ExprKind::Call { callee, .. } = module.expr(call).kind else { return false };
    matches!(module.slice(module.expr(callee).range), "setattr" | "delattr")
}

/// Whether the field is the value, or one of its elements.
fn has_field(value: &Value, named: &NamedField) -> bool {
    match value {
        Value::Field(entity, field) => *entity == named.entity && **field == *named.field,
        Value::Tuple(items) => items.iter().any(|item| has_field(item, named)),
        _ => false,
    }
}

/// The range of the name itself: in a string of several names, the one after the dot.
fn named_range(module: &Module, site: Site, field: &str, column: &str) -> crate::text::TextRange {
    let text = module.slice(site.range);
    if !matches!(site.kind, SiteKind::Text(_)) || text == field || text == column {
        return site.range;
    }
    let is_word =
        |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
    for name in [field, column] {
        let whole =
            |start: usize| !is_word(text.get(start + name.len()..).and_then(|rest| rest.chars().next()));
        let dotted = text.match_indices(name).find(|(start, _)| {
            *start > 0 && text.get(..*start).is_some_and(|before| before.ends_with('.')) && whole(*start)
        });
        if let Some((start, _)) = dotted {
            let of = |at: usize| site.range.start + u32::try_from(at).unwrap_or(0);
            return crate::text::TextRange { start: of(start), end: of(start + name.len()) };
        }
    }
    site.range
}

/// Whether a call is the pattern of a `case`: it tests the class and reads attributes.
pub(super) fn is_class_pattern(module: &Module, call: ExprId) -> bool {
    let mut current = call;
    while let Parent::Expr(parent) = module.expr(current).parent {
        current = parent;
    }
    match module.expr(current).parent {
        Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
            StmtKind::Switch { cases, .. } => cases.iter().any(|case| case.values.contains(&current)),
            _ => false,
        },
        _ => false,
    }
}

fn written(entity: EntityId, name: &str) -> NamedField {
    NamedField { entity, field: name.to_owned(), access: FieldAccess::Write, in_query: false }
}

pub(super) fn access(access: FieldAccess) -> Access {
    match access {
        FieldAccess::Read | FieldAccess::Aggregate => Access::Read,
        FieldAccess::Write => Access::Write,
        FieldAccess::Filter | FieldAccess::Define => Access::Filter,
    }
}

/// Whether `x.name` is assigned to.
fn member_access(module: &Module, expr: ExprId) -> FieldAccess {
    match module.expr(expr).parent {
        Parent::Pattern(_) => FieldAccess::Write,
        _ => FieldAccess::Read,
    }
}

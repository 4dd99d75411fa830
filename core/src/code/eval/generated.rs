//! Classes whose constructor is made from their fields: dataclasses, pydantic models, `NamedTuple`, attrs, strawberry types.

use crate::code::eval::{Call, Context, Evaluator, TypeParamKey};
use crate::code::tree::{ExprKind, MemberKind, PatternSource, TypeId};
use crate::code::value::{ClassRef, Place, Value};

/// Bases are followed no deeper.
const DEEPEST_BASE: u32 = 8;

impl Evaluator<'_> {
    /// The written type of the field that an argument of a class without a constructor sets.
    pub fn generated_parameter(
        &self,
        class: ClassRef,
        call: &Call<'_>,
        index: usize,
    ) -> Option<Place<TypeId>> {
        if self.class_entity(class).is_some() {
            return None;
        }
        match call.args.get(index)?.name {
            Some(name) => self.written_field(class, &[], call.module().text(name)),
            None => self.fields_in_order(class, 0).get(index).copied(),
        }
    }

    /// The type parameters of a class without a constructor, from the arguments that set its fields.
    pub(super) fn inferred_by_fields(&self, class: ClassRef, call: &Call<'_>) -> Vec<(TypeParamKey, Value)> {
        let mut found = Vec::new();
        for (index, arg) in call.args.iter().enumerate() {
            let Some(field) = self.generated_parameter(class, call, index) else { continue };
            let Some(module) = self.module(field.file) else { continue };
            let cx = Context { module: &module, frame: field.frame };
            let value = self.expr(call.cx, arg.value).value;
            self.infer(cx, field.id, &value, &mut found);
        }
        found
    }

    /// The type that is written for a field of a class or of one of its bases.
    pub fn written_field(&self, class: ClassRef, args: &[Value], name: &str) -> Option<Place<TypeId>> {
        self.written_field_at(class, args, name, 0)
    }

    fn written_field_at(
        &self,
        class: ClassRef,
        args: &[Value],
        name: &str,
        depth: u32,
    ) -> Option<Place<TypeId>> {
        let module = self.module(class.file)?;
        let frame = self.class_frame(&module, class, args);
        let own = module.class(class.id).members.iter().rev().find(|member| {
            module.text(member.name) == name || self.alias_of(&module, member.kind).as_deref() == Some(name)
        });
        if let Some(member) = own {
            return match member.kind {
                MemberKind::Field { annotation: Some(id), .. } => Some(Place { file: class.file, id, frame }),
                MemberKind::Field { annotation: None, .. } | MemberKind::Method(_) => None,
            };
        }
        if let Some(id) = self.annotated_on_self(&module, class, name) {
            return Some(Place { file: class.file, id, frame });
        }
        if depth > DEEPEST_BASE {
            return None;
        }
        self.base_values(class, args).iter().find_map(|base| match base {
            Value::Instance(base, args) => self.written_field_at(*base, args, name, depth + 1),
            _ => None,
        })
    }

    /// `self.name: list[str] = []` in a method.
    fn annotated_on_self(
        &self,
        module: &crate::code::tree::Module,
        class: ClassRef,
        name: &str,
    ) -> Option<TypeId> {
        let fields = self.self_fields(module);
        fields.get(&(class.id, Box::from(name)))?.iter().find_map(|pattern| {
            match module.pattern(*pattern).source {
                PatternSource::Value { annotation, .. } => annotation,
                _ => None,
            }
        })
    }

    /// The name by which pydantic takes a field: `Field(alias="userName")`.
    fn alias_of(&self, module: &crate::code::tree::Module, member: MemberKind) -> Option<String> {
        let MemberKind::Field { value: Some(value), .. } = member else { return None };
        let ExprKind::Call { args, .. } = &module.expr(value).kind else { return None };
        let named = |arg: &&crate::code::tree::Argument| {
            arg.name.is_some_and(|name| matches!(module.text(name), "alias" | "validation_alias"))
        };
        args.iter().find(named).and_then(|arg| module.literal_str(arg.value))
    }

    /// The types of the fields of a class by position, those of its bases first.
    fn fields_in_order(&self, class: ClassRef, depth: u32) -> Vec<Place<TypeId>> {
        let Some(module) = self.module(class.file) else { return Vec::new() };
        if depth > DEEPEST_BASE {
            return Vec::new();
        }
        let bases = self.base_values(class, &[]);
        let mut found: Vec<Place<TypeId>> = bases
            .iter()
            .filter_map(|base| match base {
                Value::Instance(base, _) => Some(self.fields_in_order(*base, depth + 1)),
                _ => None,
            })
            .flatten()
            .collect();
        found.extend(module.class(class.id).members.iter().filter_map(|member| match member.kind {
            MemberKind::Field { annotation: Some(id), .. } => {
                let text = module.slice(module.ty(id).range);
                let counts = !text.contains("ClassVar") && !text.contains("KW_ONLY");
                counts.then(|| Place { file: class.file, id, frame: Default::default() })
            }
            MemberKind::Field { annotation: None, .. } | MemberKind::Method(_) => None,
        }));
        found
    }
}

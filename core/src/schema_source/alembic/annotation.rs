//! Annotations of mapped attributes: `Mapped[Optional[str]]`, `int | None`.

use crate::code::interpret::{ClassValueId, Run, Runner, Value};
use crate::code::tree::{Ident, TypeId, TypeKind};

/// What an annotation says.
#[derive(Debug, Clone, Default)]
pub(super) struct Declared {
    /// Whether it is `Mapped[...]`.
    pub mapped: bool,
    pub nullable: bool,
    /// A list or another collection: a relationship, where nothing else is said.
    pub list: bool,
    /// Whether there is a type in it.
    pub known: bool,
    /// The type, where it is one.
    pub value: Option<Value>,
}

/// How deep annotations are read.
const DEEPEST: u32 = 8;

/// Reads the annotation of an attribute of a class.
///
/// # Errors
/// A limit that was reached while a name was looked up.
pub(super) fn declared_type(run: &mut Runner<'_, '_>, class: ClassValueId, ty: TypeId) -> Run<Declared> {
    let mut found = Declared::default();
    read(run, class, ty, 0, &mut found)?;
    Ok(found)
}

fn read(
    run: &mut Runner<'_, '_>,
    class: ClassValueId,
    ty: TypeId,
    depth: u32,
    found: &mut Declared,
) -> Run<()> {
    if depth > DEEPEST {
        return Ok(());
    }
    let module = run.class_module(class);
    match &module.ty(ty).kind {
        TypeKind::Name { path, args } => {
            let name = path.last().map_or("", |name: &Ident| module.text(*name));
            match name {
                "Mapped" => found.mapped = true,
                "DynamicMapped" | "WriteOnlyMapped" | "ClassVar" | "Relationship" => found.list = true,
                "Optional" => found.nullable = true,
                "Union" => {}
                "Annotated" => {
                    return args.first().map_or(Ok(()), |first| read(run, class, *first, depth + 1, found));
                }
                "list" | "List" | "set" | "Set" | "Sequence" | "Collection" | "Iterable" => found.list = true,
                _ => {
                    let mut value = None;
                    for part in path {
                        let part = module.text(*part);
                        value = Some(match value {
                            None => run.class_name_value(class, part)?,
                            Some(object) => run.member(&object, part)?,
                        });
                    }
                    found.value = value;
                    found.known = true;
                    return Ok(());
                }
            }
            for arg in args {
                read(run, class, *arg, depth + 1, found)?;
            }
        }
        TypeKind::Union(items) => {
            for item in items {
                read(run, class, *item, depth + 1, found)?;
            }
        }
        TypeKind::Null => found.nullable = true,
        TypeKind::Wrapped(inner) => read(run, class, *inner, depth + 1, found)?,
        _ => {}
    }
    Ok(())
}

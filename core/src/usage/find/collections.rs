//! Parts of written collection types: the items of `list[str]` and `string[]`, the keys of `dict[int, str]`.

use crate::code::eval::Evaluator;
use crate::code::tree::{TypeId, TypeKind};
use crate::code::value::Place;

/// A part of a collection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An item; the position counts in tuples only.
    Item(usize),
    /// A key.
    Key,
    /// A value under a key.
    Value,
}

/// The written type of a part of a value of the type; `None` where it is not written or not a collection.
pub(super) fn part_of_type(eval: &Evaluator<'_>, whole: Place<TypeId>, part: Part) -> Option<Place<TypeId>> {
    let module = eval.module(whole.file)?;
    let within = |id: TypeId| Place { id, ..whole };
    match &module.ty(whole.id).kind {
        TypeKind::Name { path, args } => {
            let name = path.last().map(|name| module.text(*name))?;
            let arg = |index: usize| args.get(index).copied().map(within);
            match (name, part) {
                ("Optional" | "Annotated" | "Final" | "ClassVar" | "Required" | "NotRequired", _) => {
                    part_of_type(eval, arg(0)?, part)
                }
                (
                    "list" | "List" | "set" | "Set" | "frozenset" | "FrozenSet" | "Sequence"
                    | "MutableSequence" | "Iterable" | "Collection" | "AbstractSet" | "MutableSet" | "deque"
                    | "Deque" | "Array" | "ReadonlyArray",
                    Part::Item(_),
                ) => arg(0),
                ("tuple" | "Tuple", Part::Item(position)) => match args.last().map(|ty| &module.ty(*ty).kind)
                {
                    Some(TypeKind::Other) if args.len() == 2 => arg(0),
                    _ => arg(position),
                },
                (
                    "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
                    | "OrderedDict",
                    Part::Key,
                ) => arg(0),
                (
                    "dict" | "Dict" | "Mapping" | "MutableMapping" | "defaultdict" | "DefaultDict"
                    | "OrderedDict",
                    Part::Value,
                ) => arg(1),
                _ => None,
            }
        }
        TypeKind::Array(item) if matches!(part, Part::Item(_)) => Some(within(*item)),
        // `list[str] | None`: the one that has such a part.
        TypeKind::Union(items) => {
            let mut parts = items.iter().filter_map(|item| part_of_type(eval, within(*item), part));
            let first = parts.next();
            if parts.next().is_some() { None } else { first }
        }
        TypeKind::Wrapped(inner) => part_of_type(eval, within(*inner), part),
        _ => None,
    }
}

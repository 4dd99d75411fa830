//! Collections that begin empty, by what is put into them: `rows = []`, `rows.append(user)`.

use std::rc::Rc;

use crate::code::eval::{Call, Context, Evaluator};
use crate::code::tree::{ExprId, ExprKind, Module, Parent, PatternId, PatternKind, PatternSource};
use crate::code::value::{Known, Value};

/// A collection is followed to at most so many of its uses.
const MOST_USES: usize = 40;

/// Kinds of collections.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Collection {
    /// A list or set.
    List,
    /// A dict or map.
    Map,
}

impl Evaluator<'_> {
    /// The value of a variable that is bound to an empty collection, by what is put into it; `None` where it begins with
    /// something or nothing that matters is put into it.
    pub(super) fn filled(&self, cx: Context<'_>, pattern: PatternId, value: ExprId) -> Option<Known> {
        let module = cx.module;
        let kind = empty_collection(module, value)?;
        let PatternKind::Name(name) = module.pattern(pattern).kind else { return None };
        let uses = self.uses_of(module, module.pattern(pattern).scope, module.text(name));
        let put: Vec<Known> =
            uses.iter().take(MOST_USES).filter_map(|place| self.put_at(cx, *place, kind, 0)).collect();
        let joined = self.join(put);
        joined.value.matters().then(|| {
            joined.with(match kind {
                Collection::List => Value::list(joined.value.clone()),
                Collection::Map => Value::Map(Rc::new(joined.value.clone())),
            })
        })
    }

    /// What is put into the collection that `place` stands for.
    fn put_at(&self, cx: Context<'_>, place: ExprId, kind: Collection, depth: u32) -> Option<Known> {
        let module = cx.module;
        let Parent::Expr(parent) = module.expr(place).parent else { return None };
        match &module.expr(parent).kind {
            ExprKind::Member { object, name, .. } if *object == place => {
                let call = called(cx, parent)?;
                self.put_by_method(cx, &call, module.text(*name), kind, depth)
            }
            ExprKind::Index { object, .. } if *object == place && kind == Collection::Map => {
                if let Parent::Pattern(target) = module.expr(parent).parent {
                    let PatternSource::Value { value: Some(value), .. } = module.pattern(target).source
                    else {
                        return None;
                    };
                    return Some(self.expr(cx, value));
                }
                // `groups[key].append(user)`.
                self.nested(cx, parent, depth)
            }
            _ => None,
        }
    }

    fn put_by_method(
        &self,
        cx: Context<'_>,
        call: &Call<'_>,
        method: &str,
        kind: Collection,
        depth: u32,
    ) -> Option<Known> {
        let arg = |index: usize| call.positional(index).map(|arg| self.expr(cx, arg));
        match (kind, method) {
            (Collection::List, "append" | "add" | "appendleft" | "push" | "unshift") => arg(0),
            (Collection::List, "insert") => arg(1),
            (Collection::List, "extend" | "update") => Some(self.items(&arg(0)?)),
            (Collection::Map, "set") => arg(1),
            (Collection::Map, "setdefault") => self.nested(cx, call.expr, depth).or_else(|| arg(1)),
            _ => None,
        }
    }

    /// A list in a dict: what is put into it.
    fn nested(&self, cx: Context<'_>, place: ExprId, depth: u32) -> Option<Known> {
        if depth > 2 {
            return None;
        }
        let item = self.put_at(cx, place, Collection::List, depth + 1)?;
        Some(item.with(Value::list(item.value.clone())))
    }
}

/// The call of the method that `member` names.
fn called(cx: Context<'_>, member: ExprId) -> Option<Call<'_>> {
    let Parent::Expr(call) = cx.module.expr(member).parent else { return None };
    Call::at(cx, call).filter(|call| call.callee == member)
}

/// The kind of the collection that an expression makes, if it is empty.
fn empty_collection(module: &Module, value: ExprId) -> Option<Collection> {
    match &module.expr(value).kind {
        ExprKind::Sequence { items, .. } if items.is_empty() => Some(Collection::List),
        ExprKind::Object { entries } if entries.is_empty() => Some(Collection::Map),
        ExprKind::Call { callee, args, .. } => {
            let text = module.slice(module.expr(*callee).range);
            match text.rsplit('.').next().unwrap_or(text) {
                "list" | "set" | "deque" | "Set" | "Array" if args.is_empty() => Some(Collection::List),
                "dict" | "OrderedDict" | "Map" if args.is_empty() => Some(Collection::Map),
                "defaultdict" => Some(Collection::Map),
                _ => None,
            }
        }
        _ => None,
    }
}

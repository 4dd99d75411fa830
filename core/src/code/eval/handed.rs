//! Names in constants that are handed on: a list of columns that other files import, the keys of a dict that is iterated.

use crate::code::eval::{Context, Evaluator};
use crate::code::project::ImportTarget;
use crate::code::project::constants::is_constant_name;
use crate::code::tree::{
    BindingKind, ExprId, ExprKind, Imported, Module, Parent, PatternId, PatternKind, ScopeId, ScopeOwner,
    StmtKind,
};
use crate::code::value::Known;

/// Files that import a constant are looked at up to so many.
const MOST_IMPORTERS: usize = 40;

impl Evaluator<'_> {
    /// The shape wanted of a constant of a module by the files that import it.
    pub(super) fn wanted_by_importers(&self, module: &Module, scope: ScopeId, name: &str) -> Known {
        let is_shared = module.language.is_python()
            && module.scope(scope).owner == ScopeOwner::Module
            && is_constant_name(name);
        if !is_shared {
            return Known::unknown();
        }
        let importers = self.project.importers_of(name).iter().filter(|file| **file != module.file);
        let wanted = importers.take(MOST_IMPORTERS).filter_map(|file| {
            let importer = self.module(*file)?;
            let mut scopes = (0..).map(ScopeId).take(importer.scopes.len());
            let imported = scopes.find(|scope| self.imports(&importer, *scope, name, module))?;
            let uses = self.uses_of(&importer, imported, name);
            let cx = Context::of(&importer);
            Some(self.join(uses.iter().map(|place| self.expected(cx, *place))))
        });
        self.join(wanted.filter(|known| !known.value.is_unknown()))
    }

    /// Whether a scope binds the name by importing it from the module.
    fn imports(&self, importer: &Module, scope: ScopeId, name: &str, from: &Module) -> bool {
        importer.bindings_named(scope, name).iter().any(|binding| {
            let BindingKind::Import { import, index } = binding.kind else { return false };
            let what = importer.import(import).names.get(index as usize).map(|imported| imported.what);
            let by_name = matches!(what, Some(Imported::Name(what)) if importer.text(what) == name);
            by_name
                && matches!(self.project.resolve_import(importer, import), ImportTarget::File(file) if file == from.file)
        })
    }

    /// The shape wanted of the keys of a dict, where it is iterated: `for name, value in {"email": x}.items()`.
    pub fn wanted_of_keys(&self, cx: Context<'_>, object: ExprId) -> Known {
        let module = cx.module;
        let mut places = vec![object];
        if let Parent::Stmt(stmt) = module.expr(object).parent
            && let StmtKind::Assign { targets, op: None, .. } = &module.stmt(stmt).kind
            && let [target] = targets.as_slice()
            && let PatternKind::Name(name) = module.pattern(*target).kind
        {
            places.extend(self.uses_of(module, module.pattern(*target).scope, module.text(name)).iter());
        }
        let keys = places.into_iter().filter_map(|place| keys_bound(module, place));
        self.join(keys.map(|key| self.flows_to(cx, key)).filter(|known| !known.value.is_unknown()))
    }
}

/// What the keys of a dict are bound to, where it is iterated.
fn keys_bound(module: &Module, dict: ExprId) -> Option<PatternId> {
    let method = match module.expr(dict).parent {
        Parent::Expr(member) => match module.expr(member).kind {
            ExprKind::Member { object, name, .. } if object == dict => Some((member, module.text(name))),
            _ => None,
        },
        _ => None,
    };
    let (iterated, pairs) = match method {
        Some((member, name @ ("items" | "keys"))) => {
            let Parent::Expr(call) = module.expr(member).parent else { return None };
            (call, name == "items")
        }
        Some(_) => return None,
        None => (dict, false),
    };
    let pattern = match module.expr(iterated).parent {
        Parent::Stmt(stmt) => match &module.stmt(stmt).kind {
            StmtKind::For { pattern, iterable, .. } if *iterable == iterated => *pattern,
            _ => return None,
        },
        Parent::Expr(parent) => match &module.expr(parent).kind {
            ExprKind::Comprehension { clauses, .. } => {
                clauses.iter().find(|clause| clause.iterable == iterated)?.pattern
            }
            _ => return None,
        },
        _ => return None,
    };
    match (&module.pattern(pattern).kind, pairs) {
        (PatternKind::Sequence(items), true) => items.first().copied().flatten(),
        (_, true) => None,
        (_, false) => Some(pattern),
    }
}

/// Whether a type is a string or some of them.
pub(super) fn is_text_type(text: &str) -> bool {
    let plain: String = text.chars().filter(|c| !c.is_whitespace() && !matches!(c, '"' | '\'')).collect();
    let plain = plain.strip_suffix("|None").unwrap_or(&plain);
    let inner = plain.strip_suffix(']').and_then(|rest| rest.split_once('['));
    let is_text = |text: &str| matches!(text, "str" | "str,..." | "str,str" | "str,Any");
    match inner {
        Some((outer, inner)) => {
            let outer = outer.rsplit('.').next().unwrap_or(outer);
            let holds = [
                "list",
                "List",
                "tuple",
                "Tuple",
                "set",
                "Set",
                "frozenset",
                "Sequence",
                "Iterable",
                "Collection",
                "Optional",
            ];
            holds.contains(&outer) && (is_text(inner) || is_text_type(inner))
        }
        None => plain == "str",
    }
}

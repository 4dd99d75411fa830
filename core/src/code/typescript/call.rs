//! Calls: of functions, constructors, template tags and modules.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::expr::is_expression;
use super::{Lowering, content, range};
use crate::code::tree::{Argument, ArgumentSpread, ExprId, ExprKind, Import, ImportId, Parent, TypeId};

impl Lowering<'_> {
    /// A call whose callee is lowered; a tagged template is one too.
    pub(super) fn call(&mut self, node: TsNode<'_>, expr: ExprId, callee: ExprId) -> ExprKind {
        let type_args = self.type_args(node);
        match node.child(Field::Arguments) {
            Some(template) if template.kind() == Kind::TemplateString => {
                let type_args = if type_args.is_empty() { self.blanked_types(template) } else { type_args };
                self.template(template, expr, Some(callee), type_args)
            }
            arguments => {
                let args = arguments.map_or(vec![], |arguments| self.args(arguments, expr));
                let optional = node.has(Kind::OptionalChainToken) || node.has(Kind::OptionalChain);
                ExprKind::Call { callee, args, type_args, is_new: false, optional }
            }
        }
    }

    /// `new callee(args)`.
    pub(super) fn new_call(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        let callee = self.expr_at(node, Field::Constructor, Parent::Expr(expr));
        let type_args = self.type_args(node);
        let args = node.child(Field::Arguments).map_or(vec![], |arguments| self.args(arguments, expr));
        ExprKind::Call { callee, args, type_args, is_new: true, optional: false }
    }

    fn args(&mut self, node: TsNode<'_>, call: ExprId) -> Vec<Argument> {
        let children = node.children().filter(|child| is_expression(child.kind()) || child.is_error());
        let argument = |child: TsNode<'_>| {
            if child.kind() == Kind::SpreadElement {
                let value = self.inner(child, Parent::Expr(call));
                return Argument { name: None, value, spread: ArgumentSpread::Items };
            }
            Argument { name: None, value: self.expr(child, Parent::Expr(call)), spread: ArgumentSpread::None }
        };
        children.map(argument).collect()
    }

    /// The type arguments written on a call, a class or a JSX element.
    pub(super) fn type_args(&mut self, node: TsNode<'_>) -> Vec<TypeId> {
        let args = node.child(Field::TypeArguments).or_else(|| node.child_of_kind(Kind::TypeArguments));
        args.map_or(vec![], |args| self.types_in(args))
    }

    /// Type arguments of a tag: the tree lacks them, see the grammar's mending.
    fn blanked_types(&mut self, template: TsNode<'_>) -> Vec<TypeId> {
        let types = self.template_types;
        let found = types.binary_search_by_key(&(template.start() as usize), |(start, _)| *start);
        match found.ok().and_then(|index| types.get(index)) {
            Some((_, types)) => self.types_of_text(types.clone()),
            None => vec![],
        }
    }

    /// `import("x")`, `require("x")`; a call whose module is not a literal is some other expression.
    pub(super) fn import_call(&mut self, node: TsNode<'_>, expr: ExprId) -> ExprKind {
        let function = node.child(Field::Function);
        match function.and_then(|function| self.imports(function, node)) {
            Some(specifier) => ExprKind::ImportCall(self.bare_import(specifier, node)),
            None => {
                let args =
                    node.child(Field::Arguments).map_or(vec![], |arguments| self.args(arguments, expr));
                ExprKind::Other(args.into_iter().map(|argument| argument.value).collect())
            }
        }
    }

    /// An import that brings no names of its own.
    pub(super) fn bare_import(&mut self, specifier: TsNode<'_>, whole: TsNode<'_>) -> ImportId {
        let scope = self.build.scope();
        self.build.add_import(Import {
            specifier: content(specifier),
            level: 0,
            names: vec![],
            type_only: false,
            range: range(whole),
            scope,
        })
    }
}

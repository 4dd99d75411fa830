//! Classes, interfaces and enums.

use seawall_grammars::typescript::{Field, Kind, TsNode};

use super::expr::{first_expr, is_expression};
use super::function::annotated;
use super::{Lowering, ident, range, through_errors};
use crate::code::tree::{
    BindingKind, Class, ClassId, ClassKind, ClassMember, ExprId, Ident, MemberKind, Parent, ScopeOwner,
    SiteKind, StmtKind,
};

impl Lowering<'_> {
    /// A class, interface or enum that is a statement, bound in the current scope.
    pub(super) fn declared_class(&mut self, node: TsNode<'_>) -> ClassId {
        let id = self.class(node);
        if let Some(name) = node.child(Field::Name).map(ident) {
            let scope = self.build.scope();
            self.build.bind(scope, name, BindingKind::Class(id));
            self.build.site(name.range, SiteKind::Class(id));
        }
        id
    }

    /// A class, interface or enum.
    pub(super) fn class(&mut self, node: TsNode<'_>) -> ClassId {
        let outer_scope = self.build.scope();
        let name = node.child(Field::Name).map(ident);
        let kind = match node.kind() {
            Kind::InterfaceDeclaration => ClassKind::Interface,
            Kind::EnumDeclaration => ClassKind::Enum,
            _ => ClassKind::Class,
        };
        let id = self.build.add_class(Class {
            name,
            kind,
            bases: vec![],
            base_types: vec![],
            field_decorators: vec![],
            keywords: vec![],
            type_params: vec![],
            members: vec![],
            body: vec![],
            decorators: vec![],
            scope: outer_scope,
            outer_scope,
            range: range(node),
        });
        let scope = self.build.add_scope(ScopeOwner::Class(id));
        let decorators = self.decorators(node, Parent::Class(id));
        if let Some(class) = self.build.class_mut(id) {
            class.scope = scope;
            class.decorators = decorators;
        }
        self.build.enter_scope(scope);
        if let (Some(name), Kind::Class) = (name, node.kind()) {
            self.build.bind(scope, name, BindingKind::Class(id));
            self.build.site(name.range, SiteKind::Class(id));
        }
        let type_params = self.type_params(node, |index| BindingKind::ClassTypeParam { class: id, index });
        if let Some(class) = self.build.class_mut(id) {
            class.type_params = type_params;
        }
        for child in node.children() {
            match child.kind() {
                Kind::ClassHeritage => child.children().for_each(|clause| self.heritage(clause, id)),
                Kind::ExtendsTypeClause => self.heritage(child, id),
                Kind::ClassBody | Kind::InterfaceBody | Kind::EnumBody | Kind::ObjectType => {
                    self.class_body(child, id);
                }
                _ => {}
            }
        }
        self.build.leave_scope();
        id
    }

    /// The decorators in front of a class or method, without the `@`.
    pub(super) fn decorators(&mut self, node: TsNode<'_>, parent: Parent) -> Vec<ExprId> {
        let nodes = node.children().filter(|child| child.kind() == Kind::Decorator);
        nodes.map(|decorator| self.inner(decorator, parent)).collect()
    }

    fn heritage(&mut self, clause: TsNode<'_>, class: ClassId) {
        let mut bases = vec![];
        let mut types = vec![];
        for child in clause.named() {
            match (clause.kind(), child.kind()) {
                (Kind::ExtendsClause, Kind::TypeArguments) => types.extend(self.types_in(child)),
                (Kind::ExtendsClause, kind) if is_expression(kind) => {
                    bases.push(self.expr(child, Parent::Class(class)));
                }
                (Kind::ImplementsClause | Kind::ExtendsTypeClause, _) => types.push(self.ty(child)),
                _ => {}
            }
        }
        if let Some(class) = self.build.class_mut(class) {
            class.bases.extend(bases);
            class.base_types.extend(types);
        }
    }

    fn class_body(&mut self, body: TsNode<'_>, class: ClassId) {
        // The decorators of a method stand before it in the body; those of a field stand in the field.
        let mut decorators = vec![];
        for child in through_errors(body) {
            match child.kind() {
                Kind::Decorator => decorators.push(self.inner(child, Parent::Class(class))),
                Kind::MethodDefinition | Kind::MethodSignature | Kind::AbstractMethodSignature => {
                    let method = self.function(child, Some(class));
                    if let Some(method) = self.build.function_mut(method) {
                        method.decorators = std::mem::take(&mut decorators);
                    }
                    let name = child.child(Field::Name);
                    self.member(class, child, name, MemberKind::Method(method));
                }
                Kind::PublicFieldDefinition | Kind::PropertySignature => self.field(child, class),
                Kind::EnumAssignment => {
                    let value = self.expr_in(child, Field::Value, Parent::Class(class));
                    let kind = MemberKind::Field { annotation: None, value };
                    self.member(class, child, child.child(Field::Name), kind);
                }
                Kind::PropertyIdentifier | Kind::String | Kind::Number => {
                    let kind = MemberKind::Field { annotation: None, value: None };
                    self.member(class, child, Some(child), kind);
                }
                Kind::ClassStaticBlock => self.static_block(child, class),
                _ => {}
            }
        }
    }

    fn field(&mut self, node: TsNode<'_>, class: ClassId) {
        let annotation = match node.child(Field::Type).and_then(annotated) {
            Some(ty) => Some(self.ty(ty)),
            None => self.jsdoc(node).ty.and_then(|range| self.jsdoc_type(range)),
        };
        let value = self.expr_in(node, Field::Value, Parent::Class(class));
        let kind = MemberKind::Field { annotation, value };
        let member = self.member(class, node, node.child(Field::Name), kind);
        let decorators = self.decorators(node, Parent::Class(class));
        if let (Some(member), Some(class)) = (member, self.build.class_mut(class)) {
            class.field_decorators.extend(decorators.into_iter().map(|decorator| (member, decorator)));
        }
    }

    /// Adds a member; one whose name is computed is left out.
    fn member(
        &mut self,
        class: ClassId,
        node: TsNode<'_>,
        name: Option<TsNode<'_>>,
        kind: MemberKind,
    ) -> Option<u32> {
        let name = self.member_name(name?)?;
        let is_static = node.has(Kind::StaticToken);
        let optional = node.has(Kind::QuestionToken);
        let found = self.build.class_mut(class)?;
        let member = u32::try_from(found.members.len()).unwrap_or(u32::MAX);
        found.members.push(ClassMember { name, kind, is_static, optional });
        self.build.site(name.range, SiteKind::ClassMember { class, member });
        Some(member)
    }

    /// The name of a member; `["email"]` is one too.
    pub(super) fn member_name(&self, node: TsNode<'_>) -> Option<Ident> {
        match node.kind() {
            Kind::ComputedPropertyName => {
                first_expr(node).filter(|key| key.kind() == Kind::String).and_then(|key| self.plain_name(key))
            }
            _ => self.plain_name(node),
        }
    }

    fn static_block(&mut self, node: TsNode<'_>, class: ClassId) {
        let Some(body) = node.child(Field::Body) else { return };
        let scope = self.build.add_scope(ScopeOwner::Block);
        let stmt = self.build.open_stmt(range(node));
        self.build.enter_scope(scope);
        let stmts = self.stmts(body.children());
        self.build.leave_scope();
        self.build.close_stmt(stmt, StmtKind::Block(stmts));
        if let Some(class) = self.build.class_mut(class) {
            class.body.push(stmt);
        }
    }
}

//! Classes: methods on the prototype, fields of each instance, constructors, enums of TypeScript.

use std::rc::Rc;

use crate::code::interpret::{Arguments, ClassValueId, Code, Frame, FrameId, InstanceId, Run, Runner, Value};
use crate::code::tree::{ClassKind, MemberKind};

impl Runner<'_, '_> {
    /// Binds what a class has without an instance: methods, static fields, the values of an enum.
    pub(in crate::code::interpret) fn bind_members(
        &mut self,
        class: ClassValueId,
        frame: FrameId,
    ) -> Run<()> {
        let value = self.interpreter.heap.class(class).clone();
        let outer = Code::new(value.module.clone(), value.frame);
        let tree = value.module.class(value.class);
        let mut next = 0_i64;
        for member in &tree.members {
            let bound = match member.kind {
                MemberKind::Method(function) => Some(self.closure(&outer, function)),
                MemberKind::Field { value, .. } if tree.kind == ClassKind::Enum => {
                    let value = match value {
                        Some(value) => self.eval(&outer, value)?,
                        None => Value::Int(next),
                    };
                    if let Value::Int(number) = value {
                        next = number.saturating_add(1);
                    }
                    Some(value)
                }
                MemberKind::Field { value: Some(value), .. } if member.is_static => {
                    Some(self.eval(&outer, value)?)
                }
                MemberKind::Field { .. } => None,
            };
            if let Some(bound) = bound {
                let name = Rc::from(value.module.text(member.name));
                self.heap().frame_mut(frame).names.insert(name, bound);
            }
        }
        Ok(())
    }

    /// The fields of a new instance, those of its bases first, and then its constructor.
    pub(in crate::code::interpret) fn construct(
        &mut self,
        id: InstanceId,
        class: ClassValueId,
        arguments: &Rc<Arguments>,
    ) -> Run<()> {
        let this = Value::Instance(id);
        for class in self.lineage(class)?.0.into_iter().rev() {
            let value = self.interpreter.heap.class(class).clone();
            let names = [(Rc::from("this"), this.clone())].into_iter().collect();
            let frame = Frame { names, parent: Some(value.frame), ..Frame::default() };
            let code = Code::new(value.module.clone(), self.heap().push_frame(frame));
            for member in &value.module.class(value.class).members {
                if let MemberKind::Field { value: Some(field), .. } = member.kind
                    && !member.is_static
                {
                    let field = self.eval(&code, field)?;
                    let name = Rc::from(value.module.text(member.name));
                    self.heap().instance_mut(id).attributes.insert(name, field);
                }
            }
        }
        if let Some(Value::Function(constructor)) = self.class_attribute(class, "constructor")? {
            self.call_function(constructor, Some(this), arguments)?;
        }
        Ok(())
    }
}

//! Operations as objects (`op.invoke(ops.AddColumnOp(...))`), and directives that the project defines itself (Alembic
//! manual, "Operation Plugins").

use std::rc::Rc;

use crate::code::interpret::{Arguments, ClassValueId, External, Interpreter, Run, Runner, Value};
use crate::code::tree::Language;
use crate::schema_source::alembic::host::AlembicHost;
use crate::schema_source::alembic::operations::Target;
use crate::schema_source::alembic::types::last_part;
use crate::text::{FileId, Span};

/// The directive that an operation's class stands for (`alembic.operations.ops`).
const OBJECTS: &[(&str, &str)] = &[
    ("AddColumnOp", "add_column"),
    ("AlterColumnOp", "alter_column"),
    ("BulkInsertOp", "bulk_insert"),
    ("CreateCheckConstraintOp", "create_check_constraint"),
    ("CreateForeignKeyOp", "create_foreign_key"),
    ("CreateIndexOp", "create_index"),
    ("CreatePrimaryKeyOp", "create_primary_key"),
    ("CreateTableCommentOp", "create_table_comment"),
    ("CreateTableOp", "create_table"),
    ("CreateUniqueConstraintOp", "create_unique_constraint"),
    ("DropColumnOp", "drop_column"),
    ("DropConstraintOp", "drop_constraint"),
    ("DropIndexOp", "drop_index"),
    ("DropTableCommentOp", "drop_table_comment"),
    ("DropTableOp", "drop_table"),
    ("ExecuteSQLOp", "execute"),
    ("RenameTableOp", "rename_table"),
];

/// What the project adds to `op`.
#[derive(Debug, Default)]
pub(super) struct OwnDirectives {
    /// A directive: its name, the class, and the class's method that is called.
    directives: Vec<(String, ClassValueId, String)>,
    /// What a class does when it is invoked.
    implementations: Vec<(ClassValueId, Value)>,
}

impl AlembicHost {
    /// `op.invoke(operation)`.
    ///
    /// # Errors
    /// As [`AlembicHost::call_operation`].
    pub(super) fn op_invoke(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        given: &Arguments,
        span: Span,
    ) -> Run<Value> {
        match given.get(0, "operation") {
            Some(Value::External(id)) => {
                if let External::Call { callee, arguments, .. } = interpreter.heap.external(*id).clone()
                    && let path = interpreter.path(callee)
                    && let Some((_, directive)) = OBJECTS.iter().find(|(class, _)| *class == last_part(&path))
                {
                    let arguments = as_directive(interpreter, directive, &arguments);
                    return self.call_operation(interpreter, directive, Target::Named, &arguments, span);
                }
            }
            Some(operation @ Value::Instance(id)) => {
                let class = interpreter.heap.instance(*id).class;
                let own = self.own_directives(interpreter)?;
                let function = own.implementations.iter().find(|(of, _)| *of == class);
                if let Some(function) = function.map(|(_, function)| function.clone()) {
                    let op = interpreter.symbol("alembic.op");
                    let arguments = Rc::new(Arguments::of(vec![op, operation.clone()]));
                    return Runner { interpreter, host: self }.call(&function, &arguments, span);
                }
            }
            _ => {}
        }
        self.emit_opaque(interpreter, "what is invoked here is not known before it runs", vec![], span)?;
        Ok(Value::None)
    }

    /// A directive of the project's own; `None` where it has none of this name.
    ///
    /// # Errors
    /// As [`AlembicHost::call_operation`].
    pub(super) fn own_directive(
        &mut self,
        interpreter: &mut Interpreter<'_>,
        name: &str,
        given: &Arguments,
        span: Span,
    ) -> Run<Option<Value>> {
        let own = self.own_directives(interpreter)?;
        let found = own.directives.iter().find(|(known, ..)| known == name);
        let Some((_, class, method)) = found.cloned() else { return Ok(None) };
        let op = interpreter.symbol("alembic.op");
        let mut run = Runner { interpreter, host: self };
        let method = run.member(&Value::Class(class), &method)?;
        let mut arguments = given.clone();
        arguments.positional.insert(0, op);
        run.call(&method, &Rc::new(arguments), span).map(Some)
    }

    /// What the project adds to `op`, looked for once.
    fn own_directives(&mut self, interpreter: &mut Interpreter<'_>) -> Run<Rc<OwnDirectives>> {
        if let Some(own) = &self.own {
            return Ok(own.clone());
        }
        let mut own = OwnDirectives::default();
        for file in registering(interpreter) {
            let mut run = Runner { interpreter: &mut *interpreter, host: self };
            for value in run.module_values(file) {
                let decorators = match &value {
                    Value::Class(class) => run.class_decorators(*class)?,
                    Value::Function(function) => run.function_decorators(*function)?,
                    _ => continue,
                };
                for decorator in decorators {
                    own.register(run.interpreter, &decorator, &value);
                }
            }
        }
        let own = Rc::new(own);
        self.own = Some(own.clone());
        Ok(own)
    }
}

impl OwnDirectives {
    fn register(&mut self, interpreter: &Interpreter<'_>, decorator: &Value, decorated: &Value) {
        let Value::External(id) = decorator else { return };
        let External::Call { callee, arguments, .. } = interpreter.heap.external(*id) else { return };
        let path = interpreter.path(*callee);
        let text = |value: Option<&Value>| Some(interpreter.as_text(value?)?.value.to_string());
        match (last_part(&path), decorated) {
            ("register_operation", Value::Class(class)) => {
                let Some(name) = text(arguments.get(0, "name")) else { return };
                let method = text(arguments.get(1, "sourcename")).unwrap_or_else(|| name.clone());
                self.directives.push((name, *class, method));
            }
            ("implementation_for", function @ Value::Function(_)) => {
                if let Some(Value::Class(class)) = arguments.get(0, "op_cls") {
                    self.implementations.push((*class, function.clone()));
                }
            }
            _ => {}
        }
    }
}

/// The Python files of the project that add to `op`.
fn registering(interpreter: &Interpreter<'_>) -> Vec<FileId> {
    let sources = interpreter.project.sources();
    let registers = |file: &FileId| {
        Language::of_path(sources.path(*file)) == Some(Language::Python)
            && sources.load(*file).is_ok_and(|source| {
                source.text.contains("register_operation") || source.text.contains("implementation_for")
            })
    };
    sources.ids().filter(registers).collect()
}

/// The arguments of an operation's class as its directive takes them.
fn as_directive(interpreter: &Interpreter<'_>, directive: &str, given: &Arguments) -> Arguments {
    let mut arguments = given.clone();
    match directive {
        "create_table" => {
            let columns = given.get(1, "columns").and_then(|columns| interpreter.items(columns));
            arguments.positional.truncate(1);
            arguments.positional.extend(columns.unwrap_or_default().iter().cloned());
            arguments.keywords.retain(|(keyword, _)| &**keyword != "columns");
        }
        "alter_column" => {
            for (keyword, _) in &mut arguments.keywords {
                let name = match &**keyword {
                    "modify_nullable" => "nullable",
                    "modify_type" => "type_",
                    "modify_server_default" => "server_default",
                    "modify_name" => "new_column_name",
                    "modify_comment" => "comment",
                    _ => continue,
                };
                *keyword = Rc::from(name);
            }
        }
        _ => {}
    }
    arguments
}

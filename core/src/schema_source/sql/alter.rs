//! ALTER TABLE and its kin, action by action.

use super::column::{column_definition, column_of_name, data_type, default_and_sequence, default_value};
use super::cursor::Cursor;
use super::key::{is_table_constraint, table_constraint};
use super::statement::Reader;
use super::storage::is_storage_action;
use crate::migration::{ColumnAlteration, Constraint, OperationKind};
use crate::schema::{ColumnType, DefaultValue, Dialect, Parent, PrimaryKey, TableName};
use crate::text::TextRange;

/// What an action stands in.
struct Action {
    table: TableName,
    /// The action, or the whole statement where it has no other.
    range: TextRange,
}

impl Reader<'_> {
    pub(super) fn read_alter(&mut self, cursor: &mut Cursor<'_>) -> Option<()> {
        let whole = *cursor;
        cursor.bump();
        cursor.eat_any(&["ignore"]);
        if self.dialect == Dialect::Mysql {
            while super::create::skip_modifier(cursor) {}
        }
        if cursor.eat(&["table"]) || cursor.eat(&["foreign", "table"]) {
            return self.read_alter_table(whole, cursor);
        }
        if cursor.eat(&["view"]) || cursor.eat(&["materialized", "view"]) {
            return self.read_alter_view(whole, cursor);
        }
        if cursor.eat(&["type"]) {
            return self.read_alter_type(whole, cursor);
        }
        if cursor.eat(&["index"]) {
            return self.read_alter_index(whole, cursor);
        }
        if cursor.eat(&["domain"]) {
            return self.read_alter_domain(whole, cursor);
        }
        if cursor.eat(&["schema"]) && self.dialect == Dialect::Postgres {
            let name = cursor.name()?.name;
            if cursor.eat(&["rename", "to"]) {
                let to = cursor.name()?.name;
                self.push(whole.range(), OperationKind::RenameSchema { name, to });
                return Some(());
            }
        }
        if cursor.eat(&["sequence"]) && self.dialect == Dialect::Postgres {
            return self.read_alter_sequence(whole, cursor);
        }
        self.irrelevant(whole);
        Some(())
    }

    fn read_alter_table(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        if cursor.eat(&["all", "in", "tablespace"]) {
            self.irrelevant(whole);
            return Some(());
        }
        let if_exists = cursor.eat(&["if", "exists"]);
        let only = cursor.eat(&["only"]);
        let (table, _) = self.table_name(cursor)?;
        cursor.eat_symbol(b'*');
        if self.is_temporary(&table) {
            self.irrelevant(whole);
            return Some(());
        }
        let outer = (self.conditional, self.only);
        self.conditional |= if_exists;
        self.only = only;
        if self.read_partition_step(whole, &table, cursor).is_some() {
            (self.conditional, self.only) = outer;
            return Some(());
        }
        let actions = cursor.comma_parts();
        let single = actions.len() == 1;
        let mut verb_before = false;
        for part in actions {
            let range = if single { whole.range() } else { part.range() };
            let action = Action { table: table.clone(), range };
            let mut cursor = part;
            // SQL Server goes on with further columns after one ADD.
            if verb_before && self.dialect == Dialect::Mssql && !is_verb(&cursor) {
                self.read_add(&action, &mut cursor);
                continue;
            }
            verb_before = cursor.is(&["add"]);
            if self.read_action(&action, &mut cursor).is_none() {
                self.opaque_action(&action, part.range());
            }
        }
        (self.conditional, self.only) = outer;
        Some(())
    }

    fn opaque_action(&mut self, action: &Action, range: TextRange) {
        let reason = "this action on the table is not understood".to_owned();
        self.push(range, OperationKind::Opaque { reason, tables: vec![action.table.to_string()] });
    }

    fn read_action(&mut self, action: &Action, cursor: &mut Cursor<'_>) -> Option<()> {
        if self.dialect == Dialect::Mssql
            && (cursor.eat(&["with", "check"]) || cursor.eat(&["with", "nocheck"]))
        {
            return self.read_action(action, cursor);
        }
        if cursor.eat(&["add"]) {
            return self.read_add(action, cursor);
        }
        if cursor.eat(&["drop"]) {
            return self.read_drop_action(action, cursor);
        }
        if cursor.eat(&["rename"]) {
            return self.read_rename(action, cursor);
        }
        if cursor.eat(&["alter"]) {
            return self.read_alter_column(action, cursor);
        }
        if cursor.eat(&["modify"]) {
            cursor.eat(&["column"]);
            let outer = self.conditional;
            self.conditional |= cursor.eat(&["if", "exists"]);
            let name = cursor.name()?.name;
            let read = self.redefine(action, name, None, cursor);
            self.conditional = outer;
            return read;
        }
        if cursor.eat(&["change"]) {
            cursor.eat(&["column"]);
            let outer = self.conditional;
            self.conditional |= cursor.eat(&["if", "exists"]);
            let before = cursor.name()?.name;
            let after = cursor.name()?.name;
            let read = self.redefine(action, before, Some(after), cursor);
            self.conditional = outer;
            return read;
        }
        if cursor.eat(&["set", "schema"]) {
            let schema = cursor.name()?.name;
            let to = TableName { schema: Some(schema), name: action.table.name.clone() };
            self.push(
                action.range,
                OperationKind::RenameTable { table: action.table.clone(), to, if_exists: false },
            );
            return Some(());
        }
        if let Some((parent, attached)) = self.changed_parent(action, cursor) {
            let (table, parent) = parent;
            self.push(action.range, OperationKind::ChangeParent { table, parent, attached });
            return Some(());
        }
        let known = is_storage_action(cursor);
        if known {
            self.push(action.range, OperationKind::Irrelevant);
        }
        known.then_some(())
    }

    /// `INHERIT p`, `NO INHERIT p`, `ATTACH PARTITION c`, `DETACH PARTITION c`: the child and its parent, and whether they
    /// belong together from now on.
    fn changed_parent(
        &self,
        action: &Action,
        cursor: &mut Cursor<'_>,
    ) -> Option<((TableName, Parent), bool)> {
        if self.dialect != Dialect::Postgres {
            return None;
        }
        let forms: [(&[&str], bool, bool); 5] = [
            (&["inherit"], false, true),
            (&["of"], false, true),
            (&["no", "inherit"], false, false),
            (&["attach", "partition"], true, true),
            (&["detach", "partition"], true, false),
        ];
        let (_, partition, attached) = forms.into_iter().find(|(words, ..)| cursor.eat(words))?;
        let (other, _) = self.table_name(cursor)?;
        let own = action.table.clone();
        let (table, parent) = if partition { (other, own) } else { (own, other) };
        let bound = super::partition::take_bound(cursor);
        Some(((table, Parent { table: parent, partition, bound }), attached))
    }

    fn read_add(&mut self, action: &Action, cursor: &mut Cursor<'_>) -> Option<()> {
        if cursor.eat_any(&["partition"]) || cursor.is(&["system", "versioning"]) {
            self.push(action.range, OperationKind::Irrelevant);
            return Some(());
        }
        if is_table_constraint(cursor) {
            return self.read_add_constraint(action, cursor);
        }
        cursor.eat(&["column"]);
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        if cursor.is_symbol(b'(') {
            // MySQL adds several columns in one parenthesis.
            for mut part in cursor.parentheses()?.comma_parts() {
                if is_table_constraint(&part) {
                    self.read_add_constraint(action, &mut part)?;
                } else {
                    self.read_add_column(action, &mut part, if_not_exists)?;
                }
            }
            return Some(());
        }
        self.read_add_column(action, cursor, if_not_exists)
    }

    fn read_add_column(
        &mut self,
        action: &Action,
        cursor: &mut Cursor<'_>,
        if_not_exists: bool,
    ) -> Option<()> {
        let place = place(cursor);
        let mut definition = column_definition(cursor, self.origin)?;
        let table = action.table.clone();
        definition.name_sequence(&table);
        self.qualify_sequence(&mut definition.column);
        if let Some(range) = definition.leftover {
            self.opaque_action(action, range);
        }
        let name = definition.column.name.clone();
        let column = Box::new(definition.column);
        let owner = definition.serial.then(|| (table.clone(), name.clone()));
        self.push(action.range, OperationKind::AddColumn { table, column, if_not_exists });
        if owner.is_some() {
            self.push_owner(action.range, None, owner);
        }
        self.push_place(action, name, place);
        for constraint in definition.constraints {
            self.push_constraint(action, constraint, if_not_exists);
        }
        Some(())
    }

    fn push_place(&mut self, action: &Action, column: String, place: Option<Option<String>>) {
        if let Some(after) = place.filter(|_| self.dialect == Dialect::Mysql) {
            self.push(action.range, OperationKind::MoveColumn { table: action.table.clone(), column, after });
        }
    }

    fn push_constraint(&mut self, action: &Action, constraint: Constraint, if_not_exists: bool) {
        let constraint = match constraint {
            Constraint::ForeignKey(mut key) => {
                key.referenced_table = self.qualified(key.referenced_table);
                Constraint::ForeignKey(key)
            }
            Constraint::PrimaryKey(_)
            | Constraint::Unique(_)
            | Constraint::Index(_)
            | Constraint::Check(_) => constraint,
        };
        let table = action.table.clone();
        self.push(action.range, OperationKind::AddConstraint { table, constraint, if_not_exists });
    }

    fn read_add_constraint(&mut self, action: &Action, cursor: &mut Cursor<'_>) -> Option<()> {
        let mut name = None;
        let mut if_not_exists = false;
        if cursor.eat(&["constraint"]) {
            if_not_exists = cursor.eat(&["if", "not", "exists"]);
            let unnamed = cursor.is(&["primary", "key"])
                || cursor.is(&["foreign", "key"])
                || cursor.is_symbol_at(1, b'(');
            if !unnamed {
                name = Some(cursor.name()?.name);
            }
        }
        if self.dialect == Dialect::Mssql && cursor.eat(&["default"]) {
            let default = default_value(cursor);
            let column = if cursor.eat(&["for"]) { cursor.name()?.name } else { return None };
            let alteration = ColumnAlteration { default: Some(default), ..ColumnAlteration::default() };
            return self.push_alteration(action, column, alteration);
        }
        if cursor.eat(&["not", "null"]) {
            let column = cursor.name()?.name;
            let alteration = ColumnAlteration { nullable: Some(false), ..ColumnAlteration::default() };
            return self.push_alteration(action, column, alteration);
        }
        if let Some((index, unique)) = using_index(cursor) {
            return self.read_promoted_index(action, name, index, unique);
        }
        let name = name.or_else(|| super::key::exclusion_name(cursor, &action.table));
        let constraint = table_constraint(cursor, name, self.origin)?;
        match constraint {
            Some(constraint) => self.push_constraint(action, constraint, if_not_exists),
            None => self.push(action.range, OperationKind::Irrelevant),
        }
        Some(())
    }

    /// The index becomes the constraint, and takes its name (PostgreSQL, ALTER TABLE).
    fn read_promoted_index(
        &mut self,
        action: &Action,
        to: Option<String>,
        name: String,
        unique: bool,
    ) -> Option<()> {
        let table = Some(action.table.clone());
        let to = to.unwrap_or_else(|| name.clone());
        if name != to {
            self.push(action.range, OperationKind::RenameConstraint { table, name, to: to.clone() });
        } else if unique {
            self.push(action.range, OperationKind::Irrelevant);
        }
        if !unique {
            let span = (self.origin)(action.range);
            let key = PrimaryKey::new(Some(to), Vec::new(), span);
            self.push_constraint(action, Constraint::PrimaryKey(key), false);
        }
        Some(())
    }

    fn push_alteration(
        &mut self,
        action: &Action,
        column: String,
        alteration: ColumnAlteration,
    ) -> Option<()> {
        let table = action.table.clone();
        self.push(action.range, OperationKind::AlterColumn { table, column, alteration });
        Some(())
    }

    fn read_drop_action(&mut self, action: &Action, cursor: &mut Cursor<'_>) -> Option<()> {
        let table = action.table.clone();
        let mysql = self.dialect == Dialect::Mysql;
        if cursor.eat_any(&["partition"]) || (mysql && cursor.is(&["system", "versioning"])) {
            self.push(action.range, OperationKind::Irrelevant);
            return Some(());
        }
        if cursor.eat(&["primary", "key"]) {
            self.push(action.range, OperationKind::DropConstraint { table, name: None, if_exists: false });
            return Some(());
        }
        let constraint = cursor.eat(&["constraint"])
            || cursor.eat(&["foreign", "key"])
            || (mysql && cursor.eat_any(&["check"]));
        let index = !constraint && mysql && cursor.eat_any(&["index", "key"]);
        if constraint || index {
            let if_exists = cursor.eat(&["if", "exists"]);
            let name = cursor.name()?.name;
            self.push(
                action.range,
                if index {
                    OperationKind::DropIndex { table: Some(table), index: TableName::plain(name), if_exists }
                } else {
                    OperationKind::DropConstraint { table, name: Some(name), if_exists }
                },
            );
            return Some(());
        }
        cursor.eat(&["column"]);
        let if_exists = cursor.eat(&["if", "exists"]);
        if cursor.is_symbol(b'(') {
            for mut part in cursor.parentheses()?.comma_parts() {
                let column = part.name()?.name;
                let table = table.clone();
                self.push(
                    action.range,
                    OperationKind::DropColumn { table, column, if_exists, cascade: false },
                );
            }
            return Some(());
        }
        let column = cursor.name()?.name;
        let cascade = cursor.eat(&["cascade"]);
        self.push(action.range, OperationKind::DropColumn { table, column, if_exists, cascade });
        Some(())
    }

    fn read_rename(&mut self, action: &Action, cursor: &mut Cursor<'_>) -> Option<()> {
        let table = action.table.clone();
        let key =
            self.dialect == Dialect::Mysql && cursor.is_any(&["index", "key"]) && !cursor.is_word_at(1, "to");
        if key || cursor.is(&["constraint"]) {
            cursor.bump();
            let name = cursor.name()?.name;
            cursor.eat(&["to"]).then_some(())?;
            let to = cursor.name()?.name;
            self.push(action.range, OperationKind::RenameConstraint { table: Some(table), name, to });
            return Some(());
        }
        // MySQL leaves the TO out if one likes.
        let bare = cursor.find_word("to").is_none();
        if bare || (cursor.is(&["to"]) && !cursor.is_word_at(1, "to")) {
            cursor.eat_any(&["to", "as"]);
            let (to, _) = cursor.table_name()?;
            let to = TableName { schema: to.schema.or_else(|| table.schema.clone()), ..to };
            self.push(action.range, OperationKind::RenameTable { table, to, if_exists: self.conditional });
            return Some(());
        }
        if cursor.is(&["column"]) && !cursor.is_word_at(1, "to") {
            cursor.bump();
        }
        let _ = cursor.eat(&["if", "exists"]);
        let column = cursor.name()?.name;
        cursor.eat(&["to"]).then_some(())?;
        let to = cursor.name()?.name;
        self.push(action.range, OperationKind::RenameColumn { table, column, to });
        Some(())
    }

    fn read_alter_column(&mut self, action: &Action, cursor: &mut Cursor<'_>) -> Option<()> {
        if cursor.is_any(&["constraint", "index", "check"])
            && cursor.peek_at(1).is_some_and(|_| {
                !cursor.is_word_at(1, "type") && !cursor.is_word_at(1, "set") && !cursor.is_word_at(1, "drop")
            })
        {
            self.push(action.range, OperationKind::Irrelevant);
            return Some(());
        }
        cursor.eat(&["column"]);
        let column = cursor.name()?;
        if self.dialect == Dialect::Mssql && !cursor.is_any(&["add", "drop", "set"]) {
            return self.redefine(action, column.name, None, cursor);
        }
        // libSQL gives a column a new definition so.
        if self.dialect == Dialect::Sqlite && cursor.eat(&["to"]) {
            let after = cursor.name()?.name;
            return self.redefine(action, column.name, Some(after), cursor);
        }
        match read_alteration(cursor)? {
            Some(mut alteration) => {
                alteration.sequence = alteration.sequence.map(|name| self.qualified(name));
                self.push_alteration(action, column.name, alteration)
            }
            None => {
                self.push(action.range, OperationKind::Irrelevant);
                Some(())
            }
        }
    }

    /// MySQL's MODIFY and CHANGE give a column a whole new definition: what is not said is gone.
    fn redefine(
        &mut self,
        action: &Action,
        before: String,
        after: Option<String>,
        cursor: &mut Cursor<'_>,
    ) -> Option<()> {
        let name = super::cursor::Name { name: after.unwrap_or_else(|| before.clone()), range: action.range };
        let place = place(cursor);
        let definition = column_of_name(cursor, name, self.origin);
        if let Some(range) = definition.leftover {
            self.opaque_action(action, range);
        }
        let column = definition.column;
        if !self.dialect.same_name(&before, &column.name) || before != column.name {
            let (table, to) = (action.table.clone(), column.name.clone());
            self.push(action.range, OperationKind::RenameColumn { table, column: before, to });
        }
        // SQL Server's ALTER COLUMN leaves the default, which is a constraint of its own.
        let default = (self.dialect != Dialect::Mssql).then_some(column.default);
        let alteration = ColumnAlteration {
            ty: Some(column.ty),
            nullable: Some(column.nullable),
            default,
            generated: Some(column.generated),
            expression: column.expression,
            sequence: None,
        };
        self.push_alteration(action, column.name.clone(), alteration);
        self.push_place(action, column.name, place);
        for constraint in definition.constraints {
            self.push_constraint(action, constraint, false);
        }
        Some(())
    }

    fn read_alter_view(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let if_exists = cursor.eat(&["if", "exists"]);
        let (table, range) = self.table_name(cursor)?;
        if cursor.is(&["as"]) || cursor.is_symbol(b'(') {
            return self.read_view_query(whole, cursor, (table, range), false, true);
        }
        let action = Action { table, range: whole.range() };
        let outer = self.conditional;
        self.conditional |= if_exists;
        let read = self.read_action(&action, cursor);
        self.conditional = outer;
        read
    }

    fn read_alter_index(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let if_exists = cursor.eat(&["if", "exists"]);
        let Some((index, _)) = cursor.table_name().filter(|_| cursor.eat(&["rename", "to"])) else {
            self.irrelevant(whole);
            return Some(());
        };
        let to = cursor.name()?.name;
        let kind = OperationKind::RenameConstraint { table: None, name: index.name, to };
        let outer = self.conditional;
        self.conditional |= if_exists;
        self.push(whole.range(), kind);
        self.conditional = outer;
        Some(())
    }
}

/// Where MySQL's `FIRST` or `AFTER c` at the end of a column's definition puts it.
fn place(definition: &Cursor<'_>) -> Option<Option<String>> {
    if let Some(mut after) = definition.find_word("after") {
        after.bump();
        return after.name().filter(|_| after.is_at_end()).map(|name| Some(name.name));
    }
    let first = definition.find_word("first")?;
    first.peek_at(1).is_none().then_some(None)
}

fn is_verb(cursor: &Cursor<'_>) -> bool {
    cursor.is_any(&["add", "drop", "alter", "rename", "set", "with", "check", "nocheck", "enable", "disable"])
}

/// `UNIQUE USING INDEX i` and `PRIMARY KEY USING INDEX i`: the index, and whether it is the first.
fn using_index(cursor: &Cursor<'_>) -> Option<(String, bool)> {
    let mut ahead = *cursor;
    let unique = ahead.eat(&["unique"]);
    if !unique && !ahead.eat(&["primary", "key"]) {
        return None;
    }
    if !ahead.eat(&["using", "index"]) || ahead.is(&["tablespace"]) {
        return None;
    }
    Some((ahead.name()?.name, unique))
}

/// What follows `ALTER COLUMN c`; the inner `None` is what leaves the model as it is.
fn read_alteration(cursor: &mut Cursor<'_>) -> Option<Option<ColumnAlteration>> {
    let none = ColumnAlteration::default();
    if cursor.eat(&["set", "not", "null"]) {
        return Some(Some(ColumnAlteration { nullable: Some(false), ..none }));
    }
    if cursor.eat(&["drop", "not", "null"]) {
        return Some(Some(ColumnAlteration { nullable: Some(true), ..none }));
    }
    if cursor.eat(&["set", "default"]) {
        let (default, sequence) = default_and_sequence(cursor);
        return Some(Some(ColumnAlteration { default: Some(default), sequence, ..none }));
    }
    if cursor.eat(&["drop", "default"]) || cursor.eat(&["drop", "identity"]) {
        return Some(Some(ColumnAlteration { default: Some(None), ..none }));
    }
    if cursor.eat(&["drop", "expression"]) {
        return Some(Some(ColumnAlteration { generated: Some(false), ..none }));
    }
    if cursor.eat(&["add", "generated"]) {
        return Some(Some(ColumnAlteration { default: Some(Some(DefaultValue::AutoIncrement)), ..none }));
    }
    if cursor.eat(&["set", "data", "type"]) || cursor.eat(&["type"]) {
        let range = data_type(cursor)?;
        let ty = ColumnType::parse(cursor.dialect, cursor.slice(range));
        return Some(Some(ColumnAlteration { ty: Some(ty), ..none }));
    }
    cursor.is_any(&["set", "reset", "restart", "drop", "options", "add"]).then_some(None)
}

//! Domains and sequences (PostgreSQL).

use super::column::{data_type, default_value};
use super::cursor::Cursor;
use super::statement::Reader;
use crate::migration::{ColumnAlteration, DomainChange, OperationKind};
use crate::schema::{Check, ColumnType, Domain, Sequence, TableName};
use crate::text::TextRange;

/// Words that end the default of a domain.
const ENDS: &[&str] = &["constraint", "not", "null", "check", "collate"];

impl Reader<'_> {
    /// Reads what follows `CREATE DOMAIN`.
    pub(super) fn read_create_domain(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let (name, range) = self.table_name(cursor)?;
        cursor.eat(&["as"]);
        let ty = data_type(cursor)?;
        let mut domain = Domain {
            name,
            ty: ColumnType::parse(self.dialect, cursor.slice(ty)),
            collation: None,
            nullable: true,
            default: None,
            checks: Vec::new(),
            span: (self.origin)(range),
        };
        while !cursor.is_at_end() {
            self.read_domain_rule(cursor, &mut domain)?;
        }
        self.push(whole.range(), OperationKind::CreateDomain { item: Box::new(domain) });
        Some(())
    }

    fn read_domain_rule(&self, cursor: &mut Cursor<'_>, domain: &mut Domain) -> Option<()> {
        if cursor.eat(&["default"]) {
            let start = *cursor;
            // The first word may be one that ends it: `DEFAULT NULL`.
            cursor.skip_one();
            cursor.take_until_word(ENDS);
            let text = start.slice(start.range_until(cursor));
            domain.default = crate::schema::DefaultValue::of_expression(text);
            return Some(());
        }
        if cursor.eat(&["collate"]) {
            let start = *cursor;
            cursor.dotted()?;
            domain.collation = Some(start.slice(start.range_until(cursor)).to_owned());
            return Some(());
        }
        let start = *cursor;
        let name = if cursor.eat(&["constraint"]) { Some(cursor.name()?.name) } else { None };
        if cursor.eat(&["not", "null"]) {
            domain.nullable = false;
        } else if cursor.eat(&["null"]) {
            domain.nullable = true;
        } else {
            domain.checks.push(self.domain_check(cursor, name, start)?);
        }
        Some(())
    }

    fn domain_check(
        &self,
        cursor: &mut Cursor<'_>,
        name: Option<String>,
        start: Cursor<'_>,
    ) -> Option<Check> {
        cursor.eat(&["check"]).then_some(())?;
        let inner = cursor.parentheses()?;
        let expression = inner.slice(inner.range()).to_owned();
        let _ = cursor.eat(&["not", "valid"]) || cursor.eat(&["no", "inherit"]);
        Some(Check::new(name, expression, (self.origin)(start.range_until(cursor))))
    }

    /// Reads what follows `ALTER DOMAIN`.
    pub(super) fn read_alter_domain(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let (name, _) = self.table_name(cursor)?;
        let to = if cursor.eat(&["rename", "to"]) {
            Some(TableName { schema: name.schema.clone(), name: cursor.name()?.name })
        } else if cursor.eat(&["set", "schema"]) {
            Some(TableName { schema: Some(cursor.name()?.name), name: name.name.clone() })
        } else {
            None
        };
        if let Some(to) = to {
            self.push(whole.range(), OperationKind::RenameEnum { name, to });
            return Some(());
        }
        match self.domain_change(cursor) {
            Some(change) => self.push(whole.range(), OperationKind::AlterDomain { name, change }),
            None => self.irrelevant(whole),
        }
        Some(())
    }

    fn domain_change(&self, cursor: &mut Cursor<'_>) -> Option<DomainChange> {
        let value = |alteration| Some(DomainChange::Value(alteration));
        let none = ColumnAlteration::default();
        if cursor.eat(&["set", "not", "null"]) {
            return value(ColumnAlteration { nullable: Some(false), ..none });
        }
        if cursor.eat(&["drop", "not", "null"]) {
            return value(ColumnAlteration { nullable: Some(true), ..none });
        }
        if cursor.eat(&["set", "default"]) {
            return value(ColumnAlteration { default: Some(default_value(cursor)), ..none });
        }
        if cursor.eat(&["drop", "default"]) {
            return value(ColumnAlteration { default: Some(None), ..none });
        }
        if cursor.eat(&["drop", "constraint"]) {
            let if_exists = cursor.eat(&["if", "exists"]);
            return Some(DomainChange::DropCheck { name: cursor.name()?.name, if_exists });
        }
        if cursor.eat(&["rename", "constraint"]) {
            let name = cursor.name()?.name;
            cursor.eat(&["to"]).then_some(())?;
            return Some(DomainChange::RenameCheck { name, to: cursor.name()?.name });
        }
        cursor.eat(&["add"]).then_some(())?;
        let start = *cursor;
        let name = if cursor.eat(&["constraint"]) { Some(cursor.name()?.name) } else { None };
        if cursor.eat(&["not", "null"]) {
            return value(ColumnAlteration { nullable: Some(false), ..none });
        }
        self.domain_check(cursor, name, start).map(DomainChange::AddCheck)
    }

    /// Reads what follows `CREATE SEQUENCE`.
    pub(super) fn read_create_sequence(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        let if_not_exists = cursor.eat(&["if", "not", "exists"]);
        let (name, range) = self.table_name(cursor)?;
        let owner = self.sequence_owner(cursor).flatten();
        let item = Sequence { name, owner, span: (self.origin)(range) };
        self.push(whole.range(), OperationKind::CreateSequence { item, if_not_exists });
        Some(())
    }

    /// Reads what follows `ALTER SEQUENCE`.
    pub(super) fn read_alter_sequence(&mut self, whole: Cursor<'_>, cursor: &mut Cursor<'_>) -> Option<()> {
        cursor.eat(&["if", "exists"]);
        let (name, _) = self.table_name(cursor)?;
        let to = if cursor.eat(&["rename", "to"]) {
            TableName { schema: name.schema.clone(), name: cursor.name()?.name }
        } else if cursor.eat(&["set", "schema"]) {
            TableName { schema: Some(cursor.name()?.name), name: name.name.clone() }
        } else if let Some(owner) = self.sequence_owner(cursor) {
            self.push_owner(whole.range(), Some(name), owner);
            return Some(());
        } else {
            self.irrelevant(whole);
            return Some(());
        };
        self.push(whole.range(), OperationKind::RenameSequence { name, to });
        Some(())
    }

    /// `OWNED BY table.column`, `OWNED BY NONE`, wherever among the options; `None` where nothing is said.
    fn sequence_owner(&self, cursor: &Cursor<'_>) -> Option<Option<(TableName, String)>> {
        let mut at = cursor.find_word("owned")?;
        at.eat(&["owned", "by"]).then_some(())?;
        let mut parts = at.dotted()?;
        let column = parts.pop()?.name;
        let Some(table) = super::cursor::table_name_of(self.dialect, &parts) else { return Some(None) };
        let table = if parts.len() > 1 { table } else { self.qualified(table) };
        Some(Some((table, column)))
    }

    /// The sequence, or the one that the owner's default counts with, goes with this column from now on.
    pub(super) fn push_owner(
        &mut self,
        range: TextRange,
        sequence: Option<TableName>,
        owner: Option<(TableName, String)>,
    ) {
        self.push(range, OperationKind::SetSequenceOwner { sequence, owner });
    }
}

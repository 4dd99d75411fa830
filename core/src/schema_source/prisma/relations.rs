//! Relations: which field is the other end, which side holds the key, and the join tables that Prisma makes itself.

use super::ast::{Attribute, FieldNode};
use super::datamodel::{Datamodel, Placed};
use super::{names, table};
use crate::schema::{
    Column, ColumnType, Dialect, ForeignKey, Index, PrimaryKey, ReferentialAction, Table, TableKind,
    TableName,
};
use crate::text::Span;

/// A relation field, with what its attribute says.
pub struct Relation<'a> {
    pub field: &'a FieldNode,
    /// The model that the field stands in.
    pub owner: Placed<'a>,
    /// The model at the other end.
    pub target: Placed<'a>,
    pub attribute: Option<&'a Attribute>,
    /// The name given in `@relation`.
    pub name: Option<&'a str>,
    /// Fields that hold the key, and the fields that they reference; empty at the other end.
    pub fields: Vec<String>,
    pub references: Vec<String>,
}

impl<'a> Relation<'a> {
    /// The relation that `field` of `owner` stands for, if its type is a model or view.
    pub fn of(datamodel: &Datamodel<'a>, owner: Placed<'a>, field: &'a FieldNode) -> Option<Self> {
        if field.ty.unsupported.is_some() {
            return None;
        }
        let target = datamodel.entity(&field.ty.name.text)?;
        let attribute = field.attribute("relation");
        let list = |name: &str| {
            attribute
                .and_then(|attribute| attribute.named(name))
                .map(|value| value.names())
                .unwrap_or_default()
        };
        let name = attribute.and_then(|attribute| attribute.named_or_first("name")?.string());
        Some(Self {
            field,
            owner,
            target,
            attribute,
            name: name.filter(|name| !name.is_empty()),
            fields: list("fields"),
            references: list("references"),
        })
    }

    /// The field at the other end.
    pub fn opposite(&self, datamodel: &Datamodel<'a>) -> Option<Relation<'a>> {
        let own = &self.owner.block.name.text;
        let is_self = *own == self.target.block.name.text;
        self.target
            .block
            .fields
            .iter()
            .filter(|field| field.ty.name.text == *own)
            .filter(|field| !(is_self && field.name.text == self.field.name.text))
            .filter_map(|field| Relation::of(datamodel, self.target, field))
            .find(|relation| relation.name == self.name)
    }

    /// The join table, where the relation is an implicit many-to-many one: lists at both ends, no key on either side.
    pub fn join_table(&self, datamodel: &Datamodel<'a>) -> Option<JoinTable<'a>> {
        if !self.field.ty.list || !self.fields.is_empty() {
            return None;
        }
        let opposite = self.opposite(datamodel)?;
        if !opposite.field.ty.list || !opposite.fields.is_empty() {
            return None;
        }
        let mut ends = [(self.owner, self.field), (self.target, opposite.field)];
        ends.sort_by(|left, right| {
            let key =
                |end: &(Placed<'a>, &'a FieldNode)| (end.0.block.name.text.clone(), end.1.name.text.clone());
            key(left).cmp(&key(right))
        });
        let [a, b] = ends;
        let name = match self.name {
            Some(name) => format!("_{name}"),
            None => format!("_{}To{}", a.0.block.name.text, b.0.block.name.text),
        };
        let schema = datamodel.table_name(a.0.block).schema;
        Some(JoinTable { name: TableName { schema, name }, a, b })
    }
}

/// A table that Prisma makes for a many-to-many relation: columns `A` and `B`, after the models in alphabetical order.
pub struct JoinTable<'a> {
    pub name: TableName,
    pub a: (Placed<'a>, &'a FieldNode),
    pub b: (Placed<'a>, &'a FieldNode),
}

impl JoinTable<'_> {
    /// Where the relation is declared first: the field at the end `A`.
    fn span(&self) -> Span {
        self.a.0.span(self.a.1.name.range)
    }

    /// The table ("Relation tables" in Prisma's manual): since Prisma 6 its two columns are the primary key on
    /// PostgreSQL, and a unique index elsewhere, as it was everywhere before.
    pub fn table(&self, datamodel: &Datamodel<'_>) -> Table {
        let span = self.span();
        let mut table = Table::new(self.name.clone(), TableKind::Table, span);
        let both = || vec!["A".to_owned(), "B".to_owned()];
        for (column, end) in [("A", self.a.0), ("B", self.b.0)] {
            table.columns.push(self.column(datamodel, column, end, span));
            if datamodel.configuration.foreign_keys {
                table.foreign_keys.push(self.foreign_key(datamodel, column, end, span));
            }
        }
        let own = &self.name.name;
        match datamodel.dialect {
            Dialect::Postgres => {
                let name = format!("{own}_AB_pkey");
                table.primary_key = Some(PrimaryKey::new(Some(name), both(), span));
            }
            Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => table.indexes.push(Index {
                unique: true,
                ..Index::new(Some(format!("{own}_AB_unique")), both().into_iter().map(Some).collect(), span)
            }),
        }
        table.indexes.push(Index::new(Some(format!("{own}_B_index")), vec![Some("B".to_owned())], span));
        table
    }

    fn column(&self, datamodel: &Datamodel<'_>, name: &str, end: Placed<'_>, span: Span) -> Column {
        let id = table::id_field(end.block);
        let ty = id.and_then(|id| table::column_type(datamodel, end, id, &mut Vec::new()));
        let ty = ty.unwrap_or_else(ColumnType::unknown);
        Column {
            name: name.to_owned(),
            ty,
            nullable: false,
            default: None,
            generated: false,
            expression: None,
            sequence: None,
            span,
        }
    }

    fn foreign_key(
        &self,
        datamodel: &Datamodel<'_>,
        column: &str,
        end: Placed<'_>,
        span: Span,
    ) -> ForeignKey {
        let columns = vec![column.to_owned()];
        let id = table::id_field(end.block);
        ForeignKey {
            name: Some(names::foreign_key(datamodel.dialect, &self.name.name, &columns)),
            columns,
            referenced_table: datamodel.table_name(end.block),
            referenced_columns: id.map(|id| id.database_name().to_owned()).into_iter().collect(),
            on_delete: ReferentialAction::Cascade,
            on_update: ReferentialAction::Cascade,
            span,
        }
    }
}

/// The key in the database that a relation field makes; `None` at the end without one.
pub fn foreign_key(datamodel: &Datamodel<'_>, relation: &Relation<'_>, table: &str) -> Option<ForeignKey> {
    let attribute = relation.attribute.filter(|_| !relation.fields.is_empty())?;
    let key_fields: Vec<&FieldNode> =
        relation.fields.iter().filter_map(|name| relation.owner.block.field(name)).collect();
    let columns: Vec<String> = key_fields.iter().map(|field| field.database_name().to_owned()).collect();
    let referenced_columns = relation.references.iter().map(|name| {
        relation.target.block.field(name).map_or(name.as_str(), FieldNode::database_name).to_owned()
    });
    let given = |name: &str| attribute.named(name).and_then(|value| action(value.name()?));
    let required = key_fields.iter().any(|field| !field.ty.optional) || !relation.field.ty.optional;
    // SQL Server has no RESTRICT ("Special rules for referential actions" in Prisma's manual).
    let on_delete = match (required, datamodel.dialect) {
        (false, _) => ReferentialAction::SetNull,
        (true, Dialect::Mssql) => ReferentialAction::NoAction,
        (true, Dialect::Postgres | Dialect::Mysql | Dialect::Sqlite) => ReferentialAction::Restrict,
    };
    let name = attribute.named("map").and_then(|value| value.string()).map(str::to_owned);
    Some(ForeignKey {
        name: Some(name.unwrap_or_else(|| names::foreign_key(datamodel.dialect, table, &columns))),
        columns,
        referenced_table: datamodel.table_name(relation.target.block),
        referenced_columns: referenced_columns.collect(),
        on_delete: given("onDelete").unwrap_or(on_delete),
        on_update: given("onUpdate").unwrap_or(ReferentialAction::Cascade),
        span: relation.owner.span(attribute.range),
    })
}

fn action(name: &str) -> Option<ReferentialAction> {
    match name {
        "Cascade" => Some(ReferentialAction::Cascade),
        "Restrict" => Some(ReferentialAction::Restrict),
        "NoAction" => Some(ReferentialAction::NoAction),
        "SetNull" => Some(ReferentialAction::SetNull),
        "SetDefault" => Some(ReferentialAction::SetDefault),
        _ => None,
    }
}

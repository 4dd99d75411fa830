//! Models and views as tables: columns, defaults, keys and indexes, as Prisma's engine makes them in the database.

use super::ast::{Attribute, Block, BlockKind, Expression, ExpressionKind, FieldNode};
use super::datamodel::{Datamodel, Placed};
use super::relations::{self, Relation};
use super::types::{self, Scalar};
use super::{literals, names, text_literal};
use crate::diagnostic::Unanalyzed;
use crate::schema::{
    Column, ColumnType, DefaultValue, Dialect, EnumType, EnumValue, Index, PrimaryKey, Table, TableKind,
    TypeFamily,
};

/// The table of a model, or the view of a view.
pub fn table(datamodel: &Datamodel<'_>, entity: Placed<'_>, notes: &mut Vec<Unanalyzed>) -> Table {
    let block = entity.block;
    let kind = if block.kind == BlockKind::View { TableKind::View } else { TableKind::Table };
    let mut table = Table::new(datamodel.table_name(block), kind, entity.span(block.name.range));
    for field in &block.fields {
        table.columns.extend(column(datamodel, entity, field, notes));
    }
    // A view's keys and relations are the client's: the database has none.
    if kind == TableKind::Table {
        add_keys(datamodel, entity, &mut table);
        add_foreign_keys(datamodel, entity, &mut table);
    }
    table
}

/// The field's column; `None` for relations and composite types.
fn column(
    datamodel: &Datamodel<'_>,
    entity: Placed<'_>,
    field: &FieldNode,
    notes: &mut Vec<Unanalyzed>,
) -> Option<Column> {
    let ty = column_type(datamodel, entity, field, notes)?;
    let default = field.attribute("default").and_then(|attribute| attribute.named_or_first("value"));
    let default = default.and_then(|value| default_value(datamodel, field, value));
    let rowid = datamodel.dialect == Dialect::Sqlite
        && field.ty.name.text == "Int"
        && id_field(entity.block).is_some_and(|id| std::ptr::eq(id, field))
        && entity.block.kind == BlockKind::Model;
    Some(Column {
        name: field.database_name().to_owned(),
        ty,
        // Prisma makes list columns without NOT NULL.
        nullable: field.ty.optional || field.ty.list,
        // An INTEGER PRIMARY KEY is SQLite's rowid, which counts up without being told to (sqlite.org/autoinc.html).
        default: default.or_else(|| rowid.then_some(DefaultValue::AutoIncrement)),
        generated: false,
        expression: None,
        sequence: None,
        span: entity.span(field.name.range),
    })
}

/// The type of the field's column; `None` for relations, composite types and names that nothing declares, the last of
/// which are noted.
pub fn column_type(
    datamodel: &Datamodel<'_>,
    entity: Placed<'_>,
    field: &FieldNode,
    notes: &mut Vec<Unanalyzed>,
) -> Option<ColumnType> {
    let name = &field.ty.name;
    let element = if let Some(unsupported) = &field.ty.unsupported {
        ColumnType::parse(datamodel.dialect, unsupported)
    } else if let Some(scalar) = Scalar::parse(&name.text) {
        scalar_type(datamodel, entity, field, scalar, notes)
    } else {
        match datamodel.block(&name.text) {
            Some(placed) if placed.block.kind == BlockKind::Enum => enum_column(datamodel, placed.block),
            Some(_) => return None,
            None => {
                let reason =
                    format!("no model, enum or type is called \"{}\": the field is left out", name.text);
                notes.push(Unanalyzed {
                    span: entity.span(name.range),
                    reason,
                    tables: vec![entity.block.database_name().to_owned()],
                });
                return None;
            }
        }
    };
    Some(if field.ty.list { list_of(element) } else { element })
}

fn list_of(element: ColumnType) -> ColumnType {
    ColumnType { name: format!("{}[]", element.name), family: TypeFamily::Array(Box::new(element.family)) }
}

fn scalar_type(
    datamodel: &Datamodel<'_>,
    entity: Placed<'_>,
    field: &FieldNode,
    scalar: Scalar,
    notes: &mut Vec<Unanalyzed>,
) -> ColumnType {
    let default = || types::default_type(datamodel.dialect, scalar);
    let Some((native, attribute)) = field.native_type() else { return default() };
    types::native_type(datamodel.dialect, native, attribute).unwrap_or_else(|| {
        let reason = format!(
            "{} has no type \"{native}\": the default type of {} is assumed",
            datamodel.dialect.name(),
            field.ty.name.text
        );
        notes.push(Unanalyzed {
            span: entity.span(attribute.name.range),
            reason,
            tables: vec![entity.block.database_name().to_owned()],
        });
        default()
    })
}

/// PostgreSQL has named enums, MySQL writes the values into the column's type, the others keep text.
fn enum_column(datamodel: &Datamodel<'_>, block: &Block) -> ColumnType {
    match datamodel.dialect {
        Dialect::Postgres => ColumnType::of_enum(datamodel.table_name(block).to_string()),
        Dialect::Mysql => {
            let values: Vec<String> =
                block.values.iter().map(|value| text_literal(value.database_name())).collect();
            ColumnType::new(format!("enum({})", values.join(",")), TypeFamily::Enum(String::new()))
        }
        Dialect::Sqlite | Dialect::Mssql => types::default_type(datamodel.dialect, Scalar::String),
    }
}

/// The enum's own type, where the database has such.
pub fn enum_type(datamodel: &Datamodel<'_>, placed: Placed<'_>) -> Option<EnumType> {
    match datamodel.dialect {
        Dialect::Postgres => {
            let values = placed.block.values.iter().map(|value| EnumValue {
                name: value.database_name().to_owned(),
                span: placed.span(value.name.range),
            });
            Some(EnumType {
                name: datamodel.table_name(placed.block),
                values: values.collect(),
                span: placed.span(placed.block.name.range),
            })
        }
        Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => None,
    }
}

/// What `@default(...)` puts into the database; `None` for what only Prisma's client computes (`uuid()`, `cuid()`).
fn default_value(datamodel: &Datamodel<'_>, field: &FieldNode, value: &Expression) -> Option<DefaultValue> {
    let expression = match &value.kind {
        ExpressionKind::Call(name, arguments) => match name.as_str() {
            "autoincrement" | "sequence" => return Some(DefaultValue::AutoIncrement),
            "now" => now(datamodel.dialect).to_owned(),
            "dbgenerated" => match arguments.first().and_then(|argument| argument.value.string()) {
                Some(text) => return DefaultValue::of_expression(text),
                // Something that the schema cannot say: known to be there, and no more.
                None => DefaultValue::UNSAID.to_owned(),
            },
            _ => return None,
        },
        ExpressionKind::List(items) => {
            let items: Option<Vec<String>> =
                items.iter().map(|item| literal(datamodel, field, item)).collect();
            format!("ARRAY[{}]::{}[]", items?.join(", "), element_type(datamodel, field))
        }
        ExpressionKind::String(_)
        | ExpressionKind::Number(_)
        | ExpressionKind::Name(_)
        | ExpressionKind::Object => literal(datamodel, field, value)?,
    };
    Some(DefaultValue::Expression(expression))
}

/// The type of a list's elements as a cast names it.
fn element_type(datamodel: &Datamodel<'_>, field: &FieldNode) -> String {
    match Scalar::parse(&field.ty.name.text) {
        Some(scalar) => types::default_type(datamodel.dialect, scalar).name,
        None => {
            let item = datamodel.block(&field.ty.name.text);
            let name = item.map_or(field.ty.name.text.as_str(), |placed| placed.block.database_name());
            format!("\"{name}\"")
        }
    }
}

fn now(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Mysql => "CURRENT_TIMESTAMP(3)",
        Dialect::Postgres | Dialect::Sqlite | Dialect::Mssql => "CURRENT_TIMESTAMP",
    }
}

/// A literal as SQL: an enum's value by its database name.
fn literal(datamodel: &Datamodel<'_>, field: &FieldNode, value: &Expression) -> Option<String> {
    match &value.kind {
        ExpressionKind::String(text) => Some(text_literal(&match Scalar::parse(&field.ty.name.text) {
            Some(Scalar::DateTime) => literals::moment(text),
            Some(Scalar::Bytes) => literals::bytes(datamodel.dialect, text),
            _ => text.clone(),
        })),
        ExpressionKind::Number(text) => Some(text.clone()),
        ExpressionKind::Name(name) if matches!(name.as_str(), "true" | "false") => Some(name.clone()),
        ExpressionKind::Name(name) => {
            let values = datamodel.block(&field.ty.name.text).map(|placed| &placed.block.values);
            let value = values.and_then(|values| values.iter().find(|value| value.name.text == *name));
            Some(text_literal(value.map_or(name, |value| value.database_name())))
        }
        ExpressionKind::Call(..) | ExpressionKind::List(_) | ExpressionKind::Object => None,
    }
}

/// The only field of the primary key.
pub fn id_field(block: &Block) -> Option<&FieldNode> {
    if let Some(field) = block.fields.iter().find(|field| field.attribute("id").is_some()) {
        return Some(field);
    }
    match key_fields(block.attribute("id")?).as_slice() {
        [name] => block.field(name),
        _ => None,
    }
}

/// The fields that `@@id`, `@@unique` or `@@index` lists.
pub fn key_fields(attribute: &Attribute) -> Vec<String> {
    attribute.named_or_first("fields").map(Expression::names).unwrap_or_default()
}

fn columns_of(block: &Block, fields: &[String]) -> Vec<String> {
    let column = |name: &String| block.field(name).map_or(name.as_str(), FieldNode::database_name).to_owned();
    fields.iter().map(column).collect()
}

/// The name that the schema gives a key in the database.
fn given_name(attribute: &Attribute) -> Option<String> {
    attribute.named("map").and_then(|value| value.string()).map(str::to_owned)
}

fn add_keys(datamodel: &Datamodel<'_>, entity: Placed<'_>, table: &mut Table) {
    let block = entity.block;
    for field in &block.fields {
        let column = || vec![field.database_name().to_owned()];
        if let Some(attribute) = field.attribute("id") {
            table.primary_key = Some(primary_key(datamodel, entity, attribute, column()));
        }
        if let Some(attribute) = field.attribute("unique") {
            table.indexes.push(index(datamodel, entity, attribute, column()));
        }
    }
    for attribute in &block.attributes {
        let columns = columns_of(block, &key_fields(attribute));
        match attribute.name.text.as_str() {
            "id" => table.primary_key = Some(primary_key(datamodel, entity, attribute, columns)),
            "unique" | "index" | "fulltext" => {
                table.indexes.push(index(datamodel, entity, attribute, columns));
            }
            _ => {}
        }
    }
}

fn primary_key(
    datamodel: &Datamodel<'_>,
    entity: Placed<'_>,
    attribute: &Attribute,
    columns: Vec<String>,
) -> PrimaryKey {
    let default = || names::primary_key(datamodel.dialect, entity.block.database_name());
    PrimaryKey::new(given_name(attribute).or_else(default), columns, entity.span(attribute.range))
}

fn index(
    datamodel: &Datamodel<'_>,
    entity: Placed<'_>,
    attribute: &Attribute,
    columns: Vec<String>,
) -> Index {
    let unique = attribute.name.text == "unique";
    let table = entity.block.database_name();
    // Schemas from before named constraints write `@@index(name:)` for what is `map:` today.
    let old_name = (!unique).then(|| attribute.named("name").and_then(|value| value.string())).flatten();
    let name = given_name(attribute).or_else(|| old_name.map(str::to_owned)).unwrap_or_else(|| {
        let name = if unique { names::unique } else { names::index };
        name(datamodel.dialect, table, &columns)
    });
    Index {
        unique,
        predicate: attribute.named("where").map(predicate),
        ..Index::new(Some(name), columns.into_iter().map(Some).collect(), entity.span(attribute.range))
    }
}

/// The condition of a partial index; one in Prisma's own words is not SQL, and only known to be there.
fn predicate(value: &Expression) -> String {
    match &value.kind {
        ExpressionKind::Call(_, arguments) => {
            arguments.first().and_then(|argument| argument.value.string()).unwrap_or_default().to_owned()
        }
        ExpressionKind::String(text) => text.clone(),
        ExpressionKind::Number(_)
        | ExpressionKind::Name(_)
        | ExpressionKind::List(_)
        | ExpressionKind::Object => String::new(),
    }
}

fn add_foreign_keys(datamodel: &Datamodel<'_>, entity: Placed<'_>, table: &mut Table) {
    if !datamodel.configuration.foreign_keys {
        return;
    }
    for field in &entity.block.fields {
        let Some(relation) = Relation::of(datamodel, entity, field) else { continue };
        // The database cannot reference a view.
        if relation.target.block.kind == BlockKind::Model {
            let name = table.name.name.clone();
            table.foreign_keys.extend(relations::foreign_key(datamodel, &relation, &name));
        }
    }
}

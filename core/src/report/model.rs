//! The schema model as JSON.

use crate::migration::Revision;
use crate::report::key;
use crate::report::places::Places;
use crate::report::wire::{
    CheckConstraintReport, ColumnReport, DomainReport, EntityReport, EnumReport, FieldReport,
    ForeignKeyReport, ParentReport, RevisionReport, SequenceReport, TableKindReport, TableReport,
    UniqueReport,
};
use crate::schema::{
    Check, Column, DefaultValue, Domain, Entity, EnumType, ForeignKey, Schema, Sequence, Table, TableKind,
};

/// The report of one table.
pub(crate) fn table(schema: &Schema, table: &Table, source: usize, places: &Places) -> TableReport {
    let unique = |item: &crate::schema::Unique| UniqueReport {
        name: item.name.clone(),
        columns: item.columns.clone(),
    };
    let index = |item: &crate::schema::Index| key::index(schema.dialect, table, item);
    let parent = |item: &crate::schema::Parent| ParentReport {
        table: item.table.to_string(),
        partition: item.partition,
        bound: item.bound.clone(),
    };
    let partitioning = table.partitioning.as_ref();
    let partitions = partitioning.map_or(&[][..], |partitioning| &partitioning.parts);
    TableReport {
        schema: schema_name(schema, table.name.schema.as_deref()),
        name: table.name.name.clone(),
        kind: match table.kind {
            // Composite types are not among the tables.
            TableKind::Table | TableKind::Composite => TableKindReport::Table,
            TableKind::View => TableKindReport::View,
        },
        columns: table.columns.iter().map(|item| column(item, places)).collect(),
        primary_key: table.primary_key.as_ref().map_or_else(Vec::new, |key| key.columns.clone()),
        unique: table.uniques.iter().map(unique).collect(),
        foreign_keys: table.foreign_keys.iter().map(|key| foreign_key(schema, key)).collect(),
        indexes: table.indexes.iter().map(index).collect(),
        checks: table.checks.iter().map(check).collect(),
        parents: table.parents.iter().map(parent).collect(),
        partition_by: partitioning.map(|partitioning| partitioning.by.clone()),
        partitions: partitions.iter().map(|part| part.text.clone()).collect(),
        source,
        location: places.location(table.span),
    }
}

/// The report of one revision.
pub(crate) fn revision(revision: &Revision, source: usize, places: &Places) -> RevisionReport {
    RevisionReport {
        id: revision.id.clone(),
        title: revision.title.clone(),
        parents: revision.parents.clone(),
        labels: revision.labels.clone(),
        reversible: revision.down.is_some(),
        source,
        location: places.location(revision.span),
    }
}

/// The schema that a name lies in: its own, else the dialect's default one.
pub(crate) fn schema_name(schema: &Schema, own: Option<&str>) -> Option<String> {
    own.or(schema.dialect.default_schema()).map(str::to_owned)
}

fn check(item: &Check) -> CheckConstraintReport {
    CheckConstraintReport { name: item.name.clone(), expression: item.expression.clone() }
}

/// The report of one domain.
pub(crate) fn domain(schema: &Schema, item: &Domain, source: usize, places: &Places) -> DomainReport {
    DomainReport {
        schema: schema_name(schema, item.name.schema.as_deref()),
        name: item.name.name.clone(),
        ty: item.ty.name.clone(),
        nullable: item.nullable,
        default: item.default.as_ref().map(default_text),
        checks: item.checks.iter().map(check).collect(),
        source,
        location: places.location(item.span),
    }
}

/// The report of one sequence.
pub(crate) fn sequence(schema: &Schema, item: &Sequence, source: usize, places: &Places) -> SequenceReport {
    SequenceReport {
        schema: schema_name(schema, item.name.schema.as_deref()),
        name: item.name.name.clone(),
        owner_table: item.owner.as_ref().map(|(table, _)| table.to_string()),
        owner_column: item.owner.as_ref().map(|(_, column)| column.clone()),
        source,
        location: places.location(item.span),
    }
}

fn default_text(default: &DefaultValue) -> String {
    match default {
        DefaultValue::Expression(text) => text.clone(),
        DefaultValue::AutoIncrement => "autoincrement".to_owned(),
    }
}

fn column(column: &Column, places: &Places) -> ColumnReport {
    ColumnReport {
        name: column.name.clone(),
        ty: column.ty.name.clone(),
        nullable: column.nullable,
        default: column.default.as_ref().map(default_text),
        generated: column.generated,
        location: places.location(column.span),
    }
}

fn foreign_key(schema: &Schema, key: &ForeignKey) -> ForeignKeyReport {
    ForeignKeyReport {
        name: key.name.clone(),
        columns: key.columns.clone(),
        referenced_table: key.referenced_table.to_string(),
        referenced_columns: referenced_columns(schema, key),
        on_delete: key.on_delete.sql().to_owned(),
        on_update: key.on_update.sql().to_owned(),
    }
}

/// The columns that a foreign key references. Where it names none, they are the primary key's (SQL standard, 11.8).
pub(crate) fn referenced_columns(schema: &Schema, key: &ForeignKey) -> Vec<String> {
    if !key.referenced_columns.is_empty() {
        return key.referenced_columns.clone();
    }
    let table = schema.table(&key.referenced_table);
    let primary = table.and_then(|table| table.primary_key.as_ref());
    primary.map_or_else(Vec::new, |primary| primary.columns.clone())
}

/// The report of one enum type.
pub(crate) fn enum_type(schema: &Schema, item: &EnumType, source: usize) -> EnumReport {
    EnumReport {
        schema: schema_name(schema, item.name.schema.as_deref()),
        name: item.name.name.clone(),
        values: item.values.iter().map(|value| value.name.clone()).collect(),
        source,
    }
}

/// The report of one entity: its fields that stand for columns.
pub(crate) fn entity(entity: &Entity, places: &Places) -> EntityReport {
    let fields = entity.fields.iter().filter_map(|field| {
        Some(FieldReport {
            field: field.name.clone(),
            column: field.column()?.to_owned(),
            nullable: field.nullable,
        })
    });
    EntityReport {
        entity: entity.name.clone(),
        table: entity.table.to_string(),
        fields: fields.collect(),
        location: places.location(entity.span),
    }
}

//! What each ORM's API means: one file or folder per ORM. Adding an ORM adds one here, and its line in [`libraries`].

mod builder;
mod frames;
mod postgres_js;
mod prisma;
mod raw_sql;
mod sqlalchemy;

pub(crate) use prisma::CLIENT as PRISMA_CLIENT;

use crate::code::library::Library;
use crate::schema::{Mapping, Schema};

/// The knowledge of every ORM.
pub fn libraries<'p>(schema: &'p Schema, mapping: &Mapping) -> Vec<Box<dyn Library + 'p>> {
    vec![
        Box::new(prisma::Prisma::new(mapping, schema.dialect)),
        Box::new(sqlalchemy::SqlAlchemy::default()),
        Box::new(builder::Builder::new(schema)),
        Box::new(frames::Frames),
        Box::new(postgres_js::PostgresJs::new(schema)),
        Box::new(raw_sql::RawSql::new(schema)),
    ]
}

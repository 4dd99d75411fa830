//! What the code of a project does with one schema.

use crate::code::project::Project;
use crate::diff::Pair;
use crate::rules::{Cost, Usages};
use crate::schema::{Mapping, Schema, TableName};
use crate::usage::{Insert, Subject, UsageSet};

/// The usages of `schemas` in the code of `project`. `mapping` is what the schema source itself says of code names.
pub(super) fn usages<'p>(
    project: &'p Project<'_>,
    schemas: Pair<&'p Schema>,
    mapping: Mapping,
) -> Box<dyn Usages + 'p> {
    let _ = (project, schemas);
    Box::new(NoUsages { mapping })
}

struct NoUsages {
    mapping: Mapping,
}

impl Usages for NoUsages {
    fn of(&self, _: &Subject) -> UsageSet {
        UsageSet::default()
    }

    fn inserts(&self, _: &TableName) -> Vec<Insert> {
        Vec::new()
    }

    fn mapping(&self) -> &Mapping {
        &self.mapping
    }

    fn cost(&self) -> Cost {
        Cost::default()
    }
}

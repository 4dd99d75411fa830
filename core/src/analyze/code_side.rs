//! What the code of a project does with one schema.

use crate::code::project::Project;
use crate::diff::Pair;
use crate::schema::{Mapping, Schema};
use crate::text::FileId;
use crate::usage::{Finder, Usages};

/// The usages of `schemas` in the code of `project`. `mapping` is what the schema source itself says of code names,
/// `schema_files` are the files that describe the schema: what stands in them is no use of it.
pub(super) fn usages<'p>(
    project: &'p Project<'p>,
    schemas: Pair<&'p Schema>,
    mapping: Mapping,
    schema_files: &[FileId],
) -> Box<dyn Usages + 'p> {
    // Code that a change breaks names things as they were before it.
    Box::new(Finder::new(project, schemas.before, &mapping, schema_files.to_vec()))
}

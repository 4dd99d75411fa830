//! Domains, and partitions that are no tables.

use super::{Step, postgres_name};
use crate::migration::{DomainChange, PartitionChange};
use crate::schema::{Check, Domain, TableName};

impl Step<'_> {
    pub(super) fn create_domain(&mut self, item: &Domain) {
        let name = self.schema.canonical(&item.name);
        if self.schema.domain(&name).is_some() {
            self.note(&name, format_args!("domain {name} is there already"));
            return;
        }
        // A default that is not said is that of the domain below (`DefineDomain` in PostgreSQL's source).
        let below = || self.schema.domain_of(&item.ty).and_then(|below| below.default.clone());
        let default = item.default.clone().or_else(below);
        let mut domain = Domain { name, default, checks: Vec::new(), ..item.clone() };
        for check in &item.checks {
            add_check(&mut domain, check.clone());
        }
        self.schema.domains.push(domain);
    }

    pub(super) fn alter_domain(&mut self, name: &TableName, change: &DomainChange) {
        let (span, canonical) = (self.span, self.schema.canonical(name));
        let Some(domain) = self.schema.domains.iter_mut().find(|domain| domain.name == canonical) else {
            self.note(name, format_args!("domain {name} is not known here"));
            return;
        };
        let known = |name: &str, check: &Check| check.name.as_deref() == Some(name);
        match change {
            DomainChange::Value(alteration) => {
                domain.nullable = alteration.nullable.unwrap_or(domain.nullable);
                if let Some(default) = &alteration.default {
                    domain.default.clone_from(default);
                }
                domain.span = span;
            }
            DomainChange::AddCheck(check) => add_check(domain, check.clone()),
            DomainChange::DropCheck { name: gone, if_exists } => {
                let before = domain.checks.len();
                domain.checks.retain(|check| !known(gone, check));
                if domain.checks.len() == before && !if_exists {
                    self.note(name, format_args!("constraint {gone} of domain {name} is not known here"));
                }
            }
            DomainChange::RenameCheck { name: before, to } => {
                match domain.checks.iter_mut().find(|check| known(before, check)) {
                    Some(check) => check.name = Some(to.clone()),
                    None => {
                        self.note(
                            name,
                            format_args!("constraint {before} of domain {name} is not known here"),
                        );
                    }
                }
            }
        }
    }

    pub(super) fn change_partitions(&mut self, table: &TableName, change: &PartitionChange) {
        let Some(known) = self.table_mut(table) else { return };
        match change {
            PartitionChange::Set(partitioning) => known.partitioning = Some(partitioning.clone()),
            PartitionChange::Remove => known.partitioning = None,
            PartitionChange::Replace { gone, made } => {
                let Some(partitioning) = &mut known.partitioning else { return };
                let is_gone = |name: &str| gone.iter().any(|gone| gone.eq_ignore_ascii_case(name));
                let place = partitioning.parts.iter().position(|part| is_gone(&part.name));
                partitioning.parts.retain(|part| !is_gone(&part.name));
                let place = place.unwrap_or(partitioning.parts.len()).min(partitioning.parts.len());
                partitioning.parts.splice(place..place, made.iter().cloned());
            }
        }
    }
}

/// An unnamed check of a domain is called `d_check`, with a number where that is taken (`ChooseConstraintName` in
/// PostgreSQL's source).
fn add_check(domain: &mut Domain, mut check: Check) {
    let mut pass = 0;
    while check.name.is_none() {
        let label = if pass == 0 { "check".to_owned() } else { format!("check{pass}") };
        let name = postgres_name(&domain.name.name, "", &label);
        let taken = domain.checks.iter().any(|known| known.name.as_deref() == Some(&name));
        check.name = (!taken).then_some(name);
        pass += 1;
    }
    domain.checks.push(check);
}

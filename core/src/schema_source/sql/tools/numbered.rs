//! Versions that are numbers: how they are read and compared, and what is wrong with a row of them.

use std::cmp::Ordering;

use super::{Migration, Plan};

/// A number of any length, as written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version(String);

impl Version {
    /// The number at the start of a name, and what stands behind it.
    pub fn at_start(name: &str) -> Option<(Self, &str)> {
        let end = name.find(|c: char| !c.is_ascii_digit()).unwrap_or(name.len());
        let (digits, rest) = name.split_at_checked(end)?;
        (!digits.is_empty()).then(|| (Self(digits.trim_start_matches('0').to_owned()), rest))
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.0.is_empty()
    }

    /// The number, where it is one that counts files and no moment.
    pub fn small(&self) -> Option<u32> {
        if self.0.is_empty() { Some(0) } else { self.0.parse().ok().filter(|number| *number < 100_000) }
    }
}

impl Ord for Version {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.0.len(), &self.0).cmp(&(other.0.len(), &other.0))
    }
}

impl PartialOrd for Version {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// A plan of migrations in the order of their versions; versions that stand twice are noted, and missing ones where the
/// versions count one by one.
pub(super) fn plan_by_version<V: Ord>(
    mut found: Vec<(V, Migration)>,
    small: impl Fn(&V) -> Option<u32>,
) -> Plan {
    let rest = |migration: &Migration| migration.id.trim_start_matches('0').to_owned();
    found.sort_by(|left, right| left.0.cmp(&right.0).then_with(|| rest(&left.1).cmp(&rest(&right.1))));
    let mut plan = Plan::of(Vec::new());
    for pair in found.windows(2) {
        if let [(before, first), (after, second)] = pair
            && before == after
        {
            let reason = format!("the migrations {} and {} have the same version", first.id, second.id);
            plan.note(second.file, reason);
        }
    }
    note_gaps(&found, small, &mut plan);
    plan.migrations = found.into_iter().map(|(_, migration)| migration).collect();
    plan
}

/// [`plan_by_version`] of plain numbers.
pub(super) fn plan_by_number(found: Vec<(Version, Migration)>) -> Plan {
    plan_by_version(found, Version::small)
}

/// Numbers that are mostly one apart count one by one: then one that is missing is worth a word.
fn note_gaps<V>(found: &[(V, Migration)], small: impl Fn(&V) -> Option<u32>, plan: &mut Plan) {
    let numbers: Option<Vec<u32>> = found.iter().map(|(version, _)| small(version)).collect();
    let numbers = numbers.unwrap_or_default();
    let steps: Vec<u32> =
        numbers.windows(2).filter_map(|pair| pair.last()?.checked_sub(*pair.first()?)).collect();
    let single = steps.iter().filter(|step| **step <= 1).count();
    if single * 5 < steps.len() * 4 {
        return;
    }
    for ((step, number), (_, migration)) in steps.iter().zip(&numbers).zip(found.iter().skip(1)) {
        if *step > 1 {
            let missing = number + 1;
            plan.note(
                migration.file,
                format!("the migration with version {missing} is missing before {}", migration.id),
            );
        }
    }
}

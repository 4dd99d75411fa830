//! Enum types of two schemas side by side.

use super::lineage::EnumLine;
use super::{Change, ChangeKind, Differ, Pair};
use crate::schema::EnumType;
use crate::text::Span;

impl<'a> Differ<'a> {
    pub(super) fn diff_enums(&mut self) {
        let pairs = self.enum_pairs();
        let mut changes = Vec::new();
        for item in &self.schemas.before.enums {
            if !pairs.iter().any(|(pair, _)| std::ptr::eq(pair.before, item)) {
                let dropped = self.enum_line(item).and_then(|line| line.dropped).unwrap_or(item.span);
                let kind = ChangeKind::DropEnum { name: item.name.clone() };
                changes.push(Change::new(kind, dropped, Some(item.span)));
            }
        }
        for item in &self.schemas.after.enums {
            if !pairs.iter().any(|(pair, _)| std::ptr::eq(pair.after, item)) {
                let kind = ChangeKind::AddEnum { name: item.name.clone() };
                changes.push(Change::new(kind, self.step_of(item.span), None));
            }
        }
        for (pair, line) in &pairs {
            self.diff_enum(*pair, *line, &mut changes);
        }
        self.renamed_enums = pairs
            .iter()
            .filter(|(pair, _)| pair.before.name != pair.after.name)
            .map(|(pair, _)| Pair { before: pair.before.name.clone(), after: pair.after.name.clone() })
            .collect();
        self.changes.extend(changes);
    }

    fn enum_line(&self, item: &EnumType) -> Option<&EnumLine> {
        self.lineage.enums.iter().find(|line| line.before.as_ref() == Some(&item.name))
    }

    /// Types that are one type before and after: by what the operations did with them, else by their name, since an enum
    /// loses a value by being made anew beside the old one, which is renamed out of the way and dropped. Each with the
    /// line that ends in the type after.
    fn enum_pairs(&self) -> Vec<(Pair<&'a EnumType>, Option<&EnumLine>)> {
        let mut pairs = Vec::new();
        for item in &self.schemas.before.enums {
            let line = self.enum_line(item);
            let now = line.and_then(|line| line.now.as_ref());
            let after = now
                .and_then(|now| self.schemas.after.enum_type(now))
                .or_else(|| self.schemas.after.enum_type(&item.name));
            if let Some(after) = after {
                let same = |now: &crate::schema::TableName| {
                    self.schemas.after.enum_type(now).is_some_and(|found| std::ptr::eq(found, after))
                };
                let after_line =
                    self.lineage.enums.iter().find(|line| line.now.as_ref().is_some_and(same)).or(line);
                pairs.push((Pair { before: item, after }, after_line));
            }
        }
        pairs
    }

    fn diff_enum(&self, pair: Pair<&EnumType>, line: Option<&EnumLine>, changes: &mut Vec<Change>) {
        let Pair { before, after } = pair;
        let name = &before.name;
        if before.name != after.name {
            // No code names an enum's type as it names a table: the old name is gone, and the new one is its candidate.
            let span = line.and_then(|line| line.renamed).unwrap_or(after.span);
            let mut dropped =
                Change::new(ChangeKind::DropEnum { name: name.clone() }, span, Some(before.span));
            dropped.rename_candidate = Some(after.name.to_string());
            changes.push(dropped);
            changes.push(Change::new(ChangeKind::AddEnum { name: after.name.clone() }, span, None));
        }
        let step = |own: Option<Span>, item: Span| own.or(line.and_then(|line| line.made)).unwrap_or(item);
        let has = |item: &EnumType, value: &str| item.values.iter().any(|entry| entry.name == value);
        let followed = |value: &str| {
            line?.values.iter().find(|(from, now, _)| from.as_deref() == Some(value) && now != value)
        };
        let mut renamed = Vec::new();
        for value in before.values.iter().filter(|value| !has(after, &value.name)) {
            match followed(&value.name).filter(|(_, now, _)| has(after, now)) {
                Some((_, now, span)) => {
                    renamed.push(now.clone());
                    let value_names = Pair { before: value.name.clone(), after: now.clone() };
                    let kind = ChangeKind::RenameEnumValue { name: name.clone(), value: value_names };
                    changes.push(Change::new(kind, step(*span, after.span), Some(value.span)));
                }
                None => {
                    let kind = ChangeKind::DropEnumValue { name: name.clone(), value: value.name.clone() };
                    changes.push(Change::new(kind, step(None, value.span), Some(value.span)));
                }
            }
        }
        for value in &after.values {
            if !has(before, &value.name) && !renamed.contains(&value.name) {
                let kind = ChangeKind::AddEnumValue { name: after.name.clone(), value: value.name.clone() };
                changes.push(Change::new(kind, self.step_of(value.span), None));
            }
        }
    }
}

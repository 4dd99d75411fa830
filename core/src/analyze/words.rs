//! Which release breaks when, in words.

use crate::report::text::plural;
use crate::report::wire::{ChangeKindReport, ChangeReport, ReleaseReport, RolloutReport};
use crate::rules::{Cell, DeployOrder, Verdict};

/// How a change goes out.
#[derive(Debug, Clone)]
pub(super) struct Rollout {
    /// The order of migration and code.
    pub order: DeployOrder,
    /// The release that runs before, if its code was judged.
    pub running: Option<ReleaseReport>,
}

impl Rollout {
    /// The git revision whose code meets a schema in the cell; `None` for the work tree.
    pub(super) fn release(&self, cell: Cell) -> Option<&str> {
        match cell {
            Cell::MigrateFirst => self.running.as_ref().map(|release| release.revision.as_str()),
            Cell::CodeFirst | Cell::EndState => None,
        }
    }

    pub(super) fn report(&self) -> RolloutReport {
        RolloutReport { order: self.order, running: self.running.clone() }
    }

    /// Which release fails when; `None` where only the end state was judged and nothing need be said.
    pub(super) fn words(&self, cells: &[Cell]) -> Option<String> {
        let running =
            self.running.as_ref().map(|release| format!("the running release ({})", release.revision));
        match (cells, running) {
            ([Cell::MigrateFirst], Some(running)) => Some(format!(
                "{running} does this: it fails from the migration until the new code has replaced it; the new code does not"
            )),
            ([Cell::MigrateFirst, Cell::EndState], Some(running)) => Some(format!(
                "{running} does this and the new code still does: both fail from the migration on"
            )),
            ([Cell::EndState], Some(running)) => Some(match self.order {
                DeployOrder::MigrateFirst => {
                    format!("{running} does not do this: the new code fails when it is released")
                }
                DeployOrder::CodeFirst => "the new code fails from the migration on".to_owned(),
                DeployOrder::StopTheWorld => "the new code fails after the migration".to_owned(),
            }),
            // Off the path, the note itself says it.
            ([Cell::CodeFirst], _) if !self.order.passes(Cell::CodeFirst) => None,
            ([Cell::CodeFirst], _) => Some(
                "the new code does this: it fails from its release until the migration has run".to_owned(),
            ),
            ([Cell::CodeFirst, Cell::EndState], _) => {
                Some("the new code fails before the migration and after it".to_owned())
            }
            _ => None,
        }
    }

    /// What would break in an order that is not the project's.
    pub(super) fn words_off_path(&self, cell: Cell, places: usize) -> String {
        let fail = |who: &str| {
            let verb = if places == 1 { "fails" } else { "fail" };
            format!("{} of {who} {verb}", plural(places, "place"))
        };
        match cell {
            Cell::MigrateFirst => {
                let release = self.running.as_ref().map_or("before", |release| release.revision.as_str());
                let running = format!("the running release ({release})");
                format!("only if the migration runs while that release serves: {}", fail(&running))
            }
            Cell::CodeFirst => {
                format!("only if the new code is released before the migration: {}", fail("the new code"))
            }
            Cell::EndState => fail("the new code"),
        }
    }

    /// How to keep out of what [`Rollout::words_off_path`] tells.
    pub(super) fn help_off_path(&self, cell: Cell) -> String {
        match (cell, self.order) {
            (Cell::CodeFirst, DeployOrder::MigrateFirst) => {
                "run the migration before the new code is released, as the deploy order (migrate-first) says".to_owned()
            }
            (Cell::MigrateFirst, DeployOrder::CodeFirst) => {
                "release the new code everywhere before the migration runs, as the deploy order (code-first) says".to_owned()
            }
            (_, order) => {
                format!("let nothing serve while the migration runs, as the deploy order ({}) says", order.name())
            }
        }
    }

    /// Where only the running release is in the way, and the new code does not need the change: release first, migrate
    /// later.
    pub(super) fn two_steps(&self, cells: &[Cell], change: &ChangeReport) -> Option<String> {
        let code_first = change.cells.iter().find(|cell| cell.cell == Cell::CodeFirst)?;
        let is_way_out = cells == [Cell::MigrateFirst]
            && self.order.passes(Cell::MigrateFirst)
            && code_first.verdict == Verdict::Safe;
        is_way_out.then(|| {
            "the new code no longer does this. In two steps: release it without the migration; when it has replaced the \
             running release everywhere, run the migration with a later release"
                .to_owned()
        })
    }

    /// Why a change is safe that takes something away.
    pub(super) fn note(&self, change: &ChangeReport) -> Option<String> {
        let running = self.running.as_ref()?;
        let judged = |cell: Cell| change.cells.iter().any(|judged| judged.cell == cell && judged.on_path);
        let takes_away = match change.difference.kind {
            ChangeKindReport::DropTable
            | ChangeKindReport::DropColumn
            | ChangeKindReport::DropEnumValue
            | ChangeKindReport::DropUnique => true,
            ChangeKindReport::AddTable
            | ChangeKindReport::RenameTable
            | ChangeKindReport::AddColumn
            | ChangeKindReport::RenameColumn
            | ChangeKindReport::AlterColumnType
            | ChangeKindReport::AlterColumnNullability
            | ChangeKindReport::AlterColumnDefault
            | ChangeKindReport::AddEnum
            | ChangeKindReport::DropEnum
            | ChangeKindReport::AddEnumValue
            | ChangeKindReport::RenameEnumValue
            | ChangeKindReport::AddUnique
            | ChangeKindReport::AddForeignKey
            | ChangeKindReport::DropForeignKey
            | ChangeKindReport::AlterForeignKey => false,
        };
        let is_told = change.verdict == Verdict::Safe && takes_away && judged(Cell::MigrateFirst);
        is_told.then(|| {
            format!("neither the running release ({}) nor the new code maps or uses it", running.revision)
        })
    }
}

//! Expand/contract phases, rollback, runbook: the room is reserved, nothing is promised yet.

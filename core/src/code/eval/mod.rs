//! The demand-driven evaluator.

//! What a library API means, asked by the evaluator and answered by `usage::orm`.

//! Application code as one small language-neutral tree, and the demand-driven evaluator over it.
//!
//! `python` and `typescript` lower their syntax into [`tree::Module`] (with `builder`); `project` finds files and follows
//! imports;
//! `value` says what an expression can be; `eval` finds it out, on demand, across functions and files. What a library's
//! API means is not known here: it is asked of [`library::Library`], which `usage::orm` implements, one file per ORM.

pub mod builder;
pub mod conditions;
pub mod conversion;
pub mod eval;
pub mod interpret;
pub mod library;
pub mod project;
pub mod python;
pub mod tree;
pub mod typescript;
pub mod value;

//! Private: the case harness, the truth harnesses and the developer tool.

pub mod carets;
pub mod case;
pub mod histories;
pub mod implicit;
pub mod mirror;
pub mod objects;
pub mod outcome;
pub mod required;

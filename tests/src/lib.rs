//! Private: the case harness, the truth harnesses and the developer tool.

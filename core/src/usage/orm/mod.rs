//! What each ORM's API means: one file per ORM.

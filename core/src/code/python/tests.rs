use std::sync::Arc;

use super::lower;
use crate::code::tree::Module;
use crate::text::{FileId, SourceFile};

fn module(text: &str) -> Module {
    lower(Arc::new(SourceFile::new(FileId(0), "a.py", text.as_bytes().to_vec())))
}

#[test]
fn deep_nesting_is_bounded() {
    let deep = format!("x = {}1{}\n", "(a, ".repeat(10_000), ")".repeat(10_000));
    assert!(!module(&deep).errors.is_empty());
}

#[test]
#[ignore]
fn dump() {
    let m = module(&std::fs::read_to_string("/tmp/w/sample.py").unwrap());
    for site in &m.sites {
        println!("{:?} {:?}", m.slice(site.range), site.kind);
    }
    for (i, e) in m.exprs.iter().enumerate() {
        println!("E{i} {:?} {:?} p={:?} s={}", m.slice(e.range), e.kind, e.parent, e.scope.0);
    }
    for (i, e) in m.stmts.iter().enumerate() {
        println!("S{i} {:?} p={:?}", e.kind, e.parent);
    }
    for (i, e) in m.patterns.iter().enumerate() {
        println!("P{i} {:?} {:?} s={}", m.slice(e.range), e, e.scope.0);
    }
    for (i, e) in m.types.iter().enumerate() {
        println!("T{i} {:?} {:?}", m.slice(e.range), e.kind);
    }
    println!("{:#?}", m.functions);
    println!("{:?}\n{:?}\n{:?}", m.classes, m.aliases, m.imports);
    for (i, s) in m.scopes.iter().enumerate() {
        println!("scope {i} {:?} {:?}", s.owner, s.parent);
        for b in &s.bindings {
            println!("   {} {:?}", m.text(b.name), b.kind);
        }
    }
    println!("{:?}", m.errors.iter().map(|e| m.slice(*e)).collect::<Vec<_>>());
}

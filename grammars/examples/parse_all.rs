//! Parses the files that a list names, one path a line, and does nothing with them: what `cargo x bench` measures as a full
//! parse.

use std::path::Path;
use std::{env, fs, process};

use seawall_grammars::{python, typescript};

fn main() {
    let Some(list) = env::args().nth(1).and_then(|path| fs::read_to_string(path).ok()) else {
        process::exit(2);
    };
    let grammar = python::grammar();
    let mut parser = grammar.parser();
    for path in list.lines() {
        let Ok(text) = fs::read_to_string(path) else { continue };
        match Path::new(path).extension().and_then(|end| end.to_str()) {
            Some("py") => drop(grammar.parse(&mut parser, &text)),
            Some("ts" | "mts" | "cts") => drop(typescript::parse(&text, typescript::Dialect::TypeScript)),
            _ => drop(typescript::parse(&text, typescript::Dialect::Tsx)),
        }
    }
}

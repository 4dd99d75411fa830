//! What the layers cost, on generated input: `cargo bench`.
#![expect(clippy::expect_used, reason = "a bench that cannot run has to stop")]

use std::hint::black_box;
use std::path::Path;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use seawall::{ChangeSource, Options, check, load_schema, usages};
use seawall_benches::{COMMON, RARE, Seed, python_module, typescript_module, write_project};
use seawall_grammars::{python, typescript};

const FILES: u64 = 100;

fn parse(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("parse");
    let text = python_module(&mut Seed(1), 200);
    group.throughput(Throughput::Bytes(text.len() as u64));
    let grammar = python::grammar();
    let mut parser = grammar.parser();
    group.bench_function("python", |bench| bench.iter(|| black_box(grammar.parse(&mut parser, &text))));
    let text = typescript_module(&mut Seed(1), 200);
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("typescript", |bench| {
        bench.iter(|| black_box(typescript::parse(&text, typescript::Dialect::TypeScript)));
    });
    group.finish();
}

fn options(folder: &Path, schema: &str) -> Options {
    let folder = folder.to_string_lossy();
    Options {
        root: folder.clone().into_owned(),
        schema: vec![format!("{folder}/{schema}")],
        ..Options::default()
    }
}

fn schema(criterion: &mut Criterion, folder: &Path) {
    let mut group = criterion.benchmark_group("schema");
    for source in ["schema.sql", "schema.prisma"] {
        let options = options(folder, source);
        group.bench_function(source, |bench| {
            bench.iter(|| load_schema(black_box(&options), None).expect("a schema"));
        });
    }
    group.finish();
}

fn usage(criterion: &mut Criterion, folder: &Path) {
    let mut group = criterion.benchmark_group("usages");
    group.sample_size(10);
    for (source, table) in [("schema.sql", "table_0"), ("schema.prisma", "Model0")] {
        let options = options(folder, source);
        for column in [RARE, COMMON] {
            let target = format!("{table}.{column}");
            group.bench_function(format!("{source} {column}"), |bench| {
                bench.iter(|| usages(black_box(&options), &target).expect("an answer"));
            });
        }
    }
    group.finish();
}

fn example(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("check");
    group.sample_size(10);
    for name in ["prisma-shop", "alembic-shop", "sql-shop"] {
        let root = format!("{}/../examples/{name}", env!("CARGO_MANIFEST_DIR"));
        let options = Options { root, ..Options::default() };
        group.bench_function(name, |bench| {
            bench.iter(|| check(black_box(&options), &ChangeSource::Newest).expect("a report"));
        });
    }
    group.finish();
}

fn layers(criterion: &mut Criterion) {
    let folder = std::env::temp_dir().join(format!("seawall-bench-{}", std::process::id()));
    let folder = write_project(&folder, FILES).expect("a project");
    parse(criterion);
    schema(criterion, &folder);
    usage(criterion, &folder);
    example(criterion);
    let _ = std::fs::remove_dir_all(folder);
}

criterion_group!(benches, layers);
criterion_main!(benches);

//! What Seawall says of the table of implicit references. The two numbers only grow; all cases is what is wanted.

use seawall_tests::implicit::{Family, compare, compare_scenarios, rows};
use seawall_tests::required;

/// Shapes that write rows, where a column becomes NOT NULL, that are answered as they behave: 229 were executed.
const REQUIRED: usize = 222;

/// Cases of Prisma that agree, each row with the last of its versions.
const PRISMA: usize = 296;

/// Cases of SQLAlchemy, SQLModel and Flask-SQLAlchemy that agree, each row with the last of its versions.
const SQLALCHEMY: usize = 415;

#[test]
fn no_fewer_rows_of_prisma_agree() {
    no_fewer(Family::Prisma, PRISMA);
}

#[test]
fn no_fewer_rows_of_sqlalchemy_agree() {
    no_fewer(Family::SqlAlchemy, SQLALCHEMY);
}

fn no_fewer(family: Family, floor: usize) {
    let outcome = compare(family, false).expect("the table is asked");
    let agree = outcome.cases - outcome.wrong.len();
    let wrong = outcome.wrong.join("\n");
    assert!(agree >= floor, "{agree} of {} cases agree, {floor} did:\n{wrong}", outcome.cases);
    println!("{family:?}: {agree} of {} cases agree; the others:\n{wrong}", outcome.cases);
}

#[test]
fn every_row_of_prisma_agrees_with_each_version() {
    every(Family::Prisma);
}

#[test]
#[ignore = "long: each row with each of its versions"]
fn every_row_of_sqlalchemy_agrees_with_each_version() {
    every(Family::SqlAlchemy);
}

fn every(family: Family) {
    let outcome = compare(family, true).expect("the table is asked");
    let wrong = outcome.wrong.join("\n");
    assert!(
        outcome.wrong.is_empty(),
        "{} of {} cases disagree:\n{wrong}",
        outcome.wrong.len(),
        outcome.cases
    );
}

#[test]
fn every_row_about_types_enums_and_renamed_tables_agrees() {
    for (family, cases) in [(Family::Prisma, 108), (Family::SqlAlchemy, 60)] {
        let outcome = compare_scenarios(family).expect("the table is asked");
        assert!(outcome.wrong.is_empty(), "{family:?}:\n{}", outcome.wrong.join("\n"));
        assert_eq!(outcome.cases, cases, "{family:?}");
    }
}

#[test]
fn every_row_of_the_table_is_asked() {
    let unasked: Vec<String> = rows()
        .into_iter()
        .filter(|row| row.drop.is_none() && row.scenario.is_none())
        .map(|row| format!("{} {}: {}", row.orm, row.version, row.id))
        .collect();
    assert!(unasked.is_empty(), "{}", unasked.join("\n"));
    assert_eq!(rows().len(), 879);
}

#[test]
fn no_fewer_shapes_that_write_a_required_column_agree() {
    let shapes = required::shapes().expect("the shapes");
    let compared = required::compare(&shapes).expect("an answer");
    let all = format!("{} of {} right; {compared:#?}", compared.right, shapes.len());
    assert!(compared.right >= REQUIRED && compared.wrong.is_empty(), "{all}");
    println!("{all}");
}

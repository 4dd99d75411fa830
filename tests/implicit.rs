//! What Seawall says of the table of implicit references.

/// Cases that agree, each row with the last of its versions. It only grows; all of them is what is wanted.
const AGREE: usize = 516;

#[test]
fn no_fewer_rows_of_the_table_agree() {
    let outcome = seawall_tests::implicit::compare(false).expect("the table is asked");
    let agree = outcome.cases - outcome.wrong.len();
    let wrong = outcome.wrong.join("\n");
    assert!(agree >= AGREE, "{agree} of {} cases agree, {AGREE} did:\n{wrong}", outcome.cases);
    println!("{agree} of {} cases agree; the others:\n{wrong}", outcome.cases);
}

#[test]
#[ignore = "long: each row with each of its versions"]
fn every_row_of_the_table_agrees() {
    let outcome = seawall_tests::implicit::compare(true).expect("the table is asked");
    let wrong = outcome.wrong.join("\n");
    assert!(
        outcome.wrong.is_empty(),
        "{} of {} cases disagree:\n{wrong}",
        outcome.wrong.len(),
        outcome.cases
    );
}

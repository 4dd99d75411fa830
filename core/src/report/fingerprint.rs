//! Names for findings that stay the same when lines move.

use std::collections::BTreeMap;

/// Gives each finding of a report its fingerprint: made from the rule, the path, the table and column and the text of
/// the line, and not from the line's number. Equal ones are told apart by their order in the file.
#[derive(Debug, Default)]
pub(crate) struct Fingerprints {
    seen: BTreeMap<u64, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding that has these parts: 16 hexadecimal digits.
    pub(crate) fn next(&mut self, parts: &[&str]) -> String {
        let hash = fnv1a(parts);
        let ordinal = self.seen.entry(hash).or_insert(0);
        *ordinal += 1;
        match *ordinal {
            1 => format!("{hash:016x}"),
            ordinal => format!("{:016x}", fnv1a(&[&format!("{hash:016x}"), &ordinal.to_string()])),
        }
    }
}

/// FNV-1a with 64 bits (draft-eastlake-fnv): fingerprints are kept in other people's files for years, so that the
/// function must not change with a library's version.
fn fnv1a(parts: &[&str]) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for part in parts {
        // A zero byte ends each part: ("ab", "c") and ("a", "bc") differ.
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_findings_differ_by_their_order_and_parts_do_not_run_together() {
        let mut prints = Fingerprints::default();
        let first = prints.next(&["rule", "a.ts"]);
        assert_ne!(first, prints.next(&["rule", "a.ts"]));
        assert_ne!(prints.next(&["ab", "c"]), prints.next(&["a", "bc"]));
        assert_eq!(first, Fingerprints::default().next(&["rule", "a.ts"]));
    }

    #[test]
    fn the_function_is_the_published_one() {
        // FNV-1a of "a" and its terminator, computed from the draft's definition.
        assert_eq!(fnv1a(&["a"]), 0x089b_e207_b544_f1e4);
    }
}

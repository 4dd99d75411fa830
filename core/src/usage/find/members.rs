//! Where code can reach an entity by the name of a member: `user` of `prisma.user`.
//!
//! Such a name is often a common word. A file that only has variables and keys of that name is not parsed for it.

use rustc_hash::FxHashSet;

use crate::code::project::scan::ScanFilter;
use crate::schema::EntityId;
use crate::text::FileId;
use crate::usage::find::Finder;
use crate::usage::find::sent::ends_with_dot;

impl Finder<'_> {
    /// Where the words stand, in files that can hold a reference: one that knows an entity by its member's name alone has to
    /// take it out of something, or to take something out of it.
    pub(super) fn reference_hits(
        &self,
        entities: &[EntityId],
        words: &[&str],
        languages: ScanFilter,
    ) -> Vec<(FileId, u32, usize)> {
        let infos: Vec<_> = entities.iter().filter_map(|id| self.eval.entity(*id)).collect();
        let libraries = || self.eval.libraries();
        let members: FxHashSet<String> = infos
            .iter()
            .flat_map(|info| libraries().filter_map(|library| library.member_name(&info.entity)))
            .collect();
        let scan = self.project.scan(words, languages);
        let mut counting: FxHashSet<FileId> = FxHashSet::default();
        let found = || words.iter().zip(scan.hits.iter()).enumerate();
        for (_, (word, files)) in found() {
            let is_member = members.contains(*word);
            let counts = |file: FileId, offsets: &[u32]| {
                !is_member
                    || self.project.sources().search(file, |text| {
                        offsets.iter().any(|at| is_member_at(text, *at as usize, *at as usize + word.len()))
                    }) == Some(true)
            };
            for (file, offsets) in files {
                if !counting.contains(file) && counts(*file, offsets) {
                    counting.insert(*file);
                }
            }
        }
        let mut hits = Vec::new();
        for (number, (_, files)) in found() {
            for (file, offsets) in files.iter().filter(|(file, _)| counting.contains(file)) {
                hits.extend(offsets.iter().map(|offset| (*file, *offset, number)));
            }
        }
        hits
    }
}

/// Whether the name at `start..end` stands behind or before a dot, or is taken out of an object: `prisma.user`, `user.findMany()`,
/// `const { user } = prisma`.
fn is_member_at(text: &[u8], start: usize, end: usize) -> bool {
    let behind = text.get(end..).unwrap_or_default().trim_ascii_start();
    // `user?.` and `user!.`
    let behind_mark = behind.strip_prefix(b"?").or_else(|| behind.strip_prefix(b"!")).unwrap_or(behind);
    let is_read = behind_mark.trim_ascii_start().first() == Some(&b'.');
    is_read || ends_with_dot(text.get(..start).unwrap_or_default()) || is_taken_out(behind)
}

/// Whether a text goes on to the end of a pattern that something is assigned to, or of an import: `, post: posts } = prisma`.
fn is_taken_out(behind: &[u8]) -> bool {
    let is_part = |byte: u8| {
        byte.is_ascii_alphanumeric()
            || byte.is_ascii_whitespace()
            || matches!(byte, b'_' | b'$' | b',' | b':' | b'.')
    };
    let Some(end) = behind.iter().position(|byte| !is_part(*byte)) else { return false };
    if behind.get(end) != Some(&b'}') {
        return false;
    }
    let rest = behind.get(end + 1..).unwrap_or_default().trim_ascii_start();
    rest.starts_with(b"from")
        || (matches!(rest.first(), Some(b'=' | b':' | b',' | b')' | b'}')) && !rest.starts_with(b"=>"))
}

#[cfg(test)]
mod tests {
    use super::is_member_at;

    #[test]
    fn a_member_is_taken_out_of_something_or_has_members() {
        let is_member = |text: &str| {
            let start = text.find("user").expect("the name");
            is_member_at(text.as_bytes(), start, start + 4)
        };
        for text in [
            "prisma.user",
            "prisma\n  .user\n",
            "user.findMany()",
            "user?.findMany()",
            "user!\n.count()",
            "const { user } = prisma",
            "const { user: users, post } = prisma",
            "({ user }) => user",
            "function f({ user }: Client) {}",
            "import { user } from './delegates'",
        ] {
            assert!(is_member(text), "{text}");
        }
        for text in ["const user = 1", "f(user)", "user: string;", "// the user", "user => 1"] {
            assert!(!is_member(text), "{text}");
        }
    }
}

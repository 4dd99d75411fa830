//! What a client was made with: `omit` for all its queries, `$extends`; and the version that the project takes.

use std::cell::OnceCell;

use crate::code::eval::{Evaluator, Keys};
use crate::code::value::{Known, LibraryValue, Value};
use crate::schema::EntityId;
use crate::text::Sources;
use crate::usage::orm::prisma::names::accessor;

/// `omit` of `new PrismaClient({ omit })`, among the parts of a client.
pub const OMIT: &str = "prisma.global_omit";

/// The newest major version whose behaviour is known: taken where the project does not say which one it uses.
const NEWEST: u32 = 7;

/// What shapes and delegates keep of the client that they come from: its `omit`, its extensions.
pub type Parts<'a> = &'a [Value];

/// The parts of a client made with these options.
pub fn parts_of_options(eval: &Evaluator<'_>, options: &Known) -> Vec<Value> {
    let omit = eval.member(options, "omit").value;
    match omit {
        Value::Unknown | Value::Null => Vec::new(),
        omit => vec![LibraryValue::of(OMIT, [omit])],
    }
}

/// What the client omits of an entity's rows unless a call says otherwise.
pub fn omitted(eval: &Evaluator<'_>, entity: EntityId, parts: Parts<'_>) -> Option<Keys> {
    let part = parts.iter().find_map(|part| part.library(OMIT))?;
    let info = eval.entity(entity)?;
    eval.keys(&eval.member(&Known::plain(part.first()), &accessor(&info.entity.name)).value)
}

/// A field that an extension computes, and the fields that it needs.
pub struct Computed {
    /// Its name.
    pub name: String,
    /// The fields.
    pub needs: Vec<String>,
}

/// The computed fields that the client's extensions give an entity.
pub fn computed(eval: &Evaluator<'_>, entity: EntityId, parts: Parts<'_>) -> Vec<Computed> {
    let extensions = parts.iter().filter(|part| part.library(OMIT).is_none());
    let Some(info) = eval.entity(entity) else { return Vec::new() };
    let mut found = Vec::new();
    for extension in extensions {
        let results = eval.member(&Known::plain(extension.clone()), "result");
        for model in [accessor(&info.entity.name), "$allModels".to_owned()] {
            let Some(fields) = eval.keys(&eval.member(&results, &model).value) else { continue };
            for (name, value) in fields.keys {
                let needs = eval.keys(&eval.member(&Known::plain(value), "needs").value).unwrap_or_default();
                let needs = needs.keys.iter().filter(|(name, _)| needs.is_on(name));
                found.push(Computed { name, needs: needs.map(|(name, _)| name.clone()).collect() });
            }
        }
    }
    found
}

/// The major version of Prisma that the project takes, once asked.
#[derive(Debug, Default)]
pub struct Version(OnceCell<u32>);

impl Version {
    /// The major version: what `package.json` asks for, or what the lock file holds where it leaves it open.
    pub fn major(&self, eval: &Evaluator<'_>) -> u32 {
        *self.0.get_or_init(|| read_major(eval.project().sources()).unwrap_or(NEWEST))
    }
}

/// The client's own package comes first: the command line tool may be of another version.
const PACKAGES: [&str; 2] = ["@prisma/client", "prisma"];

/// The groups of dependencies in a `package.json`.
const GROUPS: [&str; 4] = ["dependencies", "devDependencies", "peerDependencies", "resolutions"];

fn read_major(sources: &Sources) -> Option<u32> {
    let called = |wanted: &str| {
        let mut files: Vec<_> =
            sources.ids().filter(|file| sources.path(*file).rsplit('/').next() == Some(wanted)).collect();
        // The one nearest to the root speaks for the project.
        files.sort_by_key(|file| sources.path(*file).matches('/').count());
        files.into_iter().filter_map(|file| sources.load(file).ok())
    };
    let manifests: Vec<serde_json::Value> =
        called("package.json").filter_map(|file| serde_json::from_str(&file.text).ok()).collect();
    let asked = PACKAGES.iter().find_map(|package| {
        let in_group = |manifest: &serde_json::Value, group: &&str| {
            manifest.get(*group)?.get(*package)?.as_str().map(str::to_owned)
        };
        manifests.iter().find_map(|manifest| GROUPS.iter().find_map(|group| in_group(manifest, group)))
    });
    asked.as_deref().and_then(major_of_range).or_else(|| {
        ["package-lock.json", "pnpm-lock.yaml", "yarn.lock"]
            .iter()
            .find_map(|name| called(name).find_map(|file| locked_major(&file.text)))
    })
}

/// The major version that a range allows, if it is one: `^6.1.0`, `~5.22`, `npm:@prisma/client@7.0.0`.
fn major_of_range(range: &str) -> Option<u32> {
    let range = range.rsplit('@').next().unwrap_or(range).trim();
    let open = range.starts_with('>') || range.starts_with('<') || range.contains("||");
    let digits: String = range
        .trim_start_matches(|letter: char| !letter.is_ascii_digit())
        .chars()
        .take_while(char::is_ascii_digit)
        .collect();
    let is_number = range.starts_with(|letter: char| letter.is_ascii_digit() || "^~=v".contains(letter));
    digits.parse().ok().filter(|_| is_number && !open)
}

/// The major version of the client that a lock file holds. npm writes `"node_modules/@prisma/client": { "version": "6.1.0" }`,
/// pnpm `'@prisma/client@6.1.0'`, yarn `"@prisma/client@^6.1.0":` with `version "6.1.0"` below.
fn locked_major(lock: &str) -> Option<u32> {
    lock.match_indices("@prisma/client").find_map(|(at, name)| {
        let after: String = lock.get(at + name.len()..)?.chars().take(80).collect();
        let digits = match after.find("version") {
            Some(version) => after.get(version + "version".len()..)?,
            None => after.strip_prefix('@')?,
        };
        let digits = digits.trim_start_matches([' ', ':', '"', '\'']);
        digits.split('.').next()?.parse().ok()
    })
}

#[cfg(test)]
mod tests {
    use super::{locked_major, major_of_range};

    #[test]
    fn a_range_of_one_major_version_says_it() {
        for (range, major) in [
            ("^6.1.0", Some(6)),
            ("~5.22", Some(5)),
            ("7.10.1", Some(7)),
            ("6.x", Some(6)),
            ("npm:@prisma/client@7.0.0", Some(7)),
            (">=5", None),
            ("latest", None),
            ("*", None),
            ("catalog:", None),
            ("workspace:^", None),
        ] {
            assert_eq!(major_of_range(range), major, "{range}");
        }
    }

    #[test]
    fn lock_files_hold_the_version() {
        for lock in [
            "\"node_modules/@prisma/client\": {\n      \"version\": \"6.19.3\",",
            "  '@prisma/client@6.19.3(prisma@6.19.3)':\n    resolution:",
            "\"@prisma/client@^6.0.0\":\n  version \"6.19.3\"\n",
            "\"@prisma/client@npm:^6.0.0\":\n  version: 6.19.3\n",
        ] {
            assert_eq!(locked_major(lock), Some(6), "{lock}");
        }
        assert_eq!(locked_major("\"left-pad\": \"1.0.0\""), None);
    }
}

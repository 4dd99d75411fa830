//! Files that nobody writes by hand: generated Prisma clients and what a build made. They are not searched.

use rustc_hash::FxHashSet;

use super::path::{ancestors, folder, join, name};
use crate::code::tree::Language;
use crate::text::{FileId, Sources};

/// The package that a generated Prisma client stands for.
pub(super) const PRISMA_CLIENT: &str = "@prisma/client";

/// Folders that Prisma's documentation and its `init` generate clients into.
const USUAL_CLIENTS: [&str; 3] = ["generated/prisma", "prisma/generated", ".prisma/client"];

/// Modules of a generated client that are imported by their own path.
const CLIENT_MODULES: [&str; 8] =
    ["client", "index", "default", "browser", "edge", "enums", "models", "internal"];

/// Why a file is not searched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SkipReason {
    /// It is part of a Prisma client that the project generates.
    GeneratedPrismaClient,
    /// It lies in a folder that a build writes to.
    BuildOutput,
    /// It is minified.
    Minified,
}

impl SkipReason {
    /// The reason as a sentence for the report, without a final full stop.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::GeneratedPrismaClient => "not searched: it is a generated Prisma client",
            Self::BuildOutput => "not searched: it is what a build made",
            Self::Minified => "not searched: it is minified",
        }
    }
}

/// Code files that are not searched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// The folder that they are in, or the file.
    pub path: String,
    /// The first of them.
    pub first: FileId,
    /// How many they are.
    pub files: usize,
    /// Why.
    pub reason: SkipReason,
}

/// What of the project is generated.
#[derive(Debug, Default)]
pub(super) struct Generated {
    prisma_clients: FxHashSet<String>,
}

impl Generated {
    pub(super) fn new(sources: &Sources) -> Self {
        let mut prisma_clients = FxHashSet::default();
        for file in sources.ids() {
            let path = sources.path(file);
            let own = folder(path);
            let beside = |other: &str| join(own, other).and_then(|other| sources.find(&other)).is_some();
            match name(path) {
                // The layouts of the generators `prisma-client-js` and `prisma-client`.
                "index.d.ts"
                    if beside("schema.prisma") && (beside("index.js") || beside("runtime/library.js")) =>
                {
                    prisma_clients.insert(own.to_owned());
                }
                "prismaNamespace.ts" if name(own) == "internal" && beside("../client.ts") => {
                    prisma_clients.insert(folder(own).to_owned());
                }
                name if name.ends_with(".prisma") => {
                    let text = sources.load(file).map(|file| file.text.clone()).unwrap_or_default();
                    prisma_clients.extend(client_outputs(&text).filter_map(|output| join(own, output)));
                }
                _ => {}
            }
        }
        Self { prisma_clients }
    }

    /// Whether a path is (in) a client that the project generates.
    pub(super) fn is_prisma_client(&self, path: &str) -> bool {
        !self.prisma_clients.is_empty() && ancestors(path).any(|folder| self.prisma_clients.contains(folder))
    }

    /// Why a file is not searched, and the folder that is the reason.
    pub(super) fn reason<'p>(&self, sources: &Sources, path: &'p str) -> Option<(&'p str, SkipReason)> {
        let language = Language::of_path(path)?;
        if language.is_python() {
            return built_folder(path, &["build", "dist"])
                .filter(|built| sources.find(&format!("{built}/__init__.py")).is_none())
                .map(|built| (built, SkipReason::BuildOutput));
        }
        let client = ancestors(folder(path))
            .find(|folder| self.prisma_clients.contains(*folder) || is_usual_client(folder));
        if let Some(client) = client {
            return Some((client, SkipReason::GeneratedPrismaClient));
        }
        if [".min.js", ".min.mjs", ".min.cjs"].iter().any(|ending| path.ends_with(ending)) {
            return Some((path, SkipReason::Minified));
        }
        // A compiler writes JavaScript and declarations; TypeScript in a folder called `build` is somebody's source.
        let declarations = [".d.ts", ".d.mts", ".d.cts"].iter().any(|ending| path.ends_with(ending));
        if language == Language::JavaScript || declarations {
            let built = built_folder(path, &["dist", "build", "out", ".next"])?;
            return Some((built, SkipReason::BuildOutput));
        }
        None
    }
}

/// The outermost folder around `path` with one of these names.
fn built_folder<'p>(path: &'p str, names: &[&str]) -> Option<&'p str> {
    ancestors(folder(path)).filter(|folder| names.contains(&name(folder))).last()
}

fn is_usual_client(folder: &str) -> bool {
    USUAL_CLIENTS.iter().any(|client| {
        folder.strip_suffix(client).is_some_and(|before| before.is_empty() || before.ends_with('/'))
    })
}

/// Whether a specifier's path is that of a generated client, by the usual folders alone.
pub(super) fn looks_like_prisma_client(path: &str) -> bool {
    let is_client = |folder: &str| is_usual_client(folder);
    let module = name(path);
    let stem = module.split_once('.').map_or(module, |(stem, _)| stem);
    is_client(path) || (CLIENT_MODULES.contains(&stem) && ancestors(folder(path)).take(2).any(is_client))
}

/// The `output` of every generator of a client in a Prisma schema, relative to the schema's folder.
fn client_outputs(schema: &str) -> impl Iterator<Item = &str> {
    let blocks = schema.split("\ngenerator ").enumerate();
    let blocks = blocks.filter_map(|(index, block)| match index {
        0 => block.trim_start().strip_prefix("generator "),
        _ => Some(block),
    });
    blocks.filter_map(|block| {
        let body = block.split_once('{')?.1.split_once('}').map_or(block, |(body, _)| body);
        let value = |key: &str| {
            body.lines().find_map(|line| {
                let rest = line.trim_start().strip_prefix(key)?.trim_start().strip_prefix('=')?;
                rest.trim_start().strip_prefix('"')?.split_once('"').map(|(value, _)| value)
            })
        };
        let provider = value("provider")?;
        value("output").filter(|_| provider.starts_with("prisma-client"))
    })
}

/// Whether a text is minified: a line far longer than people write, and few lines for its size.
pub fn is_minified(text: &[u8], language: Language) -> bool {
    const LONGEST_LINE: usize = 20_000;
    const WIDEST_AVERAGE: usize = 500;
    /// Beyond this a line of a large file counts as one that nobody wrote.
    const WIDEST_WRITTEN: usize = 1_000;
    if text.len() <= LONGEST_LINE {
        return false;
    }
    let (mut longest, mut lines, mut in_wide, mut start) = (0, 1, 0, 0);
    for at in memchr::memchr_iter(b'\n', text).chain([text.len()]) {
        let width = at - start;
        longest = longest.max(width);
        in_wide += if width > WIDEST_WRITTEN { width } else { 0 };
        start = at + 1;
        lines += 1;
    }
    let is_wide = longest > LONGEST_LINE && text.len() / lines > WIDEST_AVERAGE;
    // A bundler keeps the line breaks of the strings in it: what is between them is on lines of thousands. Nobody
    // bundles to TypeScript.
    is_wide || (language == Language::JavaScript && in_wide > text.len() / 2)
}

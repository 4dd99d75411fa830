//! Where the specifiers of TypeScript and JavaScript lead.

use super::generated::PRISMA_CLIENT;
use super::path::{folder, join};
use super::{ImportTarget, Project};
use crate::text::FileId;

/// What can be left out at the end of a specifier, in the order TypeScript tries it.
const ENDINGS: [&str; 10] = [".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mts", ".cts", ".mjs", ".cjs", ".json"];

/// Endings of what is written for what is read: `./x.js` in a TypeScript file means `./x.ts`.
const WRITTEN: [(&str, &[&str]); 4] = [
    (".js", &[".ts", ".tsx", ".d.ts", ".js", ".jsx"]),
    (".jsx", &[".tsx", ".d.ts", ".jsx"]),
    (".mjs", &[".mts", ".d.mts", ".mjs"]),
    (".cjs", &[".cts", ".d.cts", ".cjs"]),
];

impl Project<'_> {
    pub(super) fn resolve_javascript(&self, from: FileId, specifier: &str) -> ImportTarget {
        let path = self.sources().path(from);
        // `./icon.svg?raw`: what a bundler is told about the file.
        let plain = specifier.split(['?']).next().unwrap_or(specifier);
        let relative = plain.starts_with("./") || plain.starts_with("../") || plain == "." || plain == "..";
        if relative {
            let joined = join(folder(path), plain);
            return match joined {
                Some(joined) => self
                    .known_generated(&joined)
                    .or_else(|| self.javascript_file(&joined))
                    .or_else(|| guessed_generated(&joined))
                    .unwrap_or_else(|| ImportTarget::External(specifier.to_owned())),
                None => ImportTarget::External(specifier.to_owned()),
            };
        }
        self.mapped_specifier(path, plain)
            .or_else(|| self.package_specifier(plain))
            .or_else(|| self.conventional_specifier(path, plain))
            .unwrap_or_else(|| ImportTarget::External(specifier.to_owned()))
    }

    /// Through `paths` and `baseUrl` of the configurations around the file, and `imports` of its package.
    fn mapped_specifier(&self, path: &str, specifier: &str) -> Option<ImportTarget> {
        if specifier.starts_with('#') {
            let targets = self.packages().own_imports(path, specifier);
            if let Some(found) = targets.iter().find_map(|target| self.reached(target)) {
                return Some(found);
            }
        }
        for config in self.ts_configs().around(path) {
            let mut targets = config.mapped(specifier);
            targets.extend(config.base_url.as_deref().and_then(|base| join(base, specifier)));
            let found = targets.iter().find_map(|target| self.reached(target));
            if let Some(found) = found.or_else(|| targets.iter().find_map(|target| guessed_generated(target)))
            {
                return Some(found);
            }
        }
        None
    }

    /// Another package of the project.
    fn package_specifier(&self, specifier: &str) -> Option<ImportTarget> {
        let (package, subpath) = self.packages().find(specifier)?;
        package.candidates(subpath).iter().find_map(|path| self.reached(path))
    }

    /// `@/x`, `~/x`: bundlers and frameworks map them to the sources of the package, and not all write it down.
    fn conventional_specifier(&self, path: &str, specifier: &str) -> Option<ImportTarget> {
        let rest =
            ["@/", "~/", "@@/", "~~/", "/"].iter().find_map(|prefix| specifier.strip_prefix(prefix))?;
        let package = self.packages().folder_around(path).unwrap_or("");
        ["src", "app", ""].iter().find_map(|inside| self.reached(&join(&join(package, inside)?, rest)?))
    }

    fn reached(&self, path: &str) -> Option<ImportTarget> {
        self.known_generated(path).or_else(|| self.javascript_file(path))
    }

    /// The file that a path without its ending, or with the ending of what is built from it, names; or the entry point
    /// of a folder with its own `package.json`.
    fn javascript_file(&self, path: &str) -> Option<ImportTarget> {
        self.completed(path).or_else(|| {
            let entries = self.packages().in_folder(path)?.entries();
            entries.iter().find_map(|entry| self.completed(&join(path, entry)?))
        })
    }

    fn completed(&self, path: &str) -> Option<ImportTarget> {
        let find = |path: &str| self.sources().find(path).map(ImportTarget::File);
        for (written, endings) in WRITTEN {
            if let Some(stem) = path.strip_suffix(written) {
                let found = endings.iter().find_map(|ending| find(&format!("{stem}{ending}")));
                if found.is_some() {
                    return found;
                }
            }
        }
        let mut tried = String::with_capacity(path.len() + 12);
        let mut with = |between: &str| {
            ENDINGS.iter().find_map(|ending| {
                tried.clear();
                tried.extend([path, between, *ending]);
                find(&tried)
            })
        };
        let index = if path.is_empty() { "index" } else { "/index" };
        find(path).or_else(|| with("")).or_else(|| with(index))
    }

    /// A Prisma client that the project generates is the same to its users as the package.
    fn known_generated(&self, path: &str) -> Option<ImportTarget> {
        self.generated().is_prisma_client(path).then(|| ImportTarget::External(PRISMA_CLIENT.to_owned()))
    }
}

/// A Prisma client by its path alone, where git ignores what is generated.
fn guessed_generated(path: &str) -> Option<ImportTarget> {
    super::generated::looks_like_prisma_client(path).then(|| ImportTarget::External(PRISMA_CLIENT.to_owned()))
}

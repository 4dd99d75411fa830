//! Files of migrations: which lie where, and what their names say.

use crate::code::tree::Language;
use crate::text::{FileId, Sources};

/// The JavaScript and TypeScript files directly in the folders, folder by folder and in each by name. Declarations of types
/// are none.
pub fn in_folders(sources: &Sources, folders: &[String]) -> Vec<FileId> {
    let mut files: Vec<FileId> = Vec::new();
    for folder in folders {
        let folder = folder.trim_end_matches('/');
        let direct = |file: &FileId| {
            let path = sources.path(*file);
            path.rsplit_once('/').map_or("", |(parent, _)| parent) == folder && is_script(path)
        };
        let mut found: Vec<FileId> = sources.below(folder).into_iter().filter(direct).collect();
        found.sort_by_key(|file| sources.path(*file));
        found.retain(|file| !files.contains(file));
        files.extend(found);
    }
    files
}

/// Whether a path is one of JavaScript or TypeScript that can run.
pub fn is_script(path: &str) -> bool {
    let declaration = [".d.ts", ".d.mts", ".d.cts"].iter().any(|end| path.ends_with(end));
    let language = Language::of_path(path).is_some_and(|language| !language.is_python());
    language && !declaration && !path.ends_with(".vue") && !path.ends_with(".svelte")
}

/// The title in `20240131120000_add_users`: what stands behind the number, in words.
pub fn title(stem: &str) -> Option<String> {
    let rest = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    let words = rest.replace(['_', '-'], " ");
    (rest.len() < stem.len() && !words.trim().is_empty()).then(|| words.trim().to_owned())
}

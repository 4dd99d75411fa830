//! What CI systems say of the branch that a pull request is to be merged into.
//!
//! Sources: docs.github.com, "Variables reference" (`GITHUB_BASE_REF`, set for pull requests, and `GITHUB_WORKSPACE`);
//! docs.gitlab.com, "Predefined CI/CD variables" (`CI_MERGE_REQUEST_TARGET_BRANCH_NAME`, `CI_PROJECT_DIR`).

use std::path::Path;

/// A CI system: where it has checked the project out, and the branch that is merged into.
const SYSTEMS: &[(&str, &str)] =
    &[("GITHUB_WORKSPACE", "GITHUB_BASE_REF"), ("CI_PROJECT_DIR", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")];

/// The base of the pull request that is checked out, if one is; a root elsewhere is no part of it.
pub(super) fn base(root: &Path) -> Option<String> {
    base_of(root, |name| std::env::var(name).ok())
}

fn base_of(root: &Path, variable: impl Fn(&str) -> Option<String>) -> Option<String> {
    let root = root.canonicalize().ok()?;
    SYSTEMS.iter().find_map(|(folder, branch)| {
        let branch = variable(branch).filter(|branch| !branch.is_empty())?;
        let folder = Path::new(&variable(folder)?).canonicalize().ok()?;
        root.starts_with(folder).then(|| format!("origin/{branch}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(variables: &[(&str, &str)], expected: Option<&str>) {
        let here = Path::new(env!("CARGO_MANIFEST_DIR"));
        let value = |name: &str| {
            let found = variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.replace("HERE", &here.display().to_string()))
        };
        assert_eq!(base_of(&here.join("src"), value).as_deref(), expected, "{variables:?}");
    }

    #[test]
    fn the_base_of_a_pull_request_is_known() {
        check(&[("GITHUB_WORKSPACE", "HERE"), ("GITHUB_BASE_REF", "main")], Some("origin/main"));
        check(&[("GITHUB_WORKSPACE", "HERE"), ("GITHUB_BASE_REF", "")], None);
        check(&[("GITHUB_WORKSPACE", "HERE/benches"), ("GITHUB_BASE_REF", "main")], None);
        let gitlab = [("CI_PROJECT_DIR", "HERE"), ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "dev")];
        check(&gitlab, Some("origin/dev"));
        check(&[], None);
    }
}

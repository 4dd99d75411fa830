//! The truth of the TypeScript compiler over a project of our own.

use super::{Outcome, tool};

/// Floors in percent, two and two: the share of the compiler's breaks that are found, and of our lines that it complains about, for fields, for
/// models, for columns that become optional, for columns that become required.
const FLOORS: [&str; 8] = ["99", "88", "94", "68", "80", "92", "80", "94"];
const PROJECT: &str = "tests/projects/toolshed";

/// Drops each field and model of the project's schema in turn, and turns what is required into optional and back; compares the compiler's new errors
/// with the usages and findings.
pub fn run() -> Outcome {
    tool::run(tool::cargo().args(["build", "--quiet", "-p", "seawall", "--bin", "seawall"]))?;
    let folder = tool::work_folder("truth-typescript")?;
    let sources = tool::workspace().join("tests/truth/typescript");
    for name in ["package.json", "truth.mjs"] {
        let (from, to) = (sources.join(name), folder.join(name));
        std::fs::copy(&from, &to)
            .map_err(|error| format!("cannot copy {} to {}: {error}", from.display(), to.display()))?;
    }
    // Install scripts would download engines, which nothing here needs.
    tool::npm(&folder, "install", &["--ignore-scripts", "--legacy-peer-deps"])?;
    let project = tool::workspace().join(PROJECT);
    let schema = project.join("prisma/schema.prisma");
    let binary = tool::target().join("debug").join(format!("seawall{}", std::env::consts::EXE_SUFFIX));
    tool::run(
        tool::command("node").arg(folder.join("truth.mjs")).args([&project, &schema, &binary]).args(FLOORS),
    )
}

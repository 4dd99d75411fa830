// Builds the native addon with cargo and puts it beside index.cjs as seawall.node.
//
//   node scripts/build.mjs [--profile NAME] [--target TRIPLE] [--out FOLDER]

import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const { values } = parseArgs({
  options: {
    profile: { type: "string", default: "release" },
    target: { type: "string" },
    out: { type: "string", default: here },
  },
});

const args = ["build", "--package", "seawall-node", "--profile", values.profile, "--message-format", "json-render-diagnostics"];
if (values.target) args.push("--target", values.target);
const { status, stdout } = spawnSync(process.env.CARGO ?? "cargo", args, {
  cwd: here,
  encoding: "utf8",
  maxBuffer: 1 << 28,
  stdio: ["ignore", "pipe", "inherit"],
});
if (status !== 0) process.exit(1);

// Cargo says itself where the library is: its name and folder differ from platform to platform.
const library = stdout
  .split("\n")
  .filter((line) => line.startsWith("{"))
  .map((line) => JSON.parse(line))
  .filter((message) => message.reason === "compiler-artifact" && message.target.name === "seawall_node")
  .flatMap((message) => message.filenames)
  .find((name) => /\.(so|dylib|dll)$/.test(name));
if (!library) throw new Error("cargo built no library");

mkdirSync(values.out, { recursive: true });
copyFileSync(library, join(values.out, "seawall.node"));
console.log(join(values.out, "seawall.node"));

// Writes the package of one platform, the addon and the package.json that lets npm pick it, and names it in the optional
// dependencies of the main package. For releases: the committed package.json names none, as none is published yet.
//
//   node scripts/platform-package.mjs linux-x64-gnu ADDON OUT_FOLDER

import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const PLATFORMS = [
  "darwin-arm64",
  "darwin-x64",
  "linux-arm64-gnu",
  "linux-arm64-musl",
  "linux-x64-gnu",
  "linux-x64-musl",
  "win32-x64",
];

const [platform, addon, out] = process.argv.slice(2);
if (!out || !PLATFORMS.includes(platform)) {
  console.error(`usage: platform-package.mjs PLATFORM ADDON OUT_FOLDER\nPLATFORM is one of ${PLATFORMS.join(", ")}`);
  process.exit(2);
}

const mainPath = join(dirname(dirname(fileURLToPath(import.meta.url))), "package.json");
const main = JSON.parse(readFileSync(mainPath, "utf8"));
const name = `@seawall/${platform}`;
const [os, cpu, libc] = platform.split("-");
const { version, license, repository, engines } = main;
const own = {
  name,
  version,
  description: `The native addon of seawall for ${platform}`,
  license,
  repository,
  engines,
  main: "seawall.node",
  files: ["seawall.node"],
  os: [os],
  cpu: [cpu],
  ...(libc && { libc: [libc === "gnu" ? "glibc" : libc] }),
};
const write = (path, value) => writeFileSync(path, `${JSON.stringify(value, null, 2)}\n`);

mkdirSync(out, { recursive: true });
copyFileSync(addon, join(out, "seawall.node"));
write(join(out, "package.json"), own);
main.optionalDependencies = { ...main.optionalDependencies, [name]: version };
write(mainPath, main);

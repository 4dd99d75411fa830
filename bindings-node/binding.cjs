"use strict";

// Finds the native addon: beside this file (a build from source), else in the package for this platform.

const { existsSync } = require("node:fs");
const { join } = require("node:path");

/** The C library matters on Linux alone; Node's report names glibc's version where that is the one in use. */
function libc() {
  if (process.platform !== "linux") return "";
  const { glibcVersionRuntime } = process.report.getReport().header;
  return glibcVersionRuntime ? "-gnu" : "-musl";
}

function load() {
  const beside = join(__dirname, "seawall.node");
  if (existsSync(beside)) return require(beside);
  const name = `@seawall/${process.platform}-${process.arch}${libc()}`;
  try {
    return require(name);
  } catch (cause) {
    throw new Error(
      `seawall: cannot load ${name}. Either optional dependencies were left out when seawall was installed, or there is ` +
        "no prebuilt addon for this platform: `npm run build` in the source builds one.",
      { cause },
    );
  }
}

module.exports = load();

"use strict";

const assert = require("node:assert/strict");
const test = require("node:test");
const seawall = require("seawall");

test("require and import give the same functions", async () => {
  const module = await import("seawall");
  const names = Object.keys(seawall).sort();
  assert.deepEqual(Object.keys(module).sort(), names);
  for (const name of names) assert.equal(module[name], seawall[name], name);
  assert.ok(names.includes("checkSync") && names.includes("loadSchema"));
});

test("the version is the package's", () => {
  assert.equal(seawall.version, require("seawall/package.json").version);
});

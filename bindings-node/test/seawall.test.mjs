import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import * as seawall from "seawall";

const DROP_EMAIL = "ALTER TABLE users DROP COLUMN email";

describe("a small project: one table, one query", () => {
  let root;

  before(() => {
    root = mkdtempSync(join(tmpdir(), "seawall-"));
    writeFileSync(join(root, "schema.sql"), "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL, nick text);\n");
    writeFileSync(join(root, "app.ts"), 'export const query = "SELECT email FROM users WHERE id = 1";\n');
  });

  after(() => rmSync(root, { recursive: true }));

  test("a what-if names the query", () => {
    const { findings, changes } = seawall.checkSync({ root, sql: DROP_EMAIL });
    assert.deepEqual(
      findings.map(({ rule, location }) => [rule, location.path, location.line]),
      [["dropped-column-in-use", "app.ts", 1]],
    );
    assert.deepEqual(changes.map(({ verdict }) => verdict), ["breaks"]);
  });

  test("a finding has a proof", async () => {
    const [{ fingerprint }] = seawall.checkSync({ root, sql: DROP_EMAIL }).findings;
    const witness = seawall.witnessSync(fingerprint, { root, sql: DROP_EMAIL });
    assert.equal(witness.statement, 'SELECT "users"."email" FROM "users";\n');
    assert.deepEqual(await seawall.witness(fingerprint, { root, sql: DROP_EMAIL }), witness);
  });

  test("a usage's place is the name itself", () => {
    const [usage] = seawall.usagesSync("users.email", { root }).usages;
    const { path, byte_start, byte_end } = usage.location;
    assert.equal(readFileSync(join(root, path)).subarray(byte_start, byte_end).toString(), "email");
  });

  test("the schema has its columns", () => {
    const [table] = seawall.loadSchemaSync({ root, schema: join(root, "schema.sql") }).tables;
    assert.deepEqual(table.columns.map(({ name }) => name), ["id", "email", "nick"]);
  });

  test("two sources differ", () => {
    const next = join(root, "next.sql");
    writeFileSync(next, "CREATE TABLE users (id integer PRIMARY KEY, email text NOT NULL);\n");
    const { changes } = seawall.diffSync(join(root, "schema.sql"), next);
    rmSync(next);
    assert.deepEqual(changes.map(({ kind, table, column }) => [kind, table, column]), [["drop_column", "users", "nick"]]);
  });

  test("the event loop goes on while a promise is open", async () => {
    let ticks = 0;
    const ticker = setInterval(() => ticks++, 0);
    // One that is refused must not leave the ticker behind.
    const all = Promise.all(Array.from({ length: 8 }, () => seawall.usages("users.email", { root })));
    const reports = await all.finally(() => clearInterval(ticker));
    assert.ok(ticks > 0, "the timer fired between the call and its end");
    for (const report of reports) assert.deepEqual(report, seawall.usagesSync("users.email", { root }));
  });

  const refused = [
    [{ root: "no/such/folder" }, "SEAWALL_PATH"],
    [{ schema: 3 }, "SEAWALL_OPTION"],
    [{ dialect: "oracle" }, "SEAWALL_OPTION"],
    [{ sql: DROP_EMAIL, since: "x" }, "SEAWALL_OPTION"],
    [{ before: "schema.sql" }, "SEAWALL_OPTION"],
    [{ sechma: "schema.sql" }, "SEAWALL_OPTION"],
    [{ root: "\udcff" }, "SEAWALL_OPTION"],
    [{ config: () => "x" }, "SEAWALL_OPTION"],
    [{ config: 1n }, "SEAWALL_OPTION"],
    [{ config: "no-such.toml" }, "SEAWALL_CONFIG"],
    [{ base: "no-such-revision" }, "SEAWALL_GIT"],
  ];
  for (const [options, code] of refused) {
    const title = Object.entries(options).map(([name, value]) => `${name}: ${String(value)}`).join(", ");
    test(`{ ${title} } is refused with ${code}`, async () => {
      const isExpected = (error) => {
        assert.ok(error instanceof seawall.SeawallError && error instanceof Error);
        assert.deepEqual([error.name, error.code], ["SeawallError", code], error.message);
        assert.ok(error.message);
        return true;
      };
      assert.throws(() => seawall.checkSync({ root, ...options }), isExpected);
      await assert.rejects(seawall.check({ root, ...options }), (error) => error.code === code);
    });
  }

  test("options that are no object are refused", async () => {
    assert.throws(() => seawall.checkSync(root), { code: "SEAWALL_OPTION", message: "options must be an object" });
    await assert.rejects(seawall.check([root]), { code: "SEAWALL_OPTION" });
  });

  test("unknown names are refused", () => {
    assert.throws(() => seawall.usagesSync("user.email", { root }), { code: "SEAWALL_NAME", message: /users/ });
    assert.throws(() => seawall.explainSync("droped-column-in-use"), { code: "SEAWALL_NAME" });
  });

  test("content never fails a run", () => {
    const path = join(root, "deep.ts");
    writeFileSync(path, `${"(".repeat(10_000)}email users`);
    assert.equal(seawall.checkSync({ root, sql: DROP_EMAIL }).findings.length, 1);
    rmSync(path);
  });

  test("the bin is the same command line", () => {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve("seawall/package.json");
    const bin = join(manifest, "..", require(manifest).bin.seawall);
    const run = (...args) => spawnSync(process.execPath, [bin, ...args], { cwd: root, encoding: "utf8" });
    const broken = run("check", "--sql", DROP_EMAIL, "--format", "json");
    assert.equal(broken.status, 1, broken.stderr);
    assert.deepEqual(JSON.parse(broken.stdout).findings, seawall.checkSync({ root, sql: DROP_EMAIL }).findings);
    const nothing = run("check", "no/such/folder");
    assert.deepEqual([nothing.status, nothing.stdout], [2, ""]);
    assert.match(nothing.stderr, /no\/such\/folder/);
  });
});

test("rules have pages", async () => {
  const { rules } = await seawall.rules();
  assert.ok(rules.length > 0);
  assert.deepEqual(seawall.explainSync(rules[0].name), rules[0]);
});

// Applies the migrations of a project one by one with the tool itself: `run.mjs TOOL FOLDER DIALECT CONNECTION`.
// Prints `@@step NAME` after each, and goes on when a line comes in.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const [tool, folder, dialect, connection] = process.argv.slice(2);
process.chdir(folder);
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function applied(name) {
  console.log(`@@step ${name}`);
  await lines.next();
}

async function settings() {
  const name = fs.readdirSync(".").find((file) => file.startsWith("knexfile."));
  const exported = await import(pathToFileURL(path.resolve(name)).href);
  const whole = exported.default?.default ?? exported.default ?? exported;
  return whole.client ? whole : whole.development;
}

async function runKnex() {
  const { default: knex } = await import("knex");
  const { migrations } = await settings();
  const config =
    dialect === "postgres"
      ? { client: "pg", connection }
      : { client: "better-sqlite3", connection: { filename: connection }, useNullAsDefault: true };
  const directory = migrations.directory ?? "./migrations";
  const database = knex({ ...config, migrations: { ...migrations, directory, tableName: "tool_migrations" } });
  for (;;) {
    const [, names] = await database.migrate.up();
    if (names.length === 0) break;
    await applied(path.basename(names[0]).replace(/\.[^.]+$/, ""));
  }
  await database.destroy();
}

async function runTypeOrm() {
  const { DataSource } = require("typeorm");
  const { MigrationExecutor } = require("typeorm/migration/MigrationExecutor.js");
  const config =
    dialect === "postgres"
      ? { type: "postgres", url: connection }
      : { type: "better-sqlite3", database: connection };
  const migrations = [path.join(process.cwd(), "migrations/*.{ts,js,cjs}")];
  const source = new DataSource({ ...config, migrations, migrationsTableName: "tool_migrations" });
  await source.initialize();
  const order = new MigrationExecutor(source).getMigrations();
  for (let count = 1; count <= order.length; count++) {
    source.migrations = order.slice(0, count).map((migration) => migration.instance);
    await source.runMigrations({ transaction: "each" });
    await applied(order[count - 1].name);
  }
  await source.destroy();
}

await (tool === "knex" ? runKnex() : runTypeOrm());
process.exit(0);

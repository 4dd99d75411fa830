// Applies the migrations of a project one by one with the tool itself: `run.mjs TOOL FOLDER DIALECT CONNECTION`.
// Prints `@@step NAME` after each (`@@down NAME` where it is taken back), and goes on when a line comes in.

import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import readline from "node:readline";
import { pathToFileURL } from "node:url";

const require = createRequire(import.meta.url);
const [tool, folder, dialect, connection] = process.argv.slice(2);
process.chdir(folder);
const lines = readline.createInterface({ input: process.stdin })[Symbol.asyncIterator]();

// What happened to the migration of this name: `step` or `down`.
async function told(what, name) {
  console.log(`@@${what} ${name}`);
  await lines.next();
}

// With `--down`, the migrations are taken back when all are applied.
const takenBack = process.argv.includes("--down");
const socket = { socketPath: connection, database: dialect === "mysql" ? process.argv[6] : undefined };

async function settings() {
  const name = fs.readdirSync(".").find((file) => file.startsWith("knexfile."));
  const exported = await import(pathToFileURL(path.resolve(name)).href);
  const whole = exported.default?.default ?? exported.default ?? exported;
  return whole.client ? whole : whole.development;
}

const stem = (file) => path.basename(file).replace(/\.[^.]+$/, "");

async function runKnex() {
  const { default: knex } = await import("knex");
  const { migrations } = await settings();
  const config = {
    postgres: { client: "pg", connection },
    mysql: { client: "mysql2", connection: { ...socket, user: "root" } },
    sqlite: { client: "better-sqlite3", connection: { filename: connection }, useNullAsDefault: true },
  }[dialect];
  const directory = migrations.directory ?? "./migrations";
  const database = knex({ ...config, migrations: { ...migrations, directory, tableName: "tool_migrations" } });
  for (;;) {
    const [, names] = await database.migrate.up();
    if (names.length === 0) break;
    await told("step", stem(names[0]));
  }
  while (takenBack) {
    const [, names] = await database.migrate.down();
    if (names.length === 0) break;
    await told("down", stem(names[0]));
  }
  await database.destroy();
}

async function runTypeOrm() {
  const { DataSource } = require("typeorm");
  const { MigrationExecutor } = require("typeorm/migration/MigrationExecutor.js");
  const config = {
    postgres: { type: "postgres", url: connection },
    mysql: { type: "mariadb", ...socket, username: "root" },
    sqlite: { type: "better-sqlite3", database: connection },
  }[dialect];
  const migrations = [path.join(process.cwd(), "{migrations,src/migrations,db}/**/*.{ts,js,cjs,mjs}")];
  const source = new DataSource({ ...config, migrations, migrationsTableName: "tool_migrations" });
  await source.initialize();
  const order = new MigrationExecutor(source).getMigrations();
  for (let count = 1; count <= order.length; count++) {
    source.migrations = order.slice(0, count).map((migration) => migration.instance);
    await source.runMigrations({ transaction: "each" });
    await told("step", order[count - 1].name);
  }
  for (let count = order.length; takenBack && count > 0; count--) {
    await source.undoLastMigration({ transaction: "each" });
    await told("down", order[count - 1].name);
  }
  await source.destroy();
}

await (tool === "knex" ? runKnex() : runTypeOrm());
process.exit(0);

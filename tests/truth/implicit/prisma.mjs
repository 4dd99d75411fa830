// What calls of Prisma do, executed on SQLite: prints the shapes as rows of the table of implicit references.
//
//   node prisma.mjs SCHEMA TABLES CLIENTS SHAPES
//
// SCHEMA is the data model, of which a client is generated in this folder (nothing is downloaded: the command line tool only
// wants a schema engine to exist). TABLES is the database before and its rows; CLIENTS makes the clients that the shapes
// use. Each shape is run on a fresh database for each of the columns that it is asked about: as it is, with the column
// dropped, with another column that is NOT NULL, and with the column itself made NOT NULL without a default.
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { createClient } = require('@libsql/client');
const { PrismaLibSql } = require('@prisma/adapter-libsql');
const kit = path.dirname(new URL(import.meta.url).pathname);
const [schema, tables, clients, shapes] = process.argv.slice(2, 6).map((file) => fs.readFileSync(file, 'utf8'));

/** The columns that every shape is asked about: plain, foreign key, kept by the client on updates, with the client's default. */
const COLUMNS = ['User.legacy', 'Child.legacyFk', 'KUpd.legacy', 'KStat.legacy'];

function generate() {
  const models = schema.slice(schema.indexOf('model '));
  const head = `generator client {
  provider = "prisma-client-js"
  output = "./client"
  previewFeatures = ["views"]
}
datasource db {
  provider = "sqlite"
}
`;
  fs.writeFileSync(path.join(kit, 'schema.prisma'), head + models);
  const tool = path.join(path.dirname(require.resolve('prisma/package.json')), 'build/index.js');
  // Any file that exists will do for the engine: only `migrate` would start it.
  const env = { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: process.execPath, CHECKPOINT_DISABLE: '1', PRISMA_HIDE_UPDATE_MESSAGE: '1' };
  execFileSync(process.execPath, [tool, 'generate', '--schema', 'schema.prisma'], { cwd: kit, env, stdio: ['ignore', 'ignore', 'inherit'] });
  return require(path.join(kit, 'client')).PrismaClient;
}

/** The statements that make the database, as one change leaves it. */
function database(column, change) {
  const [table, name] = column.split('.');
  const lines = tables.split('\n');
  const start = lines.indexOf(`CREATE TABLE "${table}" (`);
  const end = lines.indexOf(');', start);
  const at = lines.findIndex((line, index) => index > start && index < end && line.trim().startsWith(`"${name}"`));
  const after = [];
  if (change === 'drop') after.push(`ALTER TABLE "${table}" DROP COLUMN "${name}";`);
  // The rows are there already when the requirement comes.
  if (change === 'unmapped') lines[at] += `\n  "must" TEXT NOT NULL DEFAULT 'm',`;
  if (change === 'required') lines[at] = `  "${name}" ${lines[at].trim().split(/[ ,]/)[1]} NOT NULL,`;
  let text = lines.join('\n');
  if (change === 'unmapped') {
    // A table with rows takes no NOT NULL column without a default: the default is taken away by hand.
    after.push(`PRAGMA writable_schema = ON;`, `UPDATE sqlite_schema SET sql = replace(sql, ' DEFAULT ''m''', '') WHERE name = '${table}';`, `PRAGMA writable_schema = RESET;`);
  }
  return `${text}\n${after.join('\n')}`;
}

// Databases are thrown away: where there is memory to write to, no disk is waited for.
const folder = fs.mkdtempSync(path.join(fs.existsSync('/dev/shm') ? '/dev/shm' : os.tmpdir(), 'implicit-'));
const made = new Map();

/** A database made by these statements: made once, copied for each run. */
async function copied(statements) {
  if (!made.has(statements)) {
    const file = path.join(folder, `${made.size}.db`);
    const client = createClient({ url: `file:${file}` });
    await client.executeMultiple(statements);
    client.close();
    made.set(statements, file);
  }
  const file = path.join(folder, 'run.db');
  for (const suffix of ['', '-wal', '-shm', '-journal']) fs.rmSync(file + suffix, { force: true });
  fs.copyFileSync(made.get(statements), file);
  return file;
}

async function run(PrismaClient, call, statements) {
  const file = await copied(statements);
  const adapter = new PrismaLibSql({ url: `file:${file}` });
  const sent = [];
  const opened = [];
  function Client(options = {}) {
    const client = new PrismaClient({ ...options, adapter, log: [{ emit: 'event', level: 'query' }] });
    client.$on('query', (event) => sent.push(event.query));
    opened.push(client);
    return client;
  }
  const body = clients.replace(/^import .*$/gm, '').replace(/^export const/gm, 'const');
  const given = new Function('PrismaClient', `${body}\nreturn { p, pOmit, pExt, pQ };`)(Client);
  let error = null;
  try {
    await new Function(...Object.keys(given), `return (async () => (${call}))();`)(...Object.values(given));
  } catch (caught) {
    error = String(caught.message).trim().split('\n').pop();
  }
  await new Promise((done) => setTimeout(done, 2));
  await Promise.all(opened.map((client) => client.$disconnect()));
  return { sent, error };
}

const PrismaClient = generate();
const version = require('@prisma/client/package.json').version;
const rows = [];
for (const shape of JSON.parse(shapes)) {
  const { sent, error } = await run(PrismaClient, shape.call, tables);
  if (error) throw new Error(`${shape.call}: fails as it is: ${error}`);
  for (const column of shape.columns ?? COLUMNS) {
    const [table, name] = column.split('.');
    const says = (text, word) => text.includes(`\`${word}\``);
    const fails = async (change) => (await run(PrismaClient, shape.call, database(column, change))).error !== null;
    rows.push({
      id: `${shape.call} about ${column}`,
      orm: 'Prisma',
      version,
      database: 'SQLite',
      call: shape.call,
      condition: shape.condition ?? '',
      target: column,
      mentions: new RegExp(`\\b${name}\\b`).test(shape.call),
      names: sent.some((sql) => says(sql, table) && says(sql, name)),
      drop: await fails('drop'),
      unmapped: await fails('unmapped'),
      required: await fails('required'),
    });
  }
}
fs.rmSync(folder, { recursive: true, force: true });
console.log(JSON.stringify(rows));

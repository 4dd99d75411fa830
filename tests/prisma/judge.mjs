// Prisma's own engines as judges. Reads a request from the file that the first argument names, prints the answers.
//
// request: { cases: [{ id, provider, files: [[path, text]] }], pairs: [{ id, provider, before: files, after: files }] }
// answer:  { cases: { id: { rules: { "6": datamodel, "8": datamodel }, refused: { ... }, sql, sql_error } },
//            pairs: { id: { summary, error } } }, the summary as `prisma migrate diff` prints it
//
// `getDMMF` of @prisma/internals is a call of `get_dmmf` below; the rules differ between versions (6 wants a `url` in the
// datasource, 7 and later refuse it), so each is asked with what it wants. The engine's `diff` asks a database one
// question (which version?), which is answered here: none is needed.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { bindMigrationAwareSqlAdapterFactory, ColumnTypeEnum } from '@prisma/driver-adapter-utils';

const require = createRequire(import.meta.url);
const panics = [];
globalThis.PRISMA_WASM_PANIC_REGISTRY = { set_message: (message) => panics.push(message) };

const rules = {
  6: require('rules-6/src/prisma_schema_build.js'),
  8: require('rules-8/src/prisma_schema_build.js'),
};

// The package is made for bundlers: its parts are put together by hand.
async function engine() {
  const part = (name) => new URL(`./node_modules/engine/${name}`, import.meta.url);
  const bg = await import(part('schema_engine_bg.js'));
  const module = readFileSync(part('schema_engine_bg.wasm'));
  const { instance } = await WebAssembly.instantiate(module, { './schema_engine_bg.js': bg });
  bg.__wbg_set_wasm(instance.exports);
  instance.exports.__wbindgen_start();
  return bg.SchemaEngine;
}

const URL_LINE = /^[ \t]*(url|directUrl|shadowDatabaseUrl)[ \t]*=.*$/gm;

function withoutUrls(files) {
  return files.map(([path, text]) => [path, text.replace(URL_LINE, '')]);
}

function withUrl(files) {
  const has = files.some(([, text]) => /^[ \t]*url[ \t]*=/m.test(text));
  if (has) return files;
  const add = (text) => text.replace(/^([ \t]*datasource[^{]*\{)/m, '$1\n  url = env("DATABASE_URL")');
  return files.map(([path, text]) => [path, add(text)]);
}

function dmmf(version, files) {
  const prismaSchema = version === '6' ? withUrl(files) : withoutUrls(files);
  return JSON.parse(rules[version].get_dmmf(JSON.stringify({ prismaSchema, noColor: true }))).datamodel;
}

const ADAPTERS = { postgresql: 'postgres', postgres: 'postgres', sqlite: 'sqlite' };

function adapter(provider) {
  const answer = async ({ sql }) => {
    if (!sql.includes('pg_namespace')) return { columnNames: [], columnTypes: [], rows: [] };
    const { Boolean, Text, Int32 } = ColumnTypeEnum;
    return {
      columnNames: ['exists', 'version', 'numeric_version'],
      columnTypes: [Boolean, Text, Int32],
      rows: [[true, 'PostgreSQL 16.0', 160000]],
    };
  };
  const refuse = async () => {
    throw new Error('nothing is to be written');
  };
  const connection = {
    provider,
    adapterName: 'judge',
    queryRaw: answer,
    executeRaw: refuse,
    executeScript: refuse,
    startTransaction: refuse,
    getConnectionInfo: () => ({ supportsRelationJoins: false }),
    dispose: async () => {},
  };
  const connect = async () => connection;
  return bindMigrationAwareSqlAdapterFactory({
    provider,
    adapterName: 'judge',
    connect,
    connectToShadowDb: connect,
  });
}

async function diff(Engine, provider, before, after, script) {
  const target = (files) =>
    files === null
      ? { tag: 'empty' }
      : { tag: 'schemaDatamodel', files: withoutUrls(files).map(([path, content]) => ({ path, content })) };
  const made = await Engine.new({ datamodels: withoutUrls(after) }, () => {}, adapter(ADAPTERS[provider]));
  try {
    const filters = { externalTables: [], externalEnums: [] };
    const asked = { from: target(before), to: target(after), script, exitCode: null, filters };
    return (await made.diff(asked)).stdout;
  } finally {
    made.free();
  }
}

function first(error) {
  const panic = panics.pop();
  if (panic) return `panic: ${panic}`;
  const text = String(error?.message ?? error);
  try {
    return JSON.parse(text).message ?? text;
  } catch {
    return text;
  }
}

const request = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const Engine = await engine();
const answers = { cases: {}, pairs: {} };
for (const { id, provider, files } of request.cases) {
  const answer = (answers.cases[id] = { rules: {}, refused: {}, sql: null, sql_error: null });
  for (const version of Object.keys(rules)) {
    try {
      answer.rules[version] = dmmf(version, files);
    } catch (error) {
      answer.refused[version] = first(error);
    }
  }
  if (!(provider in ADAPTERS)) continue;
  try {
    answer.sql = await diff(Engine, provider, null, files, true);
  } catch (error) {
    answer.sql_error = first(error);
  }
}
for (const { id, provider, before, after } of request.pairs) {
  const answer = (answers.pairs[id] = { summary: null, error: null });
  try {
    answer.summary = await diff(Engine, provider, before, after, false);
  } catch (error) {
    answer.error = first(error);
  }
}
process.stdout.write(JSON.stringify(answers));

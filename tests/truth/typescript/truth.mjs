// What the TypeScript compiler finds when a field of a Prisma schema goes, against what seawall finds.
//
//   node truth.mjs PROJECT SCHEMA SEAWALL FLOOR...
//
// Floors are percent: recall and confirmed of fields, of models, of columns that become optional, of columns that become required.
//
// Each column is dropped from the schema, or renamed where a key or a relation needs it, and each model is dropped; the client's types are generated
// in this process (nothing is downloaded, no database is asked) and the compiler checks the project again. An error that was
// not there before is a break. A break is found when seawall reports a line of it; a reported line is confirmed when the
// compiler complains there. The compiler sees no raw SQL and no key of an object whose type it infers, so that
// "confirmed" is less than what is right.
//
// Columns are also made optional or required: what `seawall check` then says of nulls is held against the compiler in the same way.
// Ends with 1 below one of the floors.
import { execFileSync } from 'node:child_process';
import ts from 'typescript';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createHash } from 'node:crypto';
import { createRequire } from 'node:module';
const require = createRequire(import.meta.url);
const { getDMMF, dmmfToTypes } = require('@prisma/client-generator-js');

const [root, schemaPath, seawall] = process.argv.slice(2, 5).map((argument) => path.resolve(argument));
const floors = process.argv.slice(5).map(Number);
const schema = fs.readFileSync(schemaPath, 'utf8');
const kit = path.dirname(new URL(import.meta.url).pathname);
const clientFile = path.join(kit, 'node_modules/.prisma/client/index.d.ts');

const types = async (datamodel) => dmmfToTypes(await getDMMF({ datamodel })).replace('@prisma/client/library', '@prisma/client/runtime/library');
let clientText = '';
let clientVersion = 0;
const files = [];
(function walk(dir) {
  for (const e of fs.readdirSync(dir, { withFileTypes: true })) {
    if (e.name === 'node_modules' || e.name.startsWith('.')) continue;
    const p = path.join(dir, e.name);
    if (e.isDirectory()) walk(p);
    else if (/\.(ts|tsx|mts|js|jsx|cjs|mjs)$/.test(e.name) && !/\.config\./.test(e.name)) files.push(p);
  }
})(root);
const cfgPath = path.join(root, 'tsconfig.json');
const raw = fs.existsSync(cfgPath) ? ts.readConfigFile(cfgPath, ts.sys.readFile).config : {};
const parsed = ts.parseJsonConfigFileContent({ ...raw, files: undefined, include: [] }, ts.sys, root);
const options = { ...parsed.options, noEmit: true, strict: true, lib: undefined, skipLibCheck: true, allowJs: true, checkJs: false, jsx: ts.JsxEmit.ReactJSX, target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext, moduleResolution: ts.ModuleResolutionKind.Bundler, esModuleInterop: true, experimentalDecorators: true, emitDecoratorMetadata: false, incremental: false, composite: false, types: ['node'], typeRoots: [path.join(kit, 'node_modules/@types')], configFilePath: undefined };
const host = ts.createCompilerHost(options, true);
const cache = new Map();
const inKit = (f) => f.startsWith(root + '/node_modules/') ? path.join(kit, f.slice(root.length)) : f;
const resolveCache = ts.createModuleResolutionCache(root, (x) => x, options);
const getSource = host.getSourceFile.bind(host);
host.getSourceFile = (name, lang) => {
  if (name === clientFile) {
    const sf = ts.createSourceFile(name, clientText, lang, true);
    sf.version = String(clientVersion);
    return cache.get(name + clientVersion) ?? (cache.set(name + clientVersion, sf), sf);
  }
  if (!cache.has(name)) { const sf = getSource(name, lang); if (sf) sf.version = '1'; cache.set(name, sf); }
  return cache.get(name);
};
const exists = host.fileExists.bind(host);
host.fileExists = (f) => f === clientFile || exists(f);
// Packages are those of this folder, wherever the project lies.
const resolutions = new Map();
host.resolveModuleNameLiterals = (lits, containing, redirected, opts) => lits.map((lit) => {
  const name = lit.text;
  if (name === '.prisma/client' || name === '@prisma/client' || name === '.prisma/client/default') return { resolvedModule: { resolvedFileName: clientFile, extension: '.d.ts', isExternalLibraryImport: true } };
  const key = containing + '\0' + name;
  if (!resolutions.has(key)) {
    let r = ts.resolveModuleName(name, containing, opts, { ...host, fileExists: exists }, resolveCache);
    if (!r.resolvedModule && !name.startsWith('.')) r = ts.resolveModuleName(name, path.join(kit, 'x.ts'), opts, { ...host, fileExists: exists });
    resolutions.set(key, r);
  }
  return resolutions.get(key);
});
let program;
function check() {
  program = ts.createProgram(files, options, host, program);
  const all = [];
  for (const f of files) {
    const sf = program.getSourceFile(f);
    if (sf) for (const d of program.getSemanticDiagnostics(sf)) if (d.file) all.push(d);
  }
  return all;
}
const key = (d) => `${d.file.fileName}:${d.start}:${d.code}`;
const schemaLines = schema.split('\n');
const models = [];
let current;
schemaLines.forEach((line, i) => {
  const m = /^model\s+(\w+)\s*\{/.exec(line);
  if (m) models.push((current = { name: m[1], start: i, fields: [] }));
  else if (/^\}/.test(line)) { if (current) current.end = i; current = undefined; }
  else if (current) {
    const f = /^\s+(\w+)\s+(\w+)(\[\])?(\?)?(.*)$/.exec(line);
    if (f && !line.trim().startsWith('@@') && !line.trim().startsWith('//')) current.fields.push({ name: f[1], type: f[2], list: !!f[3], optional: !!f[4], rest: f[5], line: i });
  }
});
const modelNames = new Set(models.map((m) => m.name));
function* mutations() {
  for (const m of models) {
    yield { kind: 'drop_model', model: m.name, edit: (ls) => { for (let i = m.start; i <= m.end; i++) ls[i] = ''; for (const o of models) for (const f of o.fields) if (f.type === m.name) ls[f.line] = ''; } };
    const body = schemaLines.slice(m.start, m.end + 1).join('\n');
    for (const f of m.fields) {
      if (modelNames.has(f.type)) continue;
      const isKey = /@id/.test(f.rest) || new RegExp(`fields: \\[[^\\]]*\\b${f.name}\\b`).test(body) || new RegExp(`@@(id|unique)\\(\\[[^\\]]*\\b${f.name}\\b`).test(body);
      const referenced = new RegExp(`references: \\[[^\\]]*\\b${f.name}\\b`).test(schema);
      if (!isKey && !/@id/.test(f.rest)) yield { kind: 'drop_column', model: m.name, field: f.name, edit: (ls) => { ls[f.line] = ''; for (let i = m.start; i < m.end; i++) if (/@@(index|fulltext)/.test(ls[i]) && new RegExp(`\\b${f.name}\\b`).test(ls[i])) ls[i] = ''; } };
      if (!isKey && !f.list && !/@id/.test(f.rest)) yield { kind: f.optional ? 'make_required' : 'make_optional', model: m.name, field: f.name, edit: (ls) => { ls[f.line] = f.optional ? ls[f.line].replace('?', '') : ls[f.line].replace(/^(\s+\w+\s+\w+)/, '$1?'); } };
      if (isKey && !/@id/.test(f.rest) && !referenced) yield { kind: 'rename_column', model: m.name, field: f.name, edit: (ls) => { for (let i = m.start; i < m.end; i++) if (i === f.line || /@@|fields: \[/.test(ls[i])) ls[i] = ls[i].replace(new RegExp(`(?<![":.])\\b${f.name}\\b`), f.name + 'Renamed'); } };
    }
  }
}
const enclosing = (sf, pos) => { let n; const visit = (x) => { if (x.getFullStart() <= pos && pos < x.getEnd()) { if (ts.isStatement(x) && !ts.isBlock(x) || ts.isClassElement(x) || ts.isTypeElement(x)) n = x; ts.forEachChild(x, visit); } }; visit(sf); return n; };

/** "Parameter (binding element, variable) implicitly has an 'any' type": what lost its type since something else is wrong. */
const FOLLOWS = new Set([7005, 7006, 7031, 7034]);

/** The new errors of a mutation: their lines, the lines that name the field, and whether it is named at all. */
function breaksOf(diagnostics, field) {
  const word = new RegExp(`(?<![\\w$])\\w*${field}\\w*(?![\\w$])`, 'i');
  return diagnostics.filter(({ code }) => !FOLLOWS.has(code)).map((diagnostic) => {
    const source = diagnostic.file;
    const at = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
    const text = source.text.split('\n');
    const named = (from, until) =>
      Array.from({ length: Math.min(until - from + 1, 60) }, (_, index) => from + index).filter((line) => word.test(text[line - 1] ?? ''));
    const [line, last] = [at(diagnostic.start), at(diagnostic.start + diagnostic.length)];
    const statement = enclosing(source, diagnostic.start);
    const own = named(line, last);
    const around = statement ? named(at(statement.getStart()), at(statement.getEnd())) : [];
    const lines = [...new Set([...Array.from({ length: last - line + 1 }, (_, index) => line + index), ...own, ...around])];
    const whole = statement ? [at(statement.getStart()), Math.min(at(statement.getEnd()), line + 60)] : [line, last];
    const statementLines = Array.from({ length: whole[1] - whole[0] + 1 }, (_, index) => whole[0] + index);
    return { file: path.relative(root, source.fileName), line, lines, statementLines, counts: own.length + around.length > 0, message: ts.flattenDiagnosticMessageText(diagnostic.messageText, ' ').slice(0, 160) };
  });
}

/** The places that seawall reports, as `file:line`. */
function reported(target) {
  const output = execFileSync(seawall, ['usages', target, root, '--schema', schemaPath, '--format', 'json'], { encoding: 'utf8', maxBuffer: 1 << 28 });
  // What stands in SQL or a query builder's strings, or is read from a row of it, no compiler judges.
  const ofSql = (usage) => usage.evidence.some(({ message }) => /(this SQL statement|this query)$/.test(message));
  const usages = JSON.parse(output).usages;
  const explicit = usages.filter((usage) => !usage.implicit && usage.how !== 'mapping' && !ofSql(usage));
  return new Set(explicit.map(({ location }) => `${location.path}:${location.line}`));
}

/** What `check` says of the changed schema. */
function judged(changed) {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'judged-'));
  const [from, to] = ['before', 'after'].map((name) => path.join(folder, `${name}.prisma`));
  fs.writeFileSync(from, schema);
  fs.writeFileSync(to, changed);
  const options = { encoding: 'utf8', maxBuffer: 1 << 28 };
  const arguments_ = ['check', '--before', from, '--after', to, root, '--format', 'json', '--fail-on', 'never'];
  const report = JSON.parse(execFileSync(seawall, arguments_, options));
  fs.rmSync(folder, { recursive: true });
  return report;
}

/** The places where `check` sees a null that the changed schema does not expect, as `file:line`. */
function nullPlaces({ findings }) {
  const rules = ['nullable-column-read-as-required', 'required-column-not-written', 'null-written-to-required-column'];
  const found = findings.filter((finding) => rules.includes(finding.rule));
  return new Set(found.map(({ location }) => `${location.path}:${location.line}`));
}

/** How often `check` says what, where the compiler finds a break and where it finds none. */
class Verdicts {
  counts = new Map();
  unsound = [];

  add(mutation, target, breaks, { changes }) {
    // A field that is renamed and keeps its column changes nothing in the database.
    if (changes.length === 0) return;
    const said = changes.map(({ verdict }) => verdict);
    const verdict = ['breaks', 'unknown'].find((worst) => said.includes(worst)) ?? 'safe';
    const counted = breaks.filter((one) => one.counts);
    const key = `${verdict} where the compiler finds ${counted.length > 0 ? 'breaks' : 'nothing'}`;
    this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    if (verdict === 'safe' && counted.length > 0) this.unsound.push(`${mutation.kind} ${target}: safe, and ${counted[0].file}:${counted[0].line} breaks`);
  }
}

/** What was found of what was to be found, over all mutations of a kind. */
class Score {
  wanted = 0;
  found = 0;
  lines = 0;
  confirmed = 0;

  add(mutation, target, breaks, places, linesOf) {
    const explained = new Set();
    for (const one of breaks) {
      const met = [...linesOf(one)].map((line) => `${one.file}:${line}`).filter((place) => places.has(place));
      met.forEach((place) => explained.add(place));
      if (linesOf === ofField && !one.counts) continue;
      this.wanted++;
      if (met.length > 0) this.found++;
      else console.log(`missed ${mutation.kind} ${target} ${one.file}:${one.line} ${one.message}`);
    }
    for (const place of places) if (!explained.has(place)) console.log(`not confirmed ${mutation.kind} ${target} ${place}`);
    this.lines += places.size;
    this.confirmed += explained.size;
  }

  shares() {
    const share = (part, whole) => (whole === 0 ? 100 : (100 * part) / whole);
    return [share(this.found, this.wanted), share(this.confirmed, this.lines)];
  }

  toString() {
    const [recall, right] = this.shares();
    return `recall ${recall.toFixed(2)} % (${this.found}/${this.wanted}), confirmed ${right.toFixed(2)} % (${this.confirmed}/${this.lines})`;
  }
}
const ofField = (one) => one.lines;
const ofStatement = (one) => one.statementLines;

/** The breaks of every mutation, as the compiler finds them: a matter of minutes. */
async function judge() {
  clientText = await types(schema);
  const before = check();
  if (before.length > 0) {
    for (const found of before) console.error(key(found), ts.flattenDiagnosticMessageText(found.messageText, ' '));
    console.error('the project itself does not compile');
    process.exit(2);
  }
  const all = [];
  for (const mutation of mutations()) {
    const changed = [...schemaLines];
    mutation.edit(changed);
    clientVersion++;
    clientText = await types(changed.join('\n'));
    all.push(breaksOf(check(), mutation.field ?? mutation.model));
  }
  return all;
}

/** The compiler's answers are kept beside this script for as long as nothing that it read has changed. */
async function kept() {
  const read = [...files, schemaPath, new URL(import.meta.url).pathname, path.join(kit, 'package.json')];
  const hash = createHash('sha256');
  for (const file of read) hash.update(`${file}\0`).update(fs.readFileSync(file));
  const [file, digest] = [path.join(kit, 'breaks.json'), hash.digest('hex')];
  const saved = fs.existsSync(file) ? JSON.parse(fs.readFileSync(file, 'utf8')) : {};
  if (saved.digest === digest) return saved.breaks;
  const breaks = await judge();
  fs.writeFileSync(file, JSON.stringify({ digest, breaks }));
  return breaks;
}

const breaks = await kept();
const KINDS = {
  'dropped and renamed': ['drop_column', 'rename_column'],
  models: ['drop_model'],
  'required to optional': ['make_optional'],
  'optional to required': ['make_required'],
};
const scores = Object.fromEntries(Object.keys(KINDS).map((title) => [title, new Score()]));
const verdicts = Object.fromEntries(Object.keys(KINDS).map((title) => [title, new Verdicts()]));
const titleOf = ({ kind }) => Object.keys(KINDS).find((title) => KINDS[title].includes(kind));
let count = 0;
for (const mutation of mutations()) {
  const changed = [...schemaLines];
  mutation.edit(changed);
  const target = mutation.field ? `${mutation.model}.${mutation.field}` : mutation.model;
  const report = judged(changed.join('\n'));
  verdicts[titleOf(mutation)].add(mutation, target, breaks[count], report);
  const places = mutation.kind.startsWith('make_') ? nullPlaces(report) : reported(target);
  scores[titleOf(mutation)].add(mutation, target, breaks[count], places, mutation.kind.startsWith('make_') ? ofStatement : ofField);
  count++;
}
console.log(`${count} mutations`);
let below = 0;
// A column that becomes required or optional breaks at run time for some rows only, where the compiler refuses all: that is not counted as unsound.
const taken = ['dropped and renamed', 'models'];
for (const [title, { counts, unsound }] of Object.entries(verdicts)) {
  console.log(`${title}: ${[...counts].sort().map(([words, times]) => `${times} ${words}`).join(', ')}`);
  for (const one of unsound) console.log(`${taken.includes(title) ? 'UNSOUND' : 'not told'} ${one}`);
  below += taken.includes(title) ? unsound.length : 0;
}
Object.entries(scores).forEach(([title, score], place) => {
  const [recall, confirmed] = floors.slice(2 * place);
  const [found, right] = score.shares();
  const low = found < recall || right < confirmed;
  below += Number(low);
  console.log(`${title}: ${score}${low ? `: BELOW the floors ${recall} % and ${confirmed} %` : ''}`);
});
process.exit(below > 0 ? 1 : 0);

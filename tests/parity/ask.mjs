// Asks the installed npm package: a file with [verb, options] pairs in, one line of JSON for each out. Every question goes
// to the synchronous and to the asynchronous function.

import assert from "node:assert/strict";
import { readFileSync, writeSync } from "node:fs";
import * as seawall from "seawall";

const camelCase = (name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase());

/** What must be given comes first, by position. */
function split(verb, { target, before, after, rule, finding, ...options }) {
  if (verb === "usages") return [target, options];
  if (verb === "diff") return [before, after, options];
  if (verb === "explain") return [rule, options];
  if (verb === "witness") return [finding, { before, after, ...options }];
  return [{ before, after, ...options }];
}

function failed(error) {
  if (!(error instanceof seawall.SeawallError)) throw error;
  return { error: { code: error.code, message: error.message } };
}

const withoutTime = ({ report, error }) =>
  error ? { error } : { report: { ...report, stats: report.stats && { ...report.stats, elapsed_ms: 0 } } };

for (const [verb, options] of JSON.parse(readFileSync(process.argv[2], "utf8"))) {
  const args = split(verb, options);
  let sync;
  try {
    sync = { report: seawall[`${camelCase(verb)}Sync`](...args) };
  } catch (error) {
    sync = failed(error);
  }
  const async = await seawall[camelCase(verb)](...args).then((report) => ({ report }), failed);
  assert.deepEqual(withoutTime(async), withoutTime(sync), `${verb} ${JSON.stringify(options)}`);
  const line = Buffer.from(`${JSON.stringify(sync)}\n`);
  // Standard output may be a pipe, which takes only a part of a long line at a time.
  for (let written = 0; written < line.length; ) written += writeSync(1, line, written);
}

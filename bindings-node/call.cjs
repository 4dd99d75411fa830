"use strict";

const binding = require("./binding.cjs");

/** What stops a run; `code` says what kind of error it is. */
class SeawallError extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}
Object.defineProperty(SeawallError.prototype, "name", { value: "SeawallError", configurable: true, writable: true });

/** Options as the core takes them: snake case, absent rather than undefined, a list where one text was given. */
function request(required, options, lists) {
  if (options !== undefined && options !== null && (typeof options !== "object" || Array.isArray(options))) {
    throw new SeawallError("SEAWALL_OPTION", "options must be an object");
  }
  const given = {};
  for (const [name, value] of [...Object.entries(options ?? {}), ...Object.entries(required)]) {
    if (value === undefined || value === null) continue;
    const key = name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    given[key] = lists.includes(key) && typeof value === "string" ? [value] : value;
  }
  try {
    // JSON would leave functions and symbols out without a word.
    return JSON.stringify(given, (name, value) => {
      if (typeof value === "function" || typeof value === "symbol") throw new TypeError(`\`${name}\` is a ${typeof value}`);
      return value;
    });
  } catch (error) {
    throw new SeawallError("SEAWALL_OPTION", `options are not valid: ${error.message}`);
  }
}

function open(envelope) {
  const { report, error } = JSON.parse(envelope);
  if (error) throw new SeawallError(error.code, error.message);
  return report;
}

function callSync(verb, required, options, lists) {
  return open(binding.callSync(verb, request(required, options, lists)));
}

async function call(verb, required, options, lists) {
  return open(await binding.call(verb, request(required, options, lists)));
}

module.exports = { SeawallError, call, callSync };

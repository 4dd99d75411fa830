// Written by `cargo x codegen` from the core's types: change those, then run it again.
"use strict";

const { call, callSync } = require("./call.cjs");

exports.checkSync = function checkSync(options) {
  return callSync("check", {}, options, ["schema"]);
};

exports.check = async function check(options) {
  return call("check", {}, options, ["schema"]);
};

exports.compatSync = function compatSync(options) {
  return callSync("compat", {}, options, ["revisions", "schema"]);
};

exports.compat = async function compat(options) {
  return call("compat", {}, options, ["revisions", "schema"]);
};

exports.usagesSync = function usagesSync(target, options) {
  return callSync("usages", { target }, options, ["schema"]);
};

exports.usages = async function usages(target, options) {
  return call("usages", { target }, options, ["schema"]);
};

exports.loadSchemaSync = function loadSchemaSync(options) {
  return callSync("load_schema", {}, options, ["schema"]);
};

exports.loadSchema = async function loadSchema(options) {
  return call("load_schema", {}, options, ["schema"]);
};

exports.diffSync = function diffSync(before, after, options) {
  return callSync("diff", { before, after }, options, ["schema"]);
};

exports.diff = async function diff(before, after, options) {
  return call("diff", { before, after }, options, ["schema"]);
};

exports.witnessSync = function witnessSync(finding, options) {
  return callSync("witness", { finding }, options, ["schema"]);
};

exports.witness = async function witness(finding, options) {
  return call("witness", { finding }, options, ["schema"]);
};

exports.rulesSync = function rulesSync(options) {
  return callSync("rules", {}, options, []);
};

exports.rules = async function rules(options) {
  return call("rules", {}, options, []);
};

exports.explainSync = function explainSync(rule, options) {
  return callSync("explain", { rule }, options, []);
};

exports.explain = async function explain(rule, options) {
  return call("explain", { rule }, options, []);
};

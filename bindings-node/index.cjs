"use strict";

const { SeawallError } = require("./call.cjs");
const { version } = require("./package.json");

module.exports = { SeawallError, version, ...require("./verbs.cjs") };

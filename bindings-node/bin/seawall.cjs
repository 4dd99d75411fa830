#!/usr/bin/env node
"use strict";

const { run } = require("../binding.cjs");

process.exitCode = run(["seawall", ...process.argv.slice(2)]);

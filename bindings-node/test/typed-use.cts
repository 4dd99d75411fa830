// What a user of the CommonJS module writes.

import seawall = require("seawall");

const report: seawall.CheckReport = seawall.checkSync({ root: "." });
const rules: Promise<seawall.RulesReport> = seawall.rules();
const first: seawall.Location | undefined = report.findings[0]?.evidence[0]?.location;

export = { first, rules };

const path = require("path");
const base = { client: "pg" };
module.exports = { ...base, migrations: { directory: [path.join(__dirname, "one"), path.join(__dirname, "two")] } };

module.exports = { client: "better-sqlite3", useNullAsDefault: true, migrations: {} };

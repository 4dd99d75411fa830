module.exports = {
  development: { client: process.env.DB_CLIENT || "pg", migrations: { directory: "./db/migrations" } },
};

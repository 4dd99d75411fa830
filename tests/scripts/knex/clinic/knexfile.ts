import type { Knex } from "knex";

const config: { [key: string]: Knex.Config } = {
  development: {
    client: "pg",
    migrations: { directory: "./src/migrations", extension: "ts" },
  },
};

export default config;

import { DataSource } from "typeorm";

export default new DataSource({ type: "postgres", migrations: ["db/**/*.mjs"] });

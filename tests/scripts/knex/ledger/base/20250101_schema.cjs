const fs = require("fs");
const path = require("path");

module.exports = {
  async up(knex) {
    await knex.schema.createSchema("books");
    await knex.schema.withSchema("books").createTable("accounts", (table) => {
      table.increments("id");
      table.enu("kind", ["asset", "debt"], { useNative: true, enumName: "account_kind", schemaName: "public" }).notNullable();
      table.specificType("tags", "text[]").defaultTo(knex.raw("'{}'::text[]"));
      table.timestamp("opened", { precision: 3 }).defaultTo(knex.fn.now(3));
      table.datetime("closed", { useTz: false, precision: 0 });
      table.uuid("ref").defaultTo(knex.raw("gen_random_uuid()"));
      table.string("code").notNullable();
      table.unique(["code"], { indexName: "accounts_code_live", predicate: knex.whereNull("closed") });
      table.index(["kind"], "accounts_kind", { indexType: "unique", storageEngineIndexType: "btree" });
      table.index([knex.raw("lower(code)")], "accounts_lower_code");
    });
    await knex.raw(fs.readFileSync(path.join(__dirname, "functions.sql"), "utf8"));
  },
  async down(knex) {
    await knex.schema.dropSchema("books", true);
  },
};

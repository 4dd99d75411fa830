import type { Knex } from "knex";

export async function up(knex: Knex) {
  await knex.schema.createTable("makers", (table) => {
    table.string("code", 10).notNullable();
    table.string("country", 2).notNullable();
    table.primary(["code", "country"]);
  });
  await knex.schema.createTable("cars", (table) => {
    table.increments("id");
    table.string("maker_code", 10);
    table.string("maker_country", 2);
    table.integer("owner_id");
    table.string("plate").notNullable();
    table.foreign(["maker_code", "maker_country"]).references(["code", "country"]).inTable("makers");
    table.index("plate");
  });
  await knex.schema.createTable("owners", (table) => {
    table.increments("id");
    table.string("name");
  });
}

export const down = (knex: Knex) => knex.schema.dropTable("owners").dropTable("cars").dropTable("makers");

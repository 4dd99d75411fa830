import type { Knex } from "knex";

export async function up(knex: Knex) {
  await knex.schema.alterTable("cars", (table) => {
    table.dropForeign(["maker_code", "maker_country"]);
  });
  await knex.schema.alterTable("makers", (table) => {
    table.dropPrimary();
  });
  await knex.schema.alterTable("cars", (table) => {
    table.dropColumn("maker_code");
    table.dropColumn("maker_country");
    table.string("plate", 12).nullable().alter();
    table.renameColumn("plate", "licence");
  });
}

export async function down() {}

import type { Knex } from "knex";

export async function up(knex: Knex) {
  await knex.schema.alterTable("cars", (table) => {
    table.foreign("owner_id").references("id").inTable("owners").onDelete("SET NULL");
    table.integer("seats").notNullable().defaultTo(4);
  });
}

export async function down(knex: Knex) {
  await knex.schema.alterTable("cars", (table) => {
    table.dropForeign("owner_id");
    table.dropColumn("seats");
  });
}

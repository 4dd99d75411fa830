export const TABLES = { BOOKS: "books", AUTHORS: "authors", LOANS: "loans" };

export function standard(knex, table, { soft = false, prefix = "" } = {}) {
  table.increments("id").primary();
  table.timestamp(`${prefix}created_at`).notNullable().defaultTo(knex.fn.now());
  if (soft) {
    table.timestamp(`${prefix}deleted_at`);
  }
}

export const reference = (table, column, target) =>
  table.integer(column).notNullable().references(`${target}.id`).onDelete("RESTRICT");

export default async function createAll(knex, names) {
  for (const name of names) {
    await knex.schema.createTable(name, (table) => standard(knex, table));
  }
}

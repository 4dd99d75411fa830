import createAll, { TABLES, standard } from "../helpers/columns.mjs";

export async function up(knex) {
  await createAll(knex, [TABLES.AUTHORS, TABLES.BOOKS]);
  const exists = await knex.schema.hasTable(TABLES.LOANS);
  if (!exists) {
    await knex.schema.createTable(TABLES.LOANS, (table) => standard(knex, table, { soft: true, prefix: "loan_" }));
  }
}

export async function down(knex) {
  await Promise.all(Object.values(TABLES).map((name) => knex.schema.dropTable(name)));
}

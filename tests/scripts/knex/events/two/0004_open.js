exports.up = async (knex) => {
  const rows = await knex("kinds").select("kind").where("kind", "none");
  for (const row of rows) {
    await knex.schema.createTable(`kind_${row.kind}`, (table) => table.increments());
  }
  if (process.env.WITHOUT_PLACES === "yes") {
    return;
  }
  if (process.env.NODE_ENV !== "nowhere") {
    await knex.schema.createTable("places", (table) => {
      table.increments("id");
      table.string("name").notNullable();
    });
  }
};
exports.down = async () => {};

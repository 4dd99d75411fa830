exports.up = async (knex) => {
  await knex.schema.createTableIfNotExists("kinds", (table) => {
    table.string("kind").primary();
    table.integer("order").notNullable().defaultTo(1);
  });
  await knex.schema.dropTableIfExists("nothing");
  try {
    if (await knex.schema.hasTable("kinds")) {
      await knex("kinds").insert([{ kind: "talk" }, { kind: "dinner" }]);
    }
  } catch (error) {
    console.error(error);
    throw error;
  }
};
exports.down = (knex) => knex.schema.dropTable("kinds");

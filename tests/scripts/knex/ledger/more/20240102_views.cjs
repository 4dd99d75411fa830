exports.up = async (knex) => {
  await knex.schema.createView("big_entries", (view) => {
    view.columns(["id", "amount"]);
    view.as(knex("entries").select("id", "amount").where("amount", ">", 1000));
  });
  await knex.schema.createMaterializedView("by_account", (view) => {
    view.as(knex.raw("select account_id, at from entries"));
  });
  await knex.schema.createViewOrReplace("named", (view) => {
    view.as(knex("entries as e").join("books.accounts as a", "a.id", "e.account_id").select("e.id", "a.code"));
  });
  await knex.schema.createTable("archive", (table) => {
    table.inherits("entries");
    table.timestamp("archived_at").notNullable().defaultTo(knex.fn.now());
  });
};

exports.down = async (knex) => {
  await knex.schema.dropView("named");
  await knex.schema.dropMaterializedView("by_account");
  await knex.schema.dropView("big_entries");
};

exports.up = async (knex) => {
  await knex.schema.dropView("named").dropMaterializedViewIfExists("by_account").dropViewIfExists("big_entries");
  await knex.schema.withSchema("books").alterTable("accounts", (table) => {
    table.dropIndex(["kind"], "accounts_kind");
    table.string("code", 40).alter({ alterNullable: false });
    table.text("label").notNullable().defaultTo("");
    table.check("length(label) < 100", {}, "short_label");
    table.integer("rank").checkNotIn([0, 13]);
  });
  await knex.schema.withSchema("books").alterTable("accounts", (table) => {
    table.dropChecks("short_label");
    table.setNullable("code");
  });
  await knex.schema.withSchema("books").renameTable("accounts", "ledgers");
};

exports.down = async () => {};

exports.up = async (knex) => {
  await knex.schema.alterTable("places", (table) => {
    table.string("street", 100).after("name");
    table.renameColumn("notes", "remarks");
    table.string("name", 80).notNullable().defaultTo("").alter();
    table.dropColumn("area");
  });
  await knex.schema.table("goods", (table) => {
    table.bigInteger("parent_id").unsigned();
    table.foreign("parent_id").references("goods.id").onDelete("CASCADE");
    table.integer("amount").notNullable().defaultTo(1);
    table.setNullable("token");
  });
};

exports.down = async (knex) => {
  await knex.schema.table("goods", (table) => {
    table.dropForeign("parent_id");
    table.dropColumns("parent_id", "amount");
  });
  await knex.schema.alterTable("places", (table) => {
    table.renameColumn("remarks", "notes");
    table.dropColumn("street");
  });
};

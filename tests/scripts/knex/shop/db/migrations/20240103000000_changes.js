exports.up = async function up(knex) {
  await knex.schema.alterTable("customers", (table) => {
    table.renameColumn("name", "full_name");
    table.dropColumn("notes");
    table.string("phone", 20).nullable();
    table.string("email", 320).notNullable().alter();
  });
  await knex.schema.table("orders", (table) => {
    table.dropColumns("weight", "volume");
    table.dropIndex(["customer_id", "state"]);
    table.dropIndex("placed_on", "orders_by_day");
    table.setNullable("total");
    table.dropNullable("placed_on");
  });
  await knex.schema.renameTable("products", "goods");
};

exports.down = async function down(knex) {
  await knex.schema.renameTable("goods", "products");
};

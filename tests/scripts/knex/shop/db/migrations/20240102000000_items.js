exports.up = async (knex) => {
  await knex.schema.createTable("products", (table) => {
    table.uuid("id").primary();
    table.string("sku", 40).notNullable();
    table.string("title").notNullable();
    table.specificType("price", "numeric(12,2)").notNullable();
    table.unique(["sku"], "products_sku_key");
  });
  await knex.schema.createTable("order_items", (table) => {
    table.bigInteger("order_id").notNullable();
    table.uuid("product_id").notNullable();
    table.smallint("quantity").notNullable().defaultTo(1);
    table.tinyint("boxes");
    table.primary(["order_id", "product_id"]);
    table.foreign("order_id").references("orders.id").onDelete("CASCADE").onUpdate("NO ACTION");
    table.foreign("product_id", "items_product_fk").references("id").on("products");
    table.comment("what was bought");
  });
};

exports.down = async (knex) => {
  await knex.schema.dropTableIfExists("order_items");
  await knex.schema.dropTableIfExists("products");
};

exports.up = async function (knex) {
  if (!(await knex.schema.hasTable("stock"))) {
    await knex.schema.createTable("stock", (table) => {
      table.integer("place_id").unsigned().notNullable();
      table.bigInteger("goods_id").unsigned().notNullable();
      table.date("day").notNullable();
      table.primary(["place_id", "goods_id"]);
      table.foreign("goods_id", "stock_of_goods").references("id").inTable("goods");
      table.unique(["day", "goods_id"], "stock_day");
    });
  }
  await knex.raw("ALTER TABLE ?? ADD COLUMN ?? SMALLINT UNSIGNED NOT NULL DEFAULT 3", ["stock", "shelf"]);
  await knex.schema.alterTable("places", (table) => {
    table.dropUnique(["code"]);
    table.unique(["code", "kind"]);
  });
};

exports.down = async function (knex) {
  await knex.schema.alterTable("places", (table) => {
    table.dropUnique(["code", "kind"]);
    table.unique(["code"]);
  });
  await knex.schema.dropTableIfExists("stock");
};

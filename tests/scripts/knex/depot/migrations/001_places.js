exports.up = (knex) =>
  knex.schema
    .createTable("places", (table) => {
      table.increments("id");
      table.string("code", 10).notNullable().unique();
      table.string("name");
      table.text("notes", "medium");
      table.boolean("open").notNullable().defaultTo(true);
      table.tinyint("floor");
      table.decimal("area", 8, 2).defaultTo(0);
      table.enu("kind", ["shelf", "room"]).notNullable().defaultTo("shelf");
      table.json("extra");
      table.timestamps(true, true);
    })
    .createTable("goods", (table) => {
      table.bigIncrements("id");
      table.integer("place_id").unsigned().references("id").inTable("places").onDelete("SET NULL");
      table.uuid("token").notNullable();
      table.dateTime("seen_at", { precision: 3 });
      table.float("weight");
      table.double("volume");
      table.binary("photo");
      table.index(["place_id", "seen_at"]);
    });

exports.down = (knex) => knex.schema.dropTable("goods").dropTable("places");

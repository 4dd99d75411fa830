exports.up = function (knex) {
  return knex.schema
    .createTable("customers", function (table) {
      table.increments();
      table.string("email").notNullable().unique();
      table.string("name", 80);
      table.text("notes");
      table.boolean("active").notNullable().defaultTo(true);
      table.integer("visits").defaultTo(0);
      table.timestamps(true, true);
    })
    .createTable("orders", (t) => {
      t.bigIncrements("id");
      t.integer("customer_id").unsigned().notNullable().references("id").inTable("customers").onDelete("CASCADE");
      t.decimal("total", 10, 2).notNullable();
      t.decimal("tax");
      t.float("weight");
      t.double("volume");
      t.date("placed_on");
      t.time("placed_at");
      t.dateTime("shipped_at");
      t.timestamp("paid_at", { useTz: false });
      t.json("extra");
      t.jsonb("meta").defaultTo(JSON.stringify({ source: "web" }));
      t.uuid("token");
      t.binary("receipt");
      t.enu("state", ["new", "paid", "sent"]).notNullable().defaultTo("new");
      t.index(["customer_id", "state"]);
      t.index("placed_on", "orders_by_day");
    });
};

exports.down = (knex) => knex.schema.dropTable("orders").dropTable("customers");

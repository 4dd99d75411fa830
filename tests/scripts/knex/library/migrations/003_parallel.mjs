export function up(knex) {
  return Promise.all([
    knex.schema.createTable("tags", (table) => {
      table.increments("tag_id");
      table.string("label").notNullable().index();
    }),
    knex.schema.createTable("rooms", (table) => {
      table.string("code", 8).primary();
      table.integer("seats").checkPositive();
    }),
  ]).then(() =>
    knex.schema.createTable("room_tags", (table) => {
      table.string("room_code", 8).references("code").inTable("rooms").onDelete("SET NULL").onUpdate("CASCADE");
      table.integer("tag_id").references("tag_id").inTable("tags");
      table.unique(["room_code", "tag_id"]);
    }),
  );
}

export const down = (knex) => knex.schema.dropTable("room_tags").dropTable("rooms").dropTable("tags");

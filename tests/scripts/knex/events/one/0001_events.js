/** @param {import("knex").Knex} knex */
exports.up = function (knex) {
  return knex.schema.createTable("Events", function () {
    this.increments("eventId");
    this.string("eventKind").notNullable().index();
    this.string("a_rather_long_column_name_for_the_location_of_the_event").unique();
    this.integer("attendance_of_the_event_as_it_was_counted_at_the_door").index();
    this.boolean("isPublic").defaultTo(false);
    this.boolean("isOver").defaultTo("false");
    this.string("quoted").defaultTo("it's");
    this.integer("half").defaultTo(null);
    this.bigint("big");
    this.timestamps();
  });
};
exports.down = (knex) => knex.schema.dropTable("Events");

exports.up = async (knex) => {
  const kinds = new Set(["speaker", "guest", "speaker"]);
  for (const kind of kinds) {
    await knex.schema.createTable(`${kind}s`, (table) => {
      table.increments();
      table.integer("event_id").references("eventId").inTable("Events").withKeyName(`${kind}_of_event`);
      table.timestamps({ useTimestamps: true, defaultToNow: true, useCamelCase: true });
    });
  }
  const names = new Map([["first", 10], ["second", 20]]);
  await knex.schema.alterTable("guests", (table) => {
    names.forEach((length, name) => table.string(name, length));
  });
};
exports.down = async () => {};

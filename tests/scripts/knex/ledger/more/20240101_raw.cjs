exports.up = async (knex) => {
  await knex.raw("ALTER TABLE ?? ADD COLUMN ?? varchar(30) NOT NULL DEFAULT 'EUR'", ["entries", "currency"]);
  await knex.raw("ALTER TABLE :table: ADD COLUMN :column: int", { table: "entries", column: "batch" });
  await knex.schema.raw(`
    CREATE TYPE mood AS ENUM ('good', 'bad');
    ALTER TABLE entries ADD COLUMN mood mood;
  `);
  const { rows } = await knex.raw("SELECT 1 AS one");
  await knex.schema.table("entries", (table) => {
    table.enu("kind", null, { useNative: true, existingType: true, enumName: "account_kind" });
    table.index(["account_id", "at"]);
  });
};

exports.down = async () => {};

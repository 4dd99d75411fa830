import type { Knex } from "knex";

type Column = { name: string; kind: "string" | "integer"; optional?: boolean };

const columns: Column[] = [
  { name: "ward", kind: "string" },
  { name: "bed", kind: "integer", optional: true },
];

function add(table: Knex.TableBuilder, { name, kind, optional = false }: Column): void {
  const column = kind === "string" ? table.string(name, 30) : table.integer(name);
  if (optional) {
    column.nullable();
  } else {
    column.notNullable().defaultTo(kind === "string" ? "none" : 0);
  }
}

export const up = async (knex: Knex): Promise<void> => {
  await knex.schema.createTableLike("patients_old", "patients");
  await knex.schema.alterTable("patients", (table) => columns.forEach((column) => add(table, column)));
};

export const down = async (knex: Knex): Promise<void> => {
  await knex.schema.dropTableIfExists("patients_old");
};

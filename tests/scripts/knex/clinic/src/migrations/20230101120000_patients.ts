import { Knex } from "knex";

enum Status {
  Open = "open",
  Closed = "closed",
}

const statuses: string[] = Object.values(Status);

export async function up(knex: Knex): Promise<void> {
  return knex.schema
    .createTable("patients", (table: Knex.CreateTableBuilder) => {
      table.uuid("id").primary();
      table.string("first_name").notNullable();
      table.string("last_name").notNullable();
      table.date("born").nullable();
      table.check("?? <> ''", ["last_name"], "last_name_there");
    })
    .createTable("visits", (table) => {
      table.increments("id", { primaryKey: false });
      table.uuid("patient_id").notNullable();
      table.enum("status", statuses).defaultTo(Status.Open);
      table.integer("minutes").checkBetween([1, 480], "sane_minutes");
      table.string("room").checkIn(["a", "b"]);
      table.text("report", "longtext").collate("nocase");
      table.foreign("patient_id").references("id").inTable("patients");
      table.primary(["id"], "visits_key");
    });
}

export async function down(knex: Knex): Promise<void> {
  await knex.schema.dropTable("visits");
  await knex.schema.dropTable("patients");
}

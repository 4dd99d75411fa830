import { Knex } from "knex";

class Change {
  private readonly table = "patients";

  constructor(private readonly knex: Knex, public column: string) {}

  async widen(length: number): Promise<void> {
    await this.knex.schema.alterTable(this.table, (t) => {
      t.string(this.column, length).notNullable().defaultTo("x").alter();
    });
  }
}

export async function up(knex: Knex): Promise<void> {
  const change = new Change(knex, "first_name");
  change.column = "last_name";
  await change.widen(120);
  switch (knex.client.config.client) {
    case "pg":
    case "better-sqlite3":
      await knex.schema.alterTable("visits", (t) => {
        t.dropColumn("report");
      });
      break;
    default:
      throw new Error("no such database");
  }
}

export async function down(_knex: Knex): Promise<void> {}

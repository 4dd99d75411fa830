import { TABLES, reference } from "../helpers/columns.mjs";

const texts = { title: 200, subtitle: 400 };

export const up = async (knex) => {
  await knex.schema.alterTable(TABLES.BOOKS, (table) => {
    for (const [name, length] of Object.entries(texts)) {
      table.string(name, length);
    }
    ["isbn", "ean"].forEach((code) => {
      table.string(code, 13).unique();
    });
    for (let n = 1; n <= 2; n++) {
      table.integer(`shelf_${n}`).defaultTo(n * 10);
    }
    reference(table, "author_id", TABLES.AUTHORS);
  });
  if (await knex.schema.hasColumn(TABLES.BOOKS, "shelf_2")) {
    await knex.schema.alterTable(TABLES.BOOKS, (t) => t.dropColumn("shelf_2"));
  }
  if (!(await knex.schema.hasColumn(TABLES.LOANS, "book_id"))) {
    await knex.schema.table(TABLES.LOANS, (t) => {
      reference(t, "book_id", TABLES.BOOKS);
      t.index(["book_id"], "loans_book");
    });
  }
};

export const down = async () => {};

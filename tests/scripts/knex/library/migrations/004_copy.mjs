export async function up(knex) {
  await knex.transaction(async (trx) => {
    await trx.schema.alterTable("books", (table) => {
      table.string("main_title", 200);
    });
    await trx("books").update({ main_title: trx.ref("title") });
    await trx.schema.alterTable("books", (table) => {
      table.dropColumn("title");
    });
  });
}

export async function down() {
  throw new Error("the titles are gone");
}

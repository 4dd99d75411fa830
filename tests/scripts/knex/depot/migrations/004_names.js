exports.up = async (knex) => {
  await knex.schema.renameTable("places", "spots");
  await knex.schema.alterTable("goods", (table) => {
    table.timestamp("moved_at").nullable();
  });
  await knex("goods").update({ moved_at: knex.ref("seen_at") });
  await knex.schema.createView("open_spots", (view) => {
    view.columns(["id", "code"]);
    view.as(knex("spots").select("id", "code").where("open", true));
  });
};

exports.down = async (knex) => {
  await knex.schema.dropView("open_spots");
  await knex.schema.alterTable("goods", (table) => {
    table.dropColumn("moved_at");
  });
  await knex.schema.renameTable("spots", "places");
};

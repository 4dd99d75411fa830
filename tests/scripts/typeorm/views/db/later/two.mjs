import typeorm from "typeorm";

const { View, TableExclusion } = typeorm;

export class Views1630000000003 {
  async up(queryRunner) {
    await queryRunner.createView(new View({ name: "coming", expression: "SELECT id, title FROM events WHERE starts > now()" }));
    await queryRunner.createExclusionConstraint("events", new TableExclusion({ expression: "USING gist (during WITH &&)" }));
    await queryRunner.createView(
      new View({ name: "titles", materialized: true, expression: "SELECT title, count(*) AS times FROM events GROUP BY title" }),
    );
  }

  async down(queryRunner) {
    await queryRunner.query("DROP MATERIALIZED VIEW titles");
    await queryRunner.query("DROP VIEW coming");
    const table = await queryRunner.getTable("events");
    await queryRunner.dropExclusionConstraints("events", table.exclusions);
  }
}

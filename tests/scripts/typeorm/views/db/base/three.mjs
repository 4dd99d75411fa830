import typeorm from "typeorm";

const { TableColumn } = typeorm;
const WANTED = { place: "text", guests: "int" };

export default class Later1630000000002 {
  async up(queryRunner) {
    for (const [name, type] of Object.entries(WANTED)) {
      if (!(await queryRunner.hasColumn("events", name))) {
        await queryRunner.addColumn("events", new TableColumn({ name, type, isNullable: true }));
      }
    }
    await queryRunner.manager.transaction(async (manager) => {
      await manager.query("ALTER TABLE events ADD COLUMN kind varchar(20) NOT NULL DEFAULT 'open'");
    });
    if (queryRunner.connection.options.type === "mysql") {
      await queryRunner.query("ALTER TABLE events ADD COLUMN nothing int");
    }
  }

  async down(queryRunner) {
    await queryRunner.dropColumns("events", [...Object.keys(WANTED), "kind"]);
  }
}

import typeorm from "typeorm";

const { Table, TableIndex } = typeorm;

export class Events1630000000001 {
  async up(queryRunner) {
    const exists = await queryRunner.hasTable("events");
    if (exists) return;
    await queryRunner.createTable(
      new Table({
        name: "events",
        columns: [
          { name: "id", type: "serial", isPrimary: true },
          { name: "title", type: "text" },
          { name: "starts", type: "timestamptz", isNullable: true },
          { name: "during", type: "tstzrange", isNullable: true },
        ],
      }),
    );
    await queryRunner.createIndices("events", [
      new TableIndex({ columnNames: ["title"], isUnique: true }),
      new TableIndex({ name: "events_starts", columnNames: ["starts"], where: "starts IS NOT NULL" }),
    ]);
  }

  async down(queryRunner) {
    await queryRunner.dropTable("events", true, true, true);
  }
}

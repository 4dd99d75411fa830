exports.Drops1500000000004 = class {
  constructor() {
    this.name = "Drops1500000000004";
  }

  async up(queryRunner) {
    const table = await queryRunner.getTable("drivers");
    await queryRunner.dropForeignKeys("drivers", table.foreignKeys);
    await queryRunner.dropIndices("drivers", table.indices.filter((index) => index.columnNames.includes("name")));
    await queryRunner.dropColumns("cars", ["price", "made"]);
    await queryRunner.renameTable("drivers", "people");
  }

  async down(queryRunner) {
    await queryRunner.renameTable("people", "drivers");
  }
};

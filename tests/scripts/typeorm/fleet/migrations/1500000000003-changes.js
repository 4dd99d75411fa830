const { TableColumn } = require("typeorm");

exports.Changes1500000000003 = class Changes1500000000003 {
  async up(queryRunner) {
    await queryRunner.addColumn("cars", new TableColumn({ name: "colour", type: "varchar", length: "20", isNullable: true, isUnique: true }));
    await queryRunner.renameColumn("cars", "model", "type");
    await queryRunner.changeColumn("cars", "seats", new TableColumn({ name: "seats", type: "tinyint", default: 4 }));
    await queryRunner.changeColumn("cars", "notes", new TableColumn({ name: "notes", type: "varchar", length: "500", isNullable: true }));
    const table = await queryRunner.getTable("cars");
    const fuel = table.findColumnByName("fuel");
    const more = fuel.clone();
    more.enum = [...fuel.enum, "electric"];
    await queryRunner.changeColumn("cars", fuel, more);
  }

  async down(queryRunner) {
    await queryRunner.renameColumn("cars", "type", "model");
    await queryRunner.dropColumn("cars", "colour");
  }
};

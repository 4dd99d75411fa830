const { Table } = require("typeorm");

module.exports = class Cars1500000000001 {
  name = "Cars1500000000001";

  async up(queryRunner) {
    await queryRunner.createTable(
      new Table({
        name: "cars",
        columns: [
          { name: "id", type: "int", isPrimary: true, isGenerated: true, generationStrategy: "increment", unsigned: true },
          { name: "plate", type: "varchar", length: "12", isUnique: true },
          { name: "fuel", type: "enum", enum: ["petrol", "diesel"], default: "'petrol'" },
          { name: "seats", type: "tinyint", width: 1, isNullable: true },
          { name: "price", type: "decimal", precision: 9, scale: 2, default: "0.00" },
          { name: "made", type: "datetime", precision: 6, default: "CURRENT_TIMESTAMP(6)", onUpdate: "CURRENT_TIMESTAMP(6)" },
          { name: "model", type: "varchar" },
          { name: "notes", type: "text", isNullable: true },
        ],
        indices: [{ columnNames: ["model"], isUnique: false }, { name: "IDX_fuel_seats", columnNames: ["fuel", "seats"] }],
      }),
    );
  }

  async down(queryRunner) {
    await queryRunner.dropTable("cars");
  }
};

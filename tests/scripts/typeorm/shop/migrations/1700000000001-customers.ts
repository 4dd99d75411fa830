import { MigrationInterface, QueryRunner, Table, TableIndex } from "typeorm";

export class Customers1700000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: "customers",
        columns: [
          { name: "id", type: "integer", isPrimary: true, isGenerated: true, generationStrategy: "increment" },
          { name: "email", type: "varchar", length: "120", isUnique: true },
          { name: "name", type: "varchar", isNullable: true },
          { name: "points", type: "integer", default: 0 },
          { name: "active", type: "boolean", default: true },
        ],
        indices: [{ columnNames: ["name", "points"] }],
      }),
      true,
    );
    await queryRunner.createIndex("customers", new TableIndex({ name: "customers_points", columnNames: ["points"] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("customers");
  }
}

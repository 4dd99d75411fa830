import { MigrationInterface, QueryRunner, Table, TableColumn } from "typeorm";

export class Seats1640000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: "seats",
        columns: [
          { name: "row", type: "int" },
          { name: "place", type: "int" },
          { name: "label", type: "varchar", length: "10" },
        ],
      }),
    );
    await queryRunner.createPrimaryKey("seats", ["row", "place"]);
    await queryRunner.addColumn("seats", new TableColumn({ name: "hall", type: "int", isPrimary: true }));
  }

  async down(): Promise<void> {}
}

import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Hall1640000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropColumn("seats", "hall");
    await queryRunner.renameColumn("seats", "row", "line");
    const table = await queryRunner.getTable("seats");
    const columns = table!.columns.filter((column) => ["line"].includes(column.name));
    await queryRunner.updatePrimaryKeys("seats", columns);
  }

  async down(): Promise<void> {}
}

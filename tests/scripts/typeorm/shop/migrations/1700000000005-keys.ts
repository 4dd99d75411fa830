import { MigrationInterface, QueryRunner } from "typeorm";

export class Keys1700000000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = await queryRunner.getTable("lines");
    const key = table?.foreignKeys.find((foreignKey) => foreignKey.columnNames.indexOf("order_id") !== -1);
    await queryRunner.dropForeignKey("lines", key!);
    await queryRunner.dropIndex("customers", "customers_points");
    await queryRunner.dropColumn("orders", "tax");
    await queryRunner.renameTable("orders", "purchases");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.renameTable("purchases", "orders");
  }
}

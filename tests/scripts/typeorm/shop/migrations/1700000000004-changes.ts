import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Changes1700000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = await queryRunner.getTable("customers");
    const name = table!.findColumnByName("name")!;
    const required = name.clone();
    required.isNullable = false;
    required.default = "''";
    await queryRunner.changeColumn("customers", name, required);
    await queryRunner.changeColumn("orders", "note", new TableColumn({ name: "remark", type: "text", isNullable: true }));
    await queryRunner.changeColumn(
      "orders",
      "state",
      new TableColumn({ name: "state", type: "varchar", length: "40", isNullable: true }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.changeColumn("orders", "remark", new TableColumn({ name: "note", type: "text", isNullable: true }));
  }
}

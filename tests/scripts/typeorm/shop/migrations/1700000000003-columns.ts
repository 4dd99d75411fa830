import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Columns1700000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.addColumn("orders", new TableColumn({ name: "state", type: "varchar", length: "20", default: "'open'" }));
    await queryRunner.addColumns("customers", [
      new TableColumn({ name: "phone", type: "varchar", length: "30", isNullable: true }),
      new TableColumn({ name: "code", type: "varchar", length: "12", isNullable: true, isUnique: true }),
    ]);
    if (await queryRunner.hasColumn("customers", "points")) {
      await queryRunner.renameColumn("customers", "points", "score");
    }
    if (!(await queryRunner.hasTable("coupons"))) {
      await queryRunner.query("CREATE TABLE coupons (id integer NOT NULL, label varchar(50), PRIMARY KEY (id))");
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query("DROP TABLE coupons");
    await queryRunner.renameColumn("customers", "score", "points");
    await queryRunner.dropColumns("customers", ["phone", "code"]);
    await queryRunner.dropColumn("orders", "state");
  }
}

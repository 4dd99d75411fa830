import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Types1600000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = await queryRunner.getTable("patients");
    const weight = table!.findColumnByName("weight")!;
    const wider = weight.clone();
    wider.precision = 8;
    await queryRunner.changeColumn("patients", weight, wider);
    await queryRunner.changeColumn("patients", "given", new TableColumn({ name: "given", type: "character varying", length: "50", isNullable: true }));
    await queryRunner.changeColumn("patients", "born", new TableColumn({ name: "birthday", type: "date" }));
    await queryRunner.changeColumn("patients", "tags", new TableColumn({ name: "tags", type: "text", isNullable: true }));
    await queryRunner.changeColumn("care.visits", "room", new TableColumn({ name: "room", type: "integer", default: 5 }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.renameColumn("patients", "birthday", "born");
  }
}

import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Enums1600000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = await queryRunner.getTable("patients");
    const kind = table!.columns.find((column) => column.name === "kind")!;
    const more = kind.clone();
    more.enum = ["human", "animal", "plant"];
    await queryRunner.changeColumn("patients", kind, more);
    await queryRunner.changeColumn(
      "patients",
      "colour",
      new TableColumn({ name: "colour", type: "enum", enum: ["red", "green"], enumName: "colour", isNullable: true }),
    );
    await queryRunner.addColumn("patients", new TableColumn({ name: "mood", type: "enum", enum: ["good", "bad"], isNullable: true }));
    await queryRunner.dropColumn("care.visits", "state");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.addColumn("care.visits", new TableColumn({ name: "state", type: "enum", enum: ["open", "done"] }));
    await queryRunner.dropColumn("patients", "mood");
  }
}

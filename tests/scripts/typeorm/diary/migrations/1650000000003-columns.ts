import { MigrationInterface, QueryRunner, TableColumn, TableUnique } from "typeorm";

export class Columns1650000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.addColumn("entry", new TableColumn({ name: "place", type: "varchar", length: "30", isNullable: true }));
    await queryRunner.changeColumn("entry", "title", new TableColumn({ name: "heading", type: "varchar", length: "200" }));
    await queryRunner.changeColumns("entry", [
      {
        oldColumn: (await queryRunner.getTable("entry"))!.findColumnByName("score")!,
        newColumn: new TableColumn({ name: "score", type: "integer", isNullable: true }),
      },
    ]);
    await queryRunner.createUniqueConstraint("entry", new TableUnique({ columnNames: ["authorId", "at"] }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    const table = await queryRunner.getTable("entry");
    const unique = table!.uniques.find((key) => key.columnNames.includes("at"));
    if (unique) {
      await queryRunner.dropUniqueConstraint("entry", unique);
    }
    await queryRunner.dropColumn("entry", "place");
  }
}

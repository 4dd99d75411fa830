import { MigrationInterface, QueryRunner } from "typeorm";

export class Drops1650000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const table = (await queryRunner.getTable("entry"))!;
    for (const key of table.foreignKeys) {
      await queryRunner.dropForeignKey(table, key);
    }
    await queryRunner.dropColumn("entry", "authorId");
    await queryRunner.renameColumn("author", "name", "label");
    await queryRunner.renameTable("entry", "page");
    await queryRunner.dropColumns("page", ["mood"]);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.renameTable("page", "entry");
    await queryRunner.renameColumn("author", "label", "name");
  }
}

import { MigrationInterface, QueryRunner, TableColumn } from "typeorm";

export class Label1640000000003 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropPrimaryKey("seats");
    const table = await queryRunner.getTable("seats");
    const label = table!.findColumnByName("label")!;
    const key = label.clone();
    key.isPrimary = true;
    await queryRunner.changeColumn("seats", label, key);
    const place = table!.findColumnByName("place")!.clone();
    place.isUnique = true;
    await queryRunner.changeColumn("seats", "place", place);
  }

  async down(): Promise<void> {}
}

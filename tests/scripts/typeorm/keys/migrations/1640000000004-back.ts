import { MigrationInterface, QueryRunner } from "typeorm";

export class Back1640000000004 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    const place = (await queryRunner.getTable("seats"))!.findColumnByName("place")!;
    const plain = place.clone();
    plain.isUnique = false;
    plain.isNullable = true;
    await queryRunner.changeColumn("seats", place, plain);
    await queryRunner.renameTable("seats", "chairs");
    await queryRunner.clearTable("chairs");
  }

  async down(): Promise<void> {}
}

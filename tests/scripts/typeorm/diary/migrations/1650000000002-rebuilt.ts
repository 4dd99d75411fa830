import { MigrationInterface, QueryRunner } from "typeorm";

export class Rebuilt1650000000002 implements MigrationInterface {
  name = "Rebuilt1650000000002";

  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "temporary_author" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, "born" datetime, CONSTRAINT "UQ_author" UNIQUE ("name"))`,
    );
    await queryRunner.query(`INSERT INTO "temporary_author"("id", "name") SELECT "id", "name" FROM "author"`);
    await queryRunner.query(`DROP TABLE "author"`);
    await queryRunner.query(`ALTER TABLE "temporary_author" RENAME TO "author"`);
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`ALTER TABLE "author" RENAME TO "temporary_author"`);
    await queryRunner.query(
      `CREATE TABLE "author" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, CONSTRAINT "UQ_author" UNIQUE ("name"))`,
    );
    await queryRunner.query(`INSERT INTO "author"("id", "name") SELECT "id", "name" FROM "temporary_author"`);
    await queryRunner.query(`DROP TABLE "temporary_author"`);
  }
}

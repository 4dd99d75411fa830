import { MigrationInterface, QueryRunner } from "typeorm";
import { addStamps, dropStamps } from "../stamps";

export class Copy1690000000004 implements MigrationInterface {
    transaction = false as const;

    public async up(queryRunner: QueryRunner): Promise<void> {
        for (const table of ["book", "author"]) {
            await addStamps(queryRunner, table);
        }
        await queryRunner.manager.query(`ALTER TABLE "book" ADD "heading" text`);
        await queryRunner.manager.query(`UPDATE "book" SET "heading" = "title"`);
        await queryRunner.query(`ALTER TABLE "book" DROP COLUMN "title"`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "book" ADD "title" character varying`);
        await queryRunner.query(`CREATE INDEX "IDX_c10a44a29ef231062f22b1b7ac" ON "book" ("title")`);
        await queryRunner.query(`ALTER TABLE "book" DROP COLUMN "heading"`);
        for (const table of ["author", "book"]) {
            await dropStamps(queryRunner, table);
        }
    }
}

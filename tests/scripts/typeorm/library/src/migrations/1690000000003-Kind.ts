import { MigrationInterface, QueryRunner } from "typeorm";

export class Kind1690000000003 implements MigrationInterface {
    public async up(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TYPE "public"."book_kind_enum" RENAME TO "book_kind_enum_old"`);
        await queryRunner.query(`CREATE TYPE "public"."book_kind_enum" AS ENUM('novel', 'essay', 'poem')`);
        await queryRunner.query(`ALTER TABLE "book" ALTER COLUMN "kind" DROP DEFAULT`);
        await queryRunner.query(`ALTER TABLE "book" ALTER COLUMN "kind" TYPE "public"."book_kind_enum" USING "kind"::"text"::"public"."book_kind_enum"`);
        await queryRunner.query(`ALTER TABLE "book" ALTER COLUMN "kind" SET DEFAULT 'novel'`);
        await queryRunner.query(`DROP TYPE "public"."book_kind_enum_old"`);
        await queryRunner.query(`ALTER TABLE "book" ADD "meta" jsonb NOT NULL DEFAULT '{}'`);
    }

    public async down(queryRunner: QueryRunner): Promise<void> {
        await queryRunner.query(`ALTER TABLE "book" DROP COLUMN "meta"`);
    }
}

import { MigrationInterface, QueryRunner, Table } from "typeorm";

export class Entries1650000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(
      `CREATE TABLE "author" ("id" integer PRIMARY KEY AUTOINCREMENT NOT NULL, "name" varchar NOT NULL, CONSTRAINT "UQ_author" UNIQUE ("name"))`,
    );
    await queryRunner.createTable(
      new Table({
        name: "entry",
        columns: [
          { name: "id", type: "integer", isPrimary: true, isGenerated: true, generationStrategy: "increment" },
          { name: "authorId", type: "integer", isNullable: true },
          { name: "title", type: "varchar", length: "100", isUnique: true },
          { name: "mood", type: "simple-enum", enum: ["good", "bad"], default: "'good'" },
          { name: "score", type: "decimal", precision: 5, scale: 2, default: 1 },
          { name: "at", type: "datetime", default: "CURRENT_TIMESTAMP" },
        ],
        foreignKeys: [
          { columnNames: ["authorId"], referencedTableName: "author", referencedColumnNames: ["id"], onDelete: "SET NULL" },
        ],
        indices: [{ columnNames: ["score"], where: "score > 0" }],
        checks: [{ expression: "score < 100" }],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("entry");
    await queryRunner.dropTable("author", true);
  }
}

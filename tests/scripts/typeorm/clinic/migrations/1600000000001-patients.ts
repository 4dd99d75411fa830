import { MigrationInterface, QueryRunner, Table } from "typeorm";

enum Kind {
  Human = "human",
  Animal = "animal",
}

export class Patients1600000000001 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('CREATE EXTENSION IF NOT EXISTS "uuid-ossp"');
    await queryRunner.query(
      `CREATE TABLE "typeorm_metadata" ("type" varchar(255) NOT NULL, "database" varchar(255), "schema" varchar(255),
        "table" varchar(255), "name" varchar(255), "value" text)`,
    );
    await queryRunner.createTable(
      new Table({
        name: "patients",
        columns: [
          { name: "id", type: "uuid", isPrimary: true, isGenerated: true, generationStrategy: "uuid" },
          { name: "kind", type: "enum", enum: Object.values(Kind), default: "'human'" },
          { name: "colour", type: "enum", enum: ["red", "blue"], enumName: "colour", isNullable: true },
          { name: "tags", type: "varchar", isArray: true, default: "'{}'" },
          { name: "born", type: "date", isNullable: true },
          { name: "seen", type: "timestamp with time zone", default: "now()" },
          { name: "given", type: "varchar", length: "50" },
          { name: "family", type: "varchar", length: "50" },
          { name: "initials", type: "varchar", asExpression: "left(given, 1) || left(family, 1)", generatedType: "STORED" },
          { name: "weight", type: "numeric", precision: 6, scale: 2, isNullable: true },
        ],
        checks: [{ name: "weight_positive", expression: "weight > 0" }, { expression: `"given" <> ''` }],
      }),
    );
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("patients");
    await queryRunner.query("DROP TABLE typeorm_metadata");
    await queryRunner.query("DROP TYPE colour");
    await queryRunner.query("DROP TYPE patients_kind_enum");
  }
}

import { MigrationInterface, QueryRunner, Table, TableExclusion, TableUnique, TableCheck } from "typeorm";

export class Visits1600000000002 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createSchema("care", true);
    await queryRunner.createTable(
      new Table({
        name: "care.visits",
        columns: [
          { name: "id", type: "bigint", isPrimary: true, isGenerated: true, generationStrategy: "increment", primaryKeyConstraintName: "visits_key" },
          { name: "patient_id", type: "uuid" },
          { name: "room", type: "int", isNullable: true },
          { name: "number", type: "int", isGenerated: true, generationStrategy: "identity", generatedIdentity: "ALWAYS" },
          { name: "state", type: "enum", enum: ["open", "done"] },
        ],
        foreignKeys: [
          {
            name: "visit_of_patient",
            columnNames: ["patient_id"],
            referencedSchema: "public",
            referencedTableName: "patients",
            referencedColumnNames: ["id"],
            onDelete: "SET NULL",
            onUpdate: "CASCADE",
          },
        ],
        indices: [{ columnNames: ["room"], where: "room > 0" }, { name: "visits_state", columnNames: ["state"], isUnique: false }],
      }),
    );
    await queryRunner.createUniqueConstraint("care.visits", new TableUnique({ columnNames: ["patient_id", "number"] }));
    await queryRunner.createCheckConstraint("care.visits", new TableCheck({ expression: "room < 1000" }));
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("care.visits");
    await queryRunner.query('DROP TYPE "care"."visits_state_enum"');
    await queryRunner.dropSchema("care");
  }
}

import { MigrationInterface, QueryRunner } from "typeorm";

export class Rename1600000000005 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.renameTable("patients", "persons");
    await queryRunner.renameTable("care.visits", "appointments");
    await queryRunner.renameColumn("care.appointments", "patient_id", "person_id");
    await queryRunner.renameColumn("persons", "kind", "sort");
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.renameColumn("persons", "sort", "kind");
    await queryRunner.renameColumn("care.appointments", "person_id", "patient_id");
    await queryRunner.renameTable("care.appointments", "visits");
    await queryRunner.renameTable("persons", "patients");
  }
}

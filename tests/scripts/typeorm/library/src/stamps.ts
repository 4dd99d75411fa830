import { QueryRunner, TableColumn } from "typeorm";

const STAMPS = ["created_at", "updated_at"];

export async function addStamps(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.addColumns(
    table,
    STAMPS.map((name) => new TableColumn({ name, type: "timestamptz", default: "now()" })),
  );
}

export async function dropStamps(queryRunner: QueryRunner, table: string): Promise<void> {
  await queryRunner.dropColumns(table, STAMPS);
}

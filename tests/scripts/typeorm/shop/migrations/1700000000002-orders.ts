import { MigrationInterface, QueryRunner, Table, TableColumn, TableForeignKey } from "typeorm";

const AMOUNTS = ["net", "tax"];

export class Orders1700000000002 implements MigrationInterface {
  public async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.createTable(
      new Table({
        name: "orders",
        columns: [
          new TableColumn({ name: "id", type: "integer", isPrimary: true, isGenerated: true, generationStrategy: "increment" }),
          new TableColumn({ name: "customer_id", type: "integer" }),
          ...AMOUNTS.map((name) => new TableColumn({ name, type: "decimal", precision: 10, scale: 2, isNullable: true })),
          { name: "note", type: "text", isNullable: true },
        ],
        foreignKeys: [
          {
            columnNames: ["customer_id"],
            referencedTableName: "customers",
            referencedColumnNames: ["id"],
            onDelete: "CASCADE",
          },
        ],
      }),
    );
    await queryRunner.createTable(
      new Table({
        name: "lines",
        columns: [
          { name: "order_id", type: "integer", isPrimary: true },
          { name: "position", type: "integer", isPrimary: true },
          { name: "sku", type: "varchar", length: "40" },
        ],
        uniques: [{ name: "lines_sku", columnNames: ["order_id", "sku"] }],
      }),
    );
    await queryRunner.createForeignKey(
      "lines",
      new TableForeignKey({ columnNames: ["order_id"], referencedTableName: "orders", referencedColumnNames: ["id"] }),
    );
  }

  public async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.dropTable("lines");
    await queryRunner.dropTable("orders");
  }
}

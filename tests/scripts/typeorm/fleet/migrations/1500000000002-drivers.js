"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Drivers1500000000002 = void 0;
const typeorm_1 = require("typeorm");
class Drivers1500000000002 {
  async up(queryRunner) {
    await queryRunner.query(
      "CREATE TABLE `drivers` (`id` int NOT NULL AUTO_INCREMENT, `name` varchar(255) NOT NULL, `carId` int UNSIGNED NULL, PRIMARY KEY (`id`)) ENGINE=InnoDB",
    );
    await queryRunner.createForeignKey(
      "drivers",
      new typeorm_1.TableForeignKey({ columnNames: ["carId"], referencedTableName: "cars", referencedColumnNames: ["id"], onDelete: "SET NULL" }),
    );
    await queryRunner.createIndex("drivers", new typeorm_1.TableIndex({ columnNames: ["name"], isUnique: true }));
  }
  async down(queryRunner) {
    await queryRunner.dropTable("drivers");
  }
}
exports.Drivers1500000000002 = Drivers1500000000002;

-- AlterTable
ALTER TABLE "customers" DROP COLUMN "phone";

-- AlterTable
ALTER TABLE "products" ADD COLUMN "weight_grams" INTEGER;

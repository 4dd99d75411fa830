-- AlterTable
ALTER TABLE "orders" ADD COLUMN "reminded_at" TIMESTAMP(3);

import { prisma } from '@/lib/db';

export async function reorderList() {
  const suppliers = await prisma.supplier.findMany({ include: { products: true } });
  return suppliers.map((supplier) => ({
    name: supplier.name,
    phone: supplier.phone,
    skus: supplier.products.map((product) => product.sku),
  }));
}

import { OrderStatus } from '@prisma/client';

import { prisma } from '@/lib/db';

export interface CartLine {
  productId: number;
  quantity: number;
}

export async function placeOrder(customerId: string, cart: CartLine[]) {
  const products = await prisma.product.findMany({
    where: { id: { in: cart.map((line) => line.productId) } },
    select: { id: true, priceCents: true },
  });
  const prices = new Map(products.map((product) => [product.id, product.priceCents]));
  return prisma.$transaction(async (tx) => {
    const order = await tx.order.create({ data: { customerId } });
    await tx.orderItem.createMany({
      data: cart.map((line) => ({
        orderId: order.id,
        productId: line.productId,
        quantity: line.quantity,
        priceCents: prices.get(line.productId) ?? 0,
      })),
    });
    return order;
  });
}

export function ordersOf(customerId: string) {
  return prisma.order.findMany({
    where: { customerId },
    select: { id: true, status: true, placedAt: true, items: true },
    orderBy: { placedAt: 'desc' },
  });
}

export function unpaidSince(date: Date) {
  return prisma.order.findMany({
    where: { status: OrderStatus.PENDING, placedAt: { lt: date }, remindedAt: null },
    include: { customer: true },
  });
}

export function markReminded(orderIds: number[]) {
  return prisma.order.updateMany({
    where: { id: { in: orderIds } },
    data: { remindedAt: new Date() },
  });
}

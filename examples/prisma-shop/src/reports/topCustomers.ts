import { prisma } from '@/lib/db';

interface TopCustomer {
  name: string;
  phone: string | null;
  spentCents: bigint;
}

/** The sales team calls the best customers of the month. */
export function topCustomers(since: Date): Promise<TopCustomer[]> {
  return prisma.$queryRaw<TopCustomer[]>`
    SELECT c.name, c.phone, sum(i.quantity * i.price_cents) AS "spentCents"
    FROM customers c
    JOIN orders o ON o.customer_id = c.id
    JOIN order_items i ON i.order_id = o.id
    WHERE o.placed_at >= ${since} AND o.status = 'PAID'
    GROUP BY c.id
    ORDER BY "spentCents" DESC
    LIMIT 20
  `;
}

import { prisma } from '@/lib/db';
import { sendTextMessage } from '@/lib/sms';
import { markReminded, unpaidSince } from '@/services/orders';

const TWO_DAYS = 2 * 24 * 60 * 60 * 1000;

export async function remindUnpaid(now = new Date()): Promise<number> {
  const orders = await unpaidSince(new Date(now.getTime() - TWO_DAYS));
  const reminded: number[] = [];
  for (const order of orders) {
    if (!order.customer.phone) continue;
    await sendTextMessage({
      to: order.customer.phone,
      body: `${order.customer.name}, order ${order.id} waits for its payment.`,
    });
    reminded.push(order.id);
  }
  await markReminded(reminded);
  return reminded.length;
}

const count = await remindUnpaid();
console.log(`${count} customers reminded`);
await prisma.$disconnect();

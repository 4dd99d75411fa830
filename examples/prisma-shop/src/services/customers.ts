import type { Customer } from '@prisma/client';

import { prisma } from '@/lib/db';
import { normalizePhone } from '@/lib/phone';

export interface Registration {
  email: string;
  name: string;
}

export async function register({ email, name }: Registration): Promise<string> {
  const { id } = await prisma.customer.create({
    data: { email, name },
    select: { id: true },
  });
  return id;
}

/** The support desk knows callers by their number. */
export function findCaller(number: string) {
  return prisma.customer.findFirst({
    where: { phone: normalizePhone(number) },
    select: { id: true, name: true },
  });
}

export function getCustomer(id: string) {
  return prisma.customer.findUnique({ where: { id } });
}

export function contactLine(customer: Customer): string {
  return customer.phone ?? customer.email;
}

export function countCustomers(since: Date): Promise<number> {
  return prisma.customer.count({ where: { createdAt: { gte: since } } });
}

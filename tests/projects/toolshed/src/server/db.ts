import { PrismaClient, type Prisma } from '@prisma/client';

const globalForPrisma = globalThis as unknown as { prisma?: PrismaClient };

export const db = globalForPrisma.prisma ?? new PrismaClient({ log: ['warn', 'error'] });

if (process.env.NODE_ENV !== 'production') {
  globalForPrisma.prisma = db;
}

export type Db = PrismaClient | Prisma.TransactionClient;

/** Runs work in a transaction, or in the one that is open already. */
export async function inTransaction<T>(client: Db, work: (tx: Prisma.TransactionClient) => Promise<T>): Promise<T> {
  if ('$transaction' in client) {
    return client.$transaction((tx) => work(tx));
  }
  return work(client);
}

export const extended = db.$extends({
  result: {
    tool: {
      depositCents: {
        needs: { valueCents: true },
        compute(tool) {
          return Math.round(tool.valueCents * 0.2);
        },
      },
    },
    member: {
      displayName: {
        needs: { fullName: true, nickname: true },
        compute(member) {
          return member.nickname ?? member.fullName;
        },
      },
    },
  },
  model: {
    member: {
      async byEmail(email: string) {
        return db.member.findUnique({ where: { email: email.toLowerCase() } });
      },
    },
    invoice: {
      unpaid(memberId: number) {
        return db.invoice.findMany({ where: { memberId, paidAt: null }, orderBy: { issuedAt: 'asc' } });
      },
    },
  },
});

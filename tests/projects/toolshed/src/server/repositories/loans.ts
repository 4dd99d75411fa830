import { LoanState, type Loan, type Prisma } from '@prisma/client';
import type { Db } from '../db';
import { addDays } from '../../lib/dates';

export const loanWithParties = {
  member: { select: { id: true, fullName: true, email: true, phone: true } },
  tool: { select: { id: true, label: true, barcode: true, dailyCents: true, valueCents: true } },
} satisfies Prisma.LoanInclude;

export type LoanWithParties = Prisma.LoanGetPayload<{ include: typeof loanWithParties }>;
export type OpenLoan = Pick<Loan, 'id' | 'dueAt' | 'renewals'>;

export function makeLoanRepository(db: Db) {
  const overdue = (now: Date): Prisma.LoanWhereInput => ({ state: LoanState.OPEN, dueAt: { lt: now } });

  return {
    overdue,

    find(id: number): Promise<LoanWithParties | null> {
      return db.loan.findUnique({ where: { id }, include: loanWithParties });
    },

    listOverdue(now = new Date()) {
      return db.loan.findMany({ where: overdue(now), include: loanWithParties, orderBy: { dueAt: 'asc' } });
    },

    openOf(memberId: number): Promise<OpenLoan[]> {
      return db.loan.findMany({
        where: { memberId, state: 'OPEN' },
        select: { id: true, dueAt: true, renewals: true },
      });
    },

    start(memberId: number, toolId: number, days: number, now = new Date()) {
      return db.loan.create({
        data: {
          dueAt: addDays(now, days),
          startedAt: now,
          member: { connect: { id: memberId } },
          tool: { connect: { id: toolId } },
        },
        include: loanWithParties,
      });
    },

    finish(id: number, damage?: string) {
      return db.loan.update({
        where: { id },
        data: { state: LoanState.RETURNED, returnedAt: new Date(), ...(damage ? { damage } : {}) },
        include: loanWithParties,
      });
    },

    renew({ id, dueAt }: Pick<Loan, 'id' | 'dueAt'>, days: number) {
      return db.loan.update({ where: { id }, data: { dueAt: addDays(dueAt, days), renewals: { increment: 1 } } });
    },

    async lost(id: number) {
      const { count } = await db.loan.updateMany({ where: { id, state: 'OPEN' }, data: { state: 'LOST', returnedAt: null } });
      return count > 0;
    },
  };
}

export type LoanRepository = ReturnType<typeof makeLoanRepository>;

import type { Invoice, Loan, Member, PrismaClient, Tool } from '@prisma/client';
import { groupBy, sortBy } from '../../lib/collections';
import { daysBetween, isoDay } from '../../lib/dates';
import { sum } from '../../lib/money';

type LoanOfTool = Loan & { tool: Tool };

export interface MonthlyFigures {
  month: string;
  loans: number;
  income: number;
  averageDays: number;
}

const month = (date: Date) => isoDay(date).slice(0, 7);

export function monthly(loans: Loan[], invoices: Invoice[]): MonthlyFigures[] {
  const byMonth = groupBy(loans, (loan) => month(loan.startedAt));
  const income = groupBy(invoices, (invoice) => month(invoice.issuedAt));
  return [...byMonth].map(([key, inMonth]) => {
    const returned = inMonth.filter((loan) => loan.returnedAt);
    const days = returned.map((loan) => daysBetween(loan.startedAt, loan.returnedAt!));
    return {
      month: key,
      loans: inMonth.length,
      income: sum((income.get(key) ?? []).map((invoice) => invoice.totalCents)),
      averageDays: days.length ? sum(days) / days.length : 0,
    };
  });
}

export function ranking(loans: LoanOfTool[]) {
  const counts = new Map<number, { label: string; count: number; lost: number }>();
  for (const { tool, state } of loans) {
    const entry = counts.get(tool.id) ?? { label: tool.label, count: 0, lost: 0 };
    entry.count += 1;
    entry.lost += state === 'LOST' ? 1 : 0;
    counts.set(tool.id, entry);
  }
  return sortBy([...counts.values()], (entry) => -entry.count);
}

export function loyalty(member: Member, now = new Date()): 'new' | 'regular' | 'old friend' {
  const days = daysBetween(member.joinedAt, now);
  return days < 30 ? 'new' : days < 1000 ? 'regular' : 'old friend';
}

export async function board(db: PrismaClient) {
  const [members, loans, invoices] = await db.$transaction([
    db.member.findMany({ where: { status: { in: ['ACTIVE', 'PAUSED'] } } }),
    db.loan.findMany({ include: { tool: true } }),
    db.invoice.findMany(),
  ]);
  const credit = sum(members.map(({ creditCents }) => creditCents));
  const friends = members.filter((member) => loyalty(member) === 'old friend').map((member) => member.fullName);
  return { figures: monthly(loans, invoices), best: ranking(loans).slice(0, 3), credit, friends };
}

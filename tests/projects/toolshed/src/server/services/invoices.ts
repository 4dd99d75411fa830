import type { Invoice, InvoiceLine, Member, Prisma } from '@prisma/client';
import type { Db } from '../db';
import { inTransaction } from '../db';
import { toCsv, type Column } from '../../lib/csv';
import { monthOf } from '../../lib/dates';
import { euro, format, sum } from '../../lib/money';

type FullInvoice = Invoice & { lines: InvoiceLine[]; member: Member };

const columns: Column<FullInvoice>[] = [
  { title: 'number', value: (invoice) => invoice.number },
  { title: 'member', value: ({ member }) => member.fullName },
  { title: 'issued', value: (invoice) => invoice.issuedAt },
  { title: 'paid', value: (invoice) => invoice.paidAt },
  { title: 'total', value: (invoice) => format(euro(invoice.totalCents)) },
  { title: 'memo', value: ({ memo }) => memo },
  { title: 'lines', value: (invoice) => invoice.lines.map((line) => line.text).join('; ') },
];

export class InvoiceService {
  constructor(private readonly db: Db) {}

  async ofMonth(day: Date): Promise<FullInvoice[]> {
    const { fromDay, untilDay } = monthOf(day);
    const where: Prisma.InvoiceWhereInput = { issuedAt: { gte: fromDay, lt: untilDay } };
    return this.db.invoice.findMany({ where, include: { lines: true, member: true }, orderBy: { number: 'asc' } });
  }

  async exportMonth(day: Date): Promise<string> {
    return toCsv(await this.ofMonth(day), columns);
  }

  async pay(number: string, cents: number) {
    return inTransaction(this.db, async (tx) => {
      const invoice = await tx.invoice.findUniqueOrThrow({ where: { number } });
      if (invoice.paidAt) {
        return { status: 'paid-before' as const, paidAt: invoice.paidAt };
      }
      const rest = cents - invoice.totalCents;
      await tx.invoice.update({ where: { number }, data: { paidAt: new Date(), memo: note(invoice, rest) } });
      if (rest !== 0) {
        await tx.member.update({ where: { id: invoice.memberId }, data: { creditCents: { increment: rest } } });
      }
      return { status: 'paid' as const, paidAt: new Date() };
    });
  }

  async merge(numbers: string[], memberId: number) {
    const invoices = await this.db.invoice.findMany({
      where: { number: { in: numbers }, memberId, paidAt: null },
      include: { lines: true },
    });
    const lines = invoices.flatMap((invoice) => invoice.lines);
    const totalCents = sum(lines.map((line) => line.amountCents));
    return inTransaction(this.db, async (tx) => {
      const merged = await tx.invoice.create({
        data: { number: `M${Date.now()}`, totalCents, memberId, memo: `of ${numbers.join(', ')}` },
      });
      await tx.invoiceLine.updateMany({ where: { id: { in: lines.map(({ id }) => id) } }, data: { invoiceId: merged.id } });
      await tx.invoice.deleteMany({ where: { number: { in: invoices.map(({ number }) => number) } } });
      return merged;
    });
  }

  async debtors() {
    const rows = await this.db.invoice.groupBy({
      by: ['memberId'],
      where: { paidAt: null },
      _sum: { totalCents: true },
      _min: { issuedAt: true },
      orderBy: { _sum: { totalCents: 'desc' } },
    });
    const members = await this.db.member.findMany({ where: { id: { in: rows.map((row) => row.memberId) } } });
    const byId = new Map(members.map((member) => [member.id, member]));
    return rows.map((row) => ({
      name: byId.get(row.memberId)?.fullName ?? 'unknown',
      email: byId.get(row.memberId)?.email,
      cents: row._sum.totalCents ?? 0,
      since: row._min.issuedAt,
    }));
  }
}

function note(invoice: Invoice, rest: number): string | null {
  if (rest === 0) {
    return invoice.memo;
  }
  const words = rest > 0 ? 'overpaid' : 'underpaid';
  return [invoice.memo, `${words} by ${format(euro(Math.abs(rest)))}`].filter(Boolean).join('; ');
}

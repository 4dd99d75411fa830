import { BadRequestException, Injectable } from '@nestjs/common';
import type { Invoice, InvoiceLine, Member, Prisma } from '@prisma/client';
import { DatabaseService } from './database.service';
import { Settings } from './settings';

export type FullInvoice = Prisma.InvoiceGetPayload<{ include: { lines: true; member: { select: { fullName: true; email: true } } } }>;

export interface Reminder {
  to: Member['email'];
  text: string;
  invoice: Invoice['number'];
}

@Injectable()
export class InvoicesService {
  constructor(
    private readonly database: DatabaseService,
    private readonly settings: Settings,
  ) {}

  open(args: Omit<Prisma.InvoiceFindManyArgs, 'where' | 'select' | 'include'> = {}): Promise<FullInvoice[]> {
    return this.database.invoice.findMany({
      ...args,
      where: { paidAt: null },
      include: { lines: true, member: { select: { fullName: true, email: true } } },
    });
  }

  async reminders(now = new Date()): Promise<Reminder[]> {
    const invoices = await this.open({ orderBy: { issuedAt: 'asc' } });
    return invoices
      .filter((invoice) => this.isLate(invoice, now))
      .map(({ number, totalCents, member, memo }) => ({
        to: member.email,
        invoice: number,
        text: `${member.fullName}, please pay ${totalCents / 100} ${this.settings.currency}${memo ? ` (${memo})` : ''}`,
      }));
  }

  private isLate({ issuedAt, paidAt }: Invoice, now: Date): boolean {
    const days = (now.getTime() - issuedAt.getTime()) / 86_400_000;
    return paidAt === null && days > this.settings.reminderDays;
  }

  async pay(number: string): Promise<Invoice> {
    const invoice = await this.database.invoice.findUnique({ where: { number } });
    if (!invoice || invoice.paidAt) {
      throw new BadRequestException('nothing to pay');
    }
    const [paid] = await this.database.$transaction([
      this.database.invoice.update({ where: { number }, data: { paidAt: new Date() } }),
      this.database.member.update({ where: { id: invoice.memberId }, data: { creditCents: { increment: invoice.totalCents } } }),
    ]);
    return paid;
  }

  async correct(number: string, lines: Pick<InvoiceLine, 'text' | 'amountCents'>[]) {
    const totalCents = lines.reduce((sum, line) => sum + line.amountCents, 0);
    return this.database.invoice.update({
      where: { number },
      data: {
        totalCents,
        memo: `corrected, ${lines.length} lines`,
        lines: { deleteMany: {}, createMany: { data: lines.map(({ text, amountCents }) => ({ text, amountCents })) } },
      },
      include: { lines: { orderBy: { amountCents: 'desc' }, select: { text: true, amountCents: true } } },
    });
  }

  async income(from: Date, until: Date) {
    const { _sum, _count, _max } = await this.database.invoice.aggregate({
      where: { paidAt: { gte: from, lt: until } },
      _sum: { totalCents: true },
      _max: { totalCents: true, paidAt: true },
      _count: true,
    });
    return { cents: _sum.totalCents ?? 0, invoices: _count, largest: _max.totalCents, last: _max.paidAt };
  }

  async perMember(): Promise<Record<number, number>> {
    const groups = await this.database.invoice.groupBy({ by: ['memberId'], _sum: { totalCents: true }, having: { totalCents: { _sum: { gt: 0 } } } });
    return Object.fromEntries(groups.map((group) => [group.memberId, group._sum.totalCents ?? 0]));
  }
}

import { z } from 'zod';
import { euro, format } from '../../lib/money';
import { isPast } from '../../lib/dates';
import { InvoiceService } from '../services/invoices';
import { LendingService } from '../services/lending';
import { ReservationService } from '../services/reservations';
import { makeLoanRepository } from '../repositories/loans';
import { authed, router } from '../trpc';

export const loansRouter = router({
  mine: authed.query(({ ctx }) => {
    return ctx.db.loan.findMany({
      where: { memberId: ctx.member.id },
      include: { tool: { include: { branch: true } } },
      orderBy: { startedAt: 'desc' },
    });
  }),

  overdue: authed.query(async ({ ctx }) => {
    const loans = await makeLoanRepository(ctx.db).listOverdue();
    return loans.map(({ id, dueAt, member, tool }) => ({ id, dueAt, who: member.fullName, phone: member.phone, what: tool.label }));
  }),

  borrow: authed.input(z.object({ barcode: z.string(), days: z.number().max(30) })).mutation(async ({ ctx, input }) => {
    const lent = await new LendingService(ctx.db, ctx.mailer).lend(ctx.member.id, input.barcode, input.days);
    return lent.ok ? { dueAt: lent.value.dueAt, label: lent.value.tool.label } : { refused: lent.error };
  }),

  giveBack: authed.input(z.object({ id: z.number(), damage: z.string().optional() })).mutation(async ({ ctx, input }) => {
    const result = await new LendingService(ctx.db, ctx.mailer).giveBack(input.id, input.damage);
    if (!result.ok) {
      return null;
    }
    const { invoice, late } = result.value;
    return {
      late,
      number: invoice.number,
      total: format(euro(invoice.totalCents)),
      lines: invoice.lines.map(({ text, amountCents }) => `${text}: ${format(euro(amountCents))}`),
    };
  }),

  renew: authed.input(z.number()).mutation(({ ctx, input }) => new LendingService(ctx.db, ctx.mailer).renew(input)),

  reserve: authed
    .input(z.object({ toolId: z.number(), fromDay: z.date(), untilDay: z.date(), purpose: z.string().optional() }))
    .mutation(({ ctx, input }) => new ReservationService(ctx.db).reserve({ ...input, memberId: ctx.member.id })),

  invoices: authed.query(async ({ ctx }) => {
    const invoices = await ctx.db.invoice.findMany({ where: { memberId: ctx.member.id }, include: { lines: { include: { loan: true } } } });
    return invoices.map((invoice) => ({
      number: invoice.number,
      open: invoice.paidAt === null,
      issuedAt: invoice.issuedAt,
      totalCents: invoice.totalCents,
      damages: invoice.lines.flatMap((line) => line.loan?.damage ?? []),
      late: invoice.lines.some((line) => line.loan && isPast(line.loan.dueAt, line.loan.returnedAt ?? new Date())),
    }));
  }),

  pay: authed.input(z.object({ number: z.string(), cents: z.number() })).mutation(({ ctx, input }) => {
    return new InvoiceService(ctx.db).pay(input.number, input.cents);
  }),
});

import { LoanState, type Member, type PrismaClient, type Tool } from '@prisma/client';
import { failed, ok, type Result } from '../../lib/collections';
import { addDays, isPast, overlaps } from '../../lib/dates';
import type { Mailer } from '../../lib/mail';
import { inTransaction } from '../db';
import { makeLoanRepository, type LoanWithParties } from '../repositories/loans';
import { MemberRepository } from '../repositories/members';
import { ToolRepository } from '../repositories/tools';
import { feesOf, total } from './fees';

export type Refusal = 'member-paused' | 'tool-retired' | 'tool-lent' | 'tool-reserved' | 'too-many-loans' | 'in-debt';

const MOST_LOANS = 5;

export class LendingService {
  private readonly members: MemberRepository;
  private readonly tools: ToolRepository;

  constructor(
    private readonly db: PrismaClient,
    private readonly mailer: Mailer,
  ) {
    this.members = new MemberRepository(db);
    this.tools = new ToolRepository(db);
  }

  async lend(memberId: number, barcode: string, days: number): Promise<Result<LoanWithParties, Refusal>> {
    const [member, tool] = await Promise.all([
      this.members.require({ id: memberId }),
      this.tools.require({ barcode }),
    ]);
    const refusal = (await this.refuse(member, tool)) ?? (await this.reserved(member, tool, days));
    if (refusal) {
      return failed(refusal);
    }
    const loan = await inTransaction(this.db, async (tx) => {
      await tx.reservation.deleteMany({ where: { memberId, toolId: tool.id } });
      return makeLoanRepository(tx).start(member.id, tool.id, days);
    });
    await this.confirm(loan);
    return ok(loan);
  }

  private async refuse(member: Member, tool: Tool): Promise<Refusal | null> {
    if (member.status !== 'ACTIVE') {
      return 'member-paused';
    }
    if (member.creditCents < 0) {
      return 'in-debt';
    }
    if (tool.retired || tool.condition === 'BROKEN') {
      return 'tool-retired';
    }
    const open = await this.db.loan.findMany({
      where: { state: LoanState.OPEN, OR: [{ memberId: member.id }, { toolId: tool.id }] },
      select: { memberId: true, toolId: true },
    });
    if (open.some((loan) => loan.toolId === tool.id)) {
      return 'tool-lent';
    }
    return open.length >= MOST_LOANS ? 'too-many-loans' : null;
  }

  private async reserved(member: Member, tool: Tool, days: number): Promise<Refusal | null> {
    const now = new Date();
    const reservations = await this.db.reservation.findMany({ where: { toolId: tool.id, untilDay: { gte: now } } });
    const period = { fromDay: now, untilDay: addDays(now, days) };
    const clash = reservations.find((one) => one.memberId !== member.id && overlaps(one, period));
    return clash ? 'tool-reserved' : null;
  }

  private async confirm(loan: LoanWithParties) {
    const { member, tool } = loan;
    await this.mailer.send({
      to: member.email,
      subject: `You borrowed ${tool.label}`,
      body: `Hello ${member.fullName},\nplease bring it back by ${loan.dueAt.toDateString()}.`,
    });
  }

  async giveBack(loanId: number, damage?: string) {
    const before = await this.db.loan.findUniqueOrThrow({ where: { id: loanId }, include: { tool: true, member: true } });
    if (before.state !== LoanState.OPEN) {
      return failed('not-open' as const);
    }
    const loan = { ...before, damage: damage ?? null, returnedAt: new Date() };
    const fees = feesOf(loan);
    const invoice = await this.db.$transaction(async (tx) => {
      await makeLoanRepository(tx).finish(loanId, damage);
      if (damage) {
        await tx.tool.update({ where: { id: before.toolId }, data: { condition: 'BROKEN' } });
        await tx.remark.create({ data: { body: damage, pinned: true, memberId: before.memberId, toolId: before.toolId } });
      }
      return tx.invoice.create({
        data: {
          number: `L${loanId}-${Date.now()}`,
          totalCents: total(fees),
          memo: damage ? 'with damage' : null,
          memberId: before.memberId,
          lines: { create: fees.map((fee) => ({ text: fee.text, amountCents: fee.amountCents, loanId })) },
        },
        include: { lines: true },
      });
    });
    return ok({ invoice, late: isPast(before.dueAt, loan.returnedAt), member: before.member.fullName });
  }

  async renew(loanId: number, days = 7): Promise<Result<Date>> {
    const loan = await this.db.loan.findUnique({ where: { id: loanId } });
    if (!loan) {
      return failed('unknown loan');
    }
    if (loan.state === 'LOST' || loan.renewals >= 5) {
      return failed('this loan cannot be renewed');
    }
    const waiting = await this.db.reservation.count({ where: { toolId: loan.toolId, fromDay: { lte: addDays(loan.dueAt, days) } } });
    if (waiting > 0) {
      return failed('somebody waits for it');
    }
    const renewed = await makeLoanRepository(this.db).renew(loan, days);
    return ok(renewed.dueAt);
  }
}

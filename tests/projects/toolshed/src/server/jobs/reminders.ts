import type { PrismaClient } from '@prisma/client';
import { chunk, groupBy } from '../../lib/collections';
import { daysBetween } from '../../lib/dates';
import type { Mail, Mailer } from '../../lib/mail';
import { makeLoanRepository, type LoanWithParties } from '../repositories/loans';

export function reminder(loans: LoanWithParties[], now: Date): Mail | null {
  const [first] = loans;
  if (!first) {
    return null;
  }
  const { email, fullName } = first.member;
  const lines = loans.map((loan) => `- ${loan.tool.label}: ${daysBetween(loan.dueAt, now)} days late`);
  const urgent = loans.some(({ tool, renewals }) => tool.valueCents > 50_000 || renewals > 2);
  return {
    to: email,
    subject: urgent ? 'Please bring it back today' : 'A friendly reminder',
    body: [`Hello ${fullName},`, ...lines].join('\n'),
  };
}

export async function remindAll(db: PrismaClient, mailer: Mailer, now = new Date()): Promise<number> {
  const overdue = await makeLoanRepository(db).listOverdue(now);
  const byMember = groupBy(overdue, (loan) => loan.member.id);
  const mails = [...byMember.values()].map((loans) => reminder(loans, now)).filter((mail): mail is Mail => mail !== null);
  for (const batch of chunk(mails, 20)) {
    await Promise.allSettled(batch.map((mail) => mailer.send(mail)));
  }
  return mails.length;
}

export async function newsletter(db: PrismaClient, mailer: Mailer, subject: string) {
  const readers = await db.member.findMany({
    where: { newsletter: true, status: 'ACTIVE' },
    select: { email: true, nickname: true, fullName: true, branch: { select: { name: true } } },
  });
  const fresh = await db.tool.findMany({ where: { retired: false, condition: 'NEW' }, orderBy: { purchasedAt: 'desc' }, take: 5 });
  const list = fresh.map((tool) => `${tool.label} (${tool.maker ?? 'no name'})`).join(', ');
  for (const reader of readers) {
    const name = reader.nickname ?? reader.fullName;
    await mailer.send({ to: reader.email, subject, body: `Dear ${name} of ${reader.branch.name}: ${list}` });
  }
  return readers.length;
}

import { MemberStatus } from '@prisma/client';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { MemberRepository } from '../repositories/members';
import { authed, open, router } from '../trpc';

const profile = z.object({
  fullName: z.string().min(2),
  nickname: z.string().nullish(),
  phone: z.string().nullish(),
  newsletter: z.boolean().default(false),
});

export const membersRouter = router({
  me: authed.query(async ({ ctx }) => {
    const member = await ctx.db.member.findUniqueOrThrow({
      where: { id: ctx.member.id },
      include: { branch: true, loans: { where: { state: 'OPEN' }, include: { tool: true } } },
    });
    return {
      ...member,
      greeting: `Hello ${member.nickname ?? member.fullName}`,
      open: member.loans.map((loan) => ({ id: loan.id, label: loan.tool.label, dueAt: loan.dueAt })),
    };
  }),

  join: open.input(profile.extend({ email: z.string().email(), branchId: z.number() })).mutation(async ({ ctx, input }) => {
    const known = await ctx.db.member.findUnique({ where: { email: input.email } });
    if (known && known.status !== MemberStatus.LEFT) {
      throw new TRPCError({ code: 'CONFLICT', message: `${known.email} is a member since ${known.joinedAt.toDateString()}` });
    }
    const { email, fullName, nickname, phone, newsletter, branchId } = input;
    return ctx.db.member.upsert({
      where: { email },
      create: { email, fullName, nickname, phone, newsletter, branchId },
      update: { fullName, status: 'ACTIVE', joinedAt: new Date() },
      select: { id: true, email: true, fullName: true },
    });
  }),

  update: authed.input(profile.partial()).mutation(({ ctx, input }) => {
    return ctx.db.member.update({
      where: { id: ctx.member.id },
      data: {
        fullName: input.fullName,
        nickname: input.nickname,
        ...(input.phone === undefined ? {} : { phone: input.phone }),
        newsletter: input.newsletter,
      },
    });
  }),

  search: authed.input(z.string()).query(async ({ ctx, input }) => {
    const found = await new MemberRepository(ctx.db).search(input, { take: 10, orderBy: { fullName: 'asc' } });
    return found.map(({ id, fullName, nickname, email }) => ({ id, fullName, nickname, email }));
  }),

  cards: authed.query(({ ctx }) => new MemberRepository(ctx.db).cards({ status: 'ACTIVE' })),

  pause: authed.mutation(async ({ ctx }) => {
    const members = new MemberRepository(ctx.db);
    const paused = await members.changeStatus(ctx.member.id, MemberStatus.PAUSED);
    await ctx.mailer.send({ to: paused.email, subject: 'See you', body: `Until soon, ${paused.fullName}` });
    return paused.status;
  }),

  remark: authed.input(z.object({ toolId: z.number().optional(), body: z.string() })).mutation(async ({ ctx, input }) => {
    const remark = await ctx.db.remark.create({ data: { body: input.body, toolId: input.toolId, memberId: ctx.member.id } });
    return { id: remark.id, at: remark.writtenAt, short: remark.body.slice(0, 40) };
  }),
});

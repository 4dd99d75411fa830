import { initTRPC, TRPCError } from '@trpc/server';
import type { Member } from '@prisma/client';
import { ConsoleMailer, type Mailer } from '../lib/mail';
import { db } from './db';

export interface Context {
  db: typeof db;
  mailer: Mailer;
  member: Member | null;
}

export async function createContext({ headers }: { headers: Record<string, string | undefined> }): Promise<Context> {
  const email = headers['x-member'];
  const member = email ? await db.member.findUnique({ where: { email } }) : null;
  return { db, mailer: new ConsoleMailer(), member };
}

const t = initTRPC.context<Context>().create();

export const router = t.router;
export const createCallerFactory = t.createCallerFactory;
export const open = t.procedure;

export const authed = t.procedure.use(({ ctx, next }) => {
  if (!ctx.member || ctx.member.status === 'LEFT') {
    throw new TRPCError({ code: 'UNAUTHORIZED' });
  }
  return next({ ctx: { ...ctx, member: ctx.member } });
});

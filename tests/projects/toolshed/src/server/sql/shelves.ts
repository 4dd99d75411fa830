import { type Kysely, sql } from 'kysely';

/** The tables as the database has them, for what Prisma cannot say. */
export interface Tables {
  members: { id: number; email: string; full_name: string; joined_at: Date; credit_cents: number; branch_id: number };
  tools: { id: number; label: string; barcode: string; daily_cents: number; retired: boolean; branch_id: number };
  loans: { id: number; member_id: number; tool_id: number; due_at: Date; returned_at: Date | null; damage: string | null };
  branches: { id: number; name: string; city: string };
}

export function lentNow(db: Kysely<Tables>) {
  return db
    .selectFrom('loans')
    .innerJoin('tools', 'tools.id', 'loans.tool_id')
    .innerJoin('members', 'members.id', 'loans.member_id')
    .select(['tools.label', 'members.full_name', 'loans.due_at'])
    .where('loans.returned_at', 'is', null)
    .orderBy('loans.due_at')
    .execute();
}

export async function dueSoon(db: Kysely<Tables>, days: number): Promise<string[]> {
  const rows = await lentNow(db);
  const limit = Date.now() + days * 86_400_000;
  return rows.filter((row) => row.due_at.getTime() < limit).map((row) => `${row.label}: ${row.full_name}`);
}

export async function poorest(db: Kysely<Tables>) {
  return db
    .selectFrom('members as m')
    .innerJoin('branches as b', 'b.id', 'm.branch_id')
    .select(['m.email', 'b.city', sql<number>`m.credit_cents / 100`.as('credit')])
    .where('m.credit_cents', '<', 0)
    .orderBy('m.credit_cents')
    .executeTakeFirst();
}

export async function reprice(db: Kysely<Tables>, branch: number, factor: number) {
  await db
    .updateTable('tools')
    .set({ daily_cents: sql`round(daily_cents * ${factor})` })
    .where('branch_id', '=', branch)
    .where('retired', '=', false)
    .execute();
}

export async function damages(db: Kysely<Tables>) {
  const rows = await db
    .selectFrom('loans as l')
    .innerJoin('tools as t', 't.id', 'l.tool_id')
    .select(['t.barcode', 'l.damage'])
    .where('l.damage', 'is not', null)
    .execute();
  return new Map(rows.map(({ barcode, damage }) => [barcode, damage]));
}

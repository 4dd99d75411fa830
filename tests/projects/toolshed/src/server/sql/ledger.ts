import type { Prisma } from '@prisma/client';
import { db } from '../db';

interface LedgerRow {
  number: string;
  issued_at: Date;
  paid_at: Date | null;
  total_cents: number;
}

export const LEDGER = `
  SELECT i.number, i.issued_at, i.paid_at, i.total_cents
  FROM invoices i
  JOIN members m ON m.id = i.member_id
  WHERE m.status <> 'LEFT'
  ORDER BY i.issued_at`;

export async function ledger(client: Prisma.TransactionClient = db): Promise<string[]> {
  const rows = await client.$queryRawUnsafe<LedgerRow[]>(LEDGER);
  return rows.map((row) => [row.number, row.issued_at.toISOString(), row.paid_at ? 'paid' : 'open', row.total_cents].join(';'));
}

export async function balances() {
  const rows = await db.$queryRaw<{ full_name: string; credit_cents: number; owed: bigint | null }[]>`
    SELECT m.full_name, m.credit_cents, sum(i.total_cents) FILTER (WHERE i.paid_at IS NULL) AS owed
    FROM members m
    LEFT JOIN invoices i ON i.member_id = m.id
    GROUP BY m.id, m.full_name, m.credit_cents
    HAVING m.credit_cents <> 0`;
  return rows.map(({ full_name, credit_cents, owed }) => ({ who: full_name, cents: credit_cents - Number(owed ?? 0) }));
}

export function purgeReservations() {
  return db.$executeRaw`DELETE FROM reservations WHERE until_day < now() AND purpose IS NULL`;
}

export async function weights(branch: string) {
  const [row] = await db.$queryRaw<{ kilos: number }[]>`
    SELECT sum(t.weight_grams) / 1000 AS kilos FROM tools t JOIN branches b ON b.id = t.branch_id WHERE b.name = ${branch}`;
  return row?.kilos ?? 0;
}

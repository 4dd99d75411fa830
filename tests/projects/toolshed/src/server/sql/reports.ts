import { Prisma } from '@prisma/client';
import { db } from '../db';

interface TopTool {
  id: number;
  label: string;
  loans: bigint;
  daily_cents: number;
}

interface BranchLoad {
  name: string;
  city: string;
  open: number;
}

export async function topTools(limit: number) {
  const rows = await db.$queryRaw<TopTool[]>`
    SELECT t.id, t.label, t.daily_cents, count(l.id) AS loans
    FROM tools t
    JOIN loans l ON l.tool_id = t.id
    WHERE t.retired = false
    GROUP BY t.id, t.label, t.daily_cents
    ORDER BY loans DESC
    LIMIT ${limit}`;
  return rows.map((row) => ({ id: row.id, label: row.label, loans: Number(row.loans), daily: row.daily_cents }));
}

export async function branchLoad(city?: string): Promise<BranchLoad[]> {
  const filter = city ? Prisma.sql`WHERE b.city = ${city}` : Prisma.empty;
  return db.$queryRaw<BranchLoad[]>`
    SELECT b.name, b.city, count(*)::int AS open
    FROM branches b
    JOIN tools t ON t.branch_id = b.id
    JOIN loans l ON l.tool_id = t.id AND l.returned_at IS NULL
    ${filter}
    GROUP BY b.name, b.city`;
}

export async function memberNames(ids: number[]): Promise<Map<number, string>> {
  const rows = await db.$queryRaw<{ id: number; full_name: string }[]>(
    Prisma.sql`SELECT id, full_name FROM members WHERE id IN (${Prisma.join(ids)})`,
  );
  return new Map(rows.map(({ id, full_name }) => [id, full_name]));
}

export function forgive(memberId: number) {
  return db.$executeRaw`UPDATE invoices SET paid_at = now(), memo = 'forgiven' WHERE member_id = ${memberId} AND paid_at IS NULL`;
}

export function vacuumRemarks(days: number) {
  return db.$executeRawUnsafe("DELETE FROM remarks WHERE pinned = false AND written_at < now() - $1 * interval '1 day'", days);
}

export async function dormant() {
  return db.$queryRawUnsafe<{ email: string; joined_at: Date }[]>(
    'SELECT m.email, m.joined_at FROM members m LEFT JOIN loans l ON l.member_id = m.id WHERE l.id IS NULL',
  );
}

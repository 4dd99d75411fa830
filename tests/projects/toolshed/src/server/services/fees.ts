import type { Category, Loan, Tool } from '@prisma/client';
import { daysBetween } from '../../lib/dates';
import { percentage, sum } from '../../lib/money';

export interface Fee {
  text: string;
  amountCents: number;
}

const LATE_FACTOR = 1.5;
const FREE_RENEWALS = 2;

export function rentalFee(loan: Pick<Loan, 'startedAt' | 'returnedAt'>, tool: Pick<Tool, 'label' | 'dailyCents'>): Fee {
  const days = Math.max(1, daysBetween(loan.startedAt, loan.returnedAt ?? new Date()));
  return { text: `${tool.label}, ${days} days`, amountCents: days * tool.dailyCents };
}

export function lateFee(loan: Loan, tool: Tool, now = new Date()): Fee | null {
  const days = daysBetween(loan.dueAt, loan.returnedAt ?? now);
  if (days === 0) {
    return null;
  }
  return { text: `${tool.label}, ${days} days late`, amountCents: Math.round(days * tool.dailyCents * LATE_FACTOR) };
}

export function renewalFee({ renewals }: Loan): Fee | null {
  const paid = renewals - FREE_RENEWALS;
  return paid > 0 ? { text: `${paid} renewals`, amountCents: paid * 100 } : null;
}

export function damageFee(loan: Loan, tool: Tool): Fee | null {
  if (!loan.damage) {
    return null;
  }
  const share = tool.condition === 'NEW' ? 0.5 : tool.condition === 'GOOD' ? 0.3 : 0.1;
  return { text: `damage: ${loan.damage.trim()}`, amountCents: percentage(tool.valueCents, share) };
}

export function deposit(tool: Tool & { category: Category }): number {
  return percentage(tool.valueCents, tool.category.depositRate);
}

export function feesOf(loan: Loan & { tool: Tool }, now = new Date()): Fee[] {
  const { tool } = loan;
  const fees = [rentalFee(loan, tool), lateFee(loan, tool, now), renewalFee(loan), damageFee(loan, tool)];
  return fees.filter((fee): fee is Fee => fee !== null);
}

export function total(fees: Fee[]): number {
  return sum(fees.map(({ amountCents }) => amountCents));
}

const DAY = 24 * 60 * 60 * 1000;

export function addDays(date: Date, days: number): Date {
  return new Date(date.getTime() + days * DAY);
}

export function daysBetween(from: Date, until: Date): number {
  return Math.max(0, Math.ceil((until.getTime() - from.getTime()) / DAY));
}

export function isPast(date: Date, now = new Date()): boolean {
  return date.getTime() < now.getTime();
}

export function isoDay(date: Date): string {
  return date.toISOString().slice(0, 10);
}

export interface Period {
  fromDay: Date;
  untilDay: Date;
}

export function overlaps(left: Period, right: Period): boolean {
  return left.fromDay < right.untilDay && right.fromDay < left.untilDay;
}

export function monthOf(date: Date): Period {
  const fromDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1));
  const untilDay = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1));
  return { fromDay, untilDay };
}

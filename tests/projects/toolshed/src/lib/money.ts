export interface Money {
  cents: number;
  currency: 'EUR' | 'CHF';
}

export const euro = (cents: number): Money => ({ cents, currency: 'EUR' });

export function format({ cents, currency }: Money): string {
  const sign = cents < 0 ? '-' : '';
  const whole = Math.floor(Math.abs(cents) / 100);
  const rest = String(Math.abs(cents) % 100).padStart(2, '0');
  return `${sign}${whole}.${rest} ${currency}`;
}

export function sum(amounts: number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

export function percentage(cents: number, rate: number): number {
  return Math.round(cents * rate);
}

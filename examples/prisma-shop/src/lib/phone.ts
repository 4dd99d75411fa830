/** `0171 234 56 78` and `+49 171 2345678` are the same number. */
export function normalizePhone(phone: string, countryCode = '49'): string {
  const digits = phone.replace(/[^\d+]/g, '');
  return digits.startsWith('+') ? digits : `+${countryCode}${digits.replace(/^0+/, '')}`;
}

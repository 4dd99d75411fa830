export interface Column<T> {
  title: string;
  value: (row: T) => string | number | boolean | Date | null | undefined;
}

export function toCsv<T>(rows: readonly T[], columns: Column<T>[]): string {
  const head = columns.map((column) => quote(column.title)).join(',');
  const body = rows.map((row) => columns.map((column) => quote(text(column.value(row)))).join(','));
  return [head, ...body].join('\r\n');
}

function text(value: string | number | boolean | Date | null | undefined): string {
  if (value === null || value === undefined) {
    return '';
  }
  return value instanceof Date ? value.toISOString() : String(value);
}

function quote(value: string): string {
  return /[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value;
}

export function parseCsv(source: string): Record<string, string>[] {
  const [head, ...lines] = source.split(/\r?\n/).filter((line) => line.trim() !== '');
  const titles = (head ?? '').split(',').map((title) => title.trim());
  return lines.map((line) => {
    const cells = line.split(',');
    return Object.fromEntries(titles.map((title, index) => [title, cells[index]?.trim() ?? '']));
  });
}

import { Condition, type Prisma, type PrismaClient, type Tool } from '@prisma/client';
import { parseCsv } from '../../lib/csv';
import { partition } from '../../lib/collections';

interface Line {
  barcode: string;
  label: string;
  daily: number;
  value: number;
  weight: number | null;
}

export interface Outcome {
  created: string[];
  changed: string[];
  missing: Pick<Tool, 'id' | 'barcode' | 'label'>[];
}

export function readInventory(source: string): Line[] {
  return parseCsv(source).map((cells) => ({
    barcode: cells.barcode ?? '',
    label: cells.label ?? '',
    daily: Math.round(Number(cells.daily) * 100),
    value: Math.round(Number(cells.value) * 100),
    weight: cells.weight ? Number(cells.weight) : null,
  }));
}

export async function takeInventory(db: PrismaClient, branchId: number, categoryId: number, source: string): Promise<Outcome> {
  const lines = readInventory(source);
  const known = await db.tool.findMany({ where: { branchId, retired: false } });
  const byBarcode = new Map(known.map((tool) => [tool.barcode, tool]));
  const [old, fresh] = partition(lines, (line) => byBarcode.has(line.barcode));

  await db.tool.createMany({
    data: fresh.map((line) => ({
      barcode: line.barcode,
      label: line.label,
      dailyCents: line.daily,
      valueCents: line.value,
      weightGrams: line.weight,
      condition: Condition.NEW,
      branchId,
      categoryId,
    })),
    skipDuplicates: true,
  });

  const changed: string[] = [];
  for (const line of old) {
    const tool = byBarcode.get(line.barcode)!;
    const data = difference(tool, line);
    if (Object.keys(data).length > 0) {
      await db.tool.update({ where: { id: tool.id }, data });
      changed.push(tool.label);
    }
  }

  const seen = new Set(lines.map((line) => line.barcode));
  const missing = known.filter((tool) => !seen.has(tool.barcode)).map(({ id, barcode, label }) => ({ id, barcode, label }));
  return { created: fresh.map((line) => line.label), changed, missing };
}

function difference(tool: Tool, line: Line): Prisma.ToolUpdateInput {
  const data: Prisma.ToolUpdateInput = {};
  if (tool.label !== line.label) {
    data.label = line.label;
  }
  if (tool.dailyCents !== line.daily) {
    data.dailyCents = line.daily;
  }
  if (tool.valueCents !== line.value) {
    data.valueCents = line.value;
  }
  if (line.weight !== null && tool.weightGrams !== line.weight) {
    data['weightGrams'] = line.weight;
  }
  return data;
}

export function worth(tools: readonly Tool[]): Record<Condition, number> {
  const start: Record<Condition, number> = { NEW: 0, GOOD: 0, WORN: 0, BROKEN: 0 };
  return tools.reduce((totals, tool) => ({ ...totals, [tool.condition]: totals[tool.condition] + tool.valueCents }), start);
}

export function oldest(tools: Tool[]): Tool | undefined {
  const dated = tools.filter((tool) => tool.purchasedAt !== null);
  dated.sort((a, b) => a.purchasedAt!.getTime() - b.purchasedAt!.getTime());
  return dated[0];
}

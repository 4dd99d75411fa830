import type { Branch, Prisma, PrismaClient, Tool } from '@prisma/client';

/** What a label printer needs: whatever has these members can be printed. */
export interface Printable {
  barcode: string;
  label: string;
}

interface Place {
  street: string;
  postalCode: string;
  city: string;
}

export function sticker({ barcode, label }: Printable): string {
  return `${barcode.padStart(12, '0')} ${label.slice(0, 20)}`;
}

export function envelope(name: string, place: Place): string {
  return [name, place.street, `${place.postalCode} ${place.city}`].join('\n');
}

function heavy(thing: { weightGrams: number | null }, limit = 5_000): boolean {
  return (thing.weightGrams ?? 0) > limit;
}

export class Labels {
  constructor(private readonly db: PrismaClient) {}

  async ofBranch(branchId: number): Promise<string[]> {
    const tools = await this.db.tool.findMany({ where: { branchId, retired: false }, orderBy: { barcode: 'asc' } });
    return tools.filter((tool) => !heavy(tool)).map((tool) => sticker(tool));
  }

  async one(barcode: string): Promise<string | null> {
    const tool = await this.db.tool.findUnique({ where: { barcode }, select: { barcode: true, label: true, branch: true } });
    return tool && `${sticker(tool)}\n${envelope(tool.branch.name, tool.branch)}`;
  }
}

export async function relabel(db: PrismaClient, tool: Tool, form: FormData): Promise<Tool> {
  const label = String(form.get('label') ?? tool.label);
  const maker = form.get('maker');
  const data: Prisma.ToolUpdateInput = { label };
  if (typeof maker === 'string') {
    data.maker = maker === '' ? null : maker;
  }
  return db.tool.update({ where: { barcode: tool.barcode }, data });
}

export const home = (branch: Branch | null): string => (branch ? envelope(branch.name, branch) : 'no branch');

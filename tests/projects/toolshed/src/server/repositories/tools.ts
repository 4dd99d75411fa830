import { Condition, type Prisma, type Tool } from '@prisma/client';
import { Repository } from './base';

const detail = {
  category: true,
  branch: { select: { id: true, name: true, city: true } },
  tags: { select: { word: true, color: true } },
  _count: { select: { loans: true, reservations: true } },
} satisfies Prisma.ToolInclude;

export type ToolDetail = Prisma.ToolGetPayload<{ include: typeof detail }>;

export interface ToolFilter {
  term?: string;
  categorySlug?: string;
  branchId?: number;
  maxDailyCents?: number;
  conditions?: Condition[];
  tag?: string;
}

export class ToolRepository extends Repository<Tool, Prisma.ToolWhereInput, Prisma.ToolUncheckedCreateInput> {
  protected readonly what = 'tool';

  findFirst(where: Prisma.ToolWhereInput) {
    return this.db.tool.findFirst({ where });
  }

  findMany(where: Prisma.ToolWhereInput) {
    return this.db.tool.findMany({ where, orderBy: [{ label: 'asc' }, { id: 'asc' }] });
  }

  create(data: Prisma.ToolUncheckedCreateInput) {
    return this.db.tool.create({ data });
  }

  detail(id: number): Promise<ToolDetail | null> {
    return this.db.tool.findUnique({ where: { id }, include: detail });
  }

  byBarcode(barcode: string) {
    return this.db.tool.findUnique({ where: { barcode } });
  }

  list(filter: ToolFilter, page = 1, size = 20) {
    const where = toWhere(filter);
    return Promise.all([
      this.db.tool.findMany({ where, include: detail, skip: (page - 1) * size, take: size, orderBy: { label: 'asc' } }),
      this.db.tool.count({ where }),
    ]);
  }

  async retire(id: number, condition: Condition = Condition.BROKEN) {
    return this.db.tool.update({ where: { id }, data: { retired: true, condition, tags: { set: [] } } });
  }

  async average() {
    const { _avg, _max, _min } = await this.db.tool.aggregate({
      _avg: { dailyCents: true, valueCents: true },
      _max: { dailyCents: true },
      _min: { purchasedAt: true },
      where: { retired: false },
    });
    return { daily: _avg.dailyCents ?? 0, value: _avg.valueCents ?? 0, dearest: _max.dailyCents, oldest: _min.purchasedAt };
  }
}

export function toWhere(filter: ToolFilter): Prisma.ToolWhereInput {
  const where: Prisma.ToolWhereInput = { retired: false };
  const and: Prisma.ToolWhereInput[] = [];
  if (filter.term) {
    and.push({
      OR: [
        { label: { contains: filter.term, mode: 'insensitive' } },
        { maker: { contains: filter.term, mode: 'insensitive' } },
        { barcode: { startsWith: filter.term } },
      ],
    });
  }
  if (filter.categorySlug) {
    where.category = { slug: filter.categorySlug };
  }
  if (filter.branchId) {
    where.branchId = filter.branchId;
  }
  if (filter.maxDailyCents !== undefined) {
    and.push({ dailyCents: { lte: filter.maxDailyCents } });
  }
  if (filter.conditions?.length) {
    where.condition = { in: filter.conditions };
  }
  if (filter.tag) {
    where.tags = { some: { word: filter.tag } };
  }
  return { ...where, AND: and };
}

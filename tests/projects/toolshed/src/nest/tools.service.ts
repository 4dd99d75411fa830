import { Inject, Injectable } from '@nestjs/common';
import { Condition, type Prisma, type Tool } from '@prisma/client';
import { DatabaseService } from './database.service';
import { Settings } from './settings';

export interface ToolInput extends Pick<Tool, 'barcode' | 'label' | 'dailyCents' | 'valueCents'> {
  maker?: Tool['maker'];
  weightGrams?: Tool['weightGrams'];
  branchId: number;
  categoryId: number;
}

export interface Valuation {
  toolId: number;
  label: string;
  todayCents: number;
}

const LOSS: Record<Condition, number> = { NEW: 0, GOOD: 0.2, WORN: 0.5, BROKEN: 0.9 };

@Injectable()
export class ToolsService {
  constructor(
    private readonly database: DatabaseService,
    @Inject(Settings) private readonly settings: Settings,
  ) {}

  shelf(branchId: number) {
    return this.database.tool.findMany({
      where: { branchId, retired: false },
      include: { category: true, tags: true },
      orderBy: [{ category: { title: 'asc' } }, { label: 'asc' }],
    });
  }

  async labels(branchId: number): Promise<string[]> {
    const tools = await this.shelf(branchId);
    return tools.map(({ label, category, tags }) => `${category.title}: ${label} ${tags.map((tag) => tag.word).join(' ')}`);
  }

  add({ barcode, label, dailyCents, valueCents, maker = null, weightGrams = null, branchId, categoryId }: ToolInput) {
    const data: Prisma.ToolUncheckedCreateInput = { barcode, label, dailyCents, valueCents, branchId, categoryId };
    return this.database.tool.create({ data: { ...data, maker, weightGrams } });
  }

  async addMany(inputs: ToolInput[]) {
    const data = inputs.map((input) => ({
      barcode: input.barcode.trim(),
      label: input.label,
      dailyCents: input.dailyCents,
      valueCents: input.valueCents,
      branchId: input.branchId,
      categoryId: input.categoryId,
    }));
    const { count } = await this.database.tool.createMany({ data, skipDuplicates: true });
    return count;
  }

  async inspect(barcode: string, condition: Condition) {
    const tool = await this.database.tool.findUniqueOrThrow({ where: { barcode } });
    const retired = condition === Condition.BROKEN && tool.valueCents < this.settings.repairLimitCents;
    return this.database.tool.update({ where: { id: tool.id }, data: { condition, retired: retired || tool.retired } });
  }

  async valuations(): Promise<Valuation[]> {
    const tools = await this.database.tool.findMany({
      select: { id: true, label: true, valueCents: true, condition: true, purchasedAt: true },
    });
    return tools.map((tool) => ({ toolId: tool.id, label: tool.label, todayCents: this.today(tool) }));
  }

  private today(tool: Pick<Tool, 'valueCents' | 'condition' | 'purchasedAt'>): number {
    const years = tool.purchasedAt ? new Date().getFullYear() - tool.purchasedAt.getFullYear() : 5;
    const worn = tool.valueCents * (1 - LOSS[tool.condition]);
    return Math.round(worn * Math.max(0, 1 - years * this.settings.yearlyLoss));
  }

  async heaviest(limit: number) {
    const tools = await this.database.tool.findMany({ where: { weightGrams: { not: null } }, orderBy: { weightGrams: 'desc' }, take: limit });
    const total = tools.reduce((sum, tool) => sum + (tool.weightGrams ?? 0), 0);
    return { total, names: tools.map((tool) => tool.maker?.concat(' ', tool.label) ?? tool.label) };
  }

  async byMaker(): Promise<Map<string, Tool[]>> {
    const groups = new Map<string, Tool[]>();
    for (const tool of await this.database.tool.findMany()) {
      const maker = tool.maker ?? 'unknown';
      groups.set(maker, [...(groups.get(maker) ?? []), tool]);
    }
    return groups;
  }

  async retag(toolId: number, words: string[], color = 'green') {
    return this.database.$transaction(async (tx) => {
      const tags = await Promise.all(
        words.map((word) => tx.tag.upsert({ where: { word }, create: { word, color }, update: { color } })),
      );
      const tool = await tx.tool.update({
        where: { id: toolId },
        data: { tags: { set: tags.map(({ id }) => ({ id })) } },
        include: { tags: { orderBy: { word: 'asc' } } },
      });
      return { label: tool.label, tags: tool.tags.map(({ word, color }) => ({ word, color })) };
    });
  }
}

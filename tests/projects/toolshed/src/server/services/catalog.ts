import type { Branch, Category, PrismaClient, Tag } from '@prisma/client';
import { Cache } from '../../lib/cache';
import { keyBy, paged, sortBy, type Page } from '../../lib/collections';
import { euro, format } from '../../lib/money';
import { ToolRepository, type ToolDetail, type ToolFilter } from '../repositories/tools';

export interface ToolCard {
  id: number;
  title: string;
  price: string;
  where: string;
  tags: string[];
  lentOften: boolean;
}

export function toCard(tool: ToolDetail): ToolCard {
  return {
    id: tool.id,
    title: tool.maker ? `${tool.maker} ${tool.label}` : tool.label,
    price: format(euro(tool.dailyCents)),
    where: `${tool.branch.name}, ${tool.branch.city}`,
    tags: tool.tags.map((tag) => tag.word),
    lentOften: tool._count.loans > 10,
  };
}

export class Catalog {
  private readonly tools: ToolRepository;
  private readonly categories = new Cache<string, Category[]>(60_000);
  private readonly branches = new Cache<number, Branch | null>(60_000);

  constructor(private readonly db: PrismaClient) {
    this.tools = new ToolRepository(db);
  }

  async search(filter: ToolFilter, page: number): Promise<Page<ToolCard>> {
    const [tools, count] = await this.tools.list(filter, page);
    return paged(tools.map(toCard), count, page, 20);
  }

  allCategories(): Promise<Category[]> {
    return this.categories.through('all', () => this.db.category.findMany({ orderBy: { title: 'asc' } }));
  }

  async menu() {
    const categories = await this.allCategories();
    const counts = await this.db.tool.groupBy({ by: ['categoryId'], where: { retired: false }, _count: true });
    const byId = keyBy(counts, (count) => count.categoryId);
    const entries = categories.map(({ id, slug, title, description }) => ({
      href: `/categories/${slug}`,
      title,
      hint: description ?? '',
      tools: byId.get(id)?._count ?? 0,
    }));
    return sortBy(entries, (entry) => -entry.tools);
  }

  async branch(id: number): Promise<string> {
    const branch = await this.branches.through(id, (key) => this.db.branch.findUnique({ where: { id: key } }));
    return branch ? address(branch) : 'unknown branch';
  }

  async open(hour: number) {
    const branches = await this.db.branch.findMany({ where: { opensAt: { lte: hour }, closesAt: { gt: hour } } });
    return branches.map((branch) => `${branch.name} (until ${branch.closesAt}:00)`);
  }

  async cloud(): Promise<{ word: string; color: string; size: number }[]> {
    const tags = await this.db.tag.findMany({ include: { _count: { select: { tools: true } } } });
    return tags.map(({ word, color, _count }) => ({ word, color, size: _count.tools }));
  }

  async tag(toolId: number, words: string[]): Promise<Tag[]> {
    const tool = await this.db.tool.update({
      where: { id: toolId },
      data: { tags: { connectOrCreate: words.map((word) => ({ where: { word }, create: { word, color: 'blue' } })) } },
      include: { tags: true },
    });
    return tool.tags.filter((tag) => words.includes(tag.word));
  }
}

export function address({ name, street, postalCode, city }: Branch): string {
  return [name, street, `${postalCode} ${city}`].join('\n');
}

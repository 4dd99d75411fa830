import { Condition } from '@prisma/client';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { Catalog } from '../services/catalog';
import { deposit } from '../services/fees';
import { ToolRepository } from '../repositories/tools';
import { authed, open, router } from '../trpc';

const filter = z.object({
  term: z.string().optional(),
  categorySlug: z.string().optional(),
  branchId: z.number().optional(),
  maxDailyCents: z.number().optional(),
  conditions: z.array(z.nativeEnum(Condition)).optional(),
  tag: z.string().optional(),
});

export const toolsRouter = router({
  search: open.input(filter.extend({ page: z.number().default(1) })).query(({ ctx, input: { page, ...rest } }) => {
    return new Catalog(ctx.db).search(rest, page);
  }),

  byId: open.input(z.object({ id: z.number() })).query(async ({ ctx, input }) => {
    const tool = await ctx.db.tool.findUnique({
      where: { id: input.id },
      include: {
        category: true,
        branch: true,
        tags: true,
        remarks: { where: { pinned: true }, orderBy: { writtenAt: 'desc' }, take: 3 },
      },
    });
    if (!tool) {
      throw new TRPCError({ code: 'NOT_FOUND' });
    }
    return { ...tool, depositCents: deposit(tool), heavy: (tool.weightGrams ?? 0) > 10_000 };
  }),

  detail: open.input(z.number()).query(({ ctx, input }) => new ToolRepository(ctx.db).detail(input)),

  categories: open.query(({ ctx }) => ctx.db.category.findMany({ orderBy: { title: 'asc' } })),

  add: authed
    .input(
      z.object({
        barcode: z.string(),
        label: z.string(),
        maker: z.string().optional(),
        dailyCents: z.number(),
        valueCents: z.number(),
        weightGrams: z.number().optional(),
        branchId: z.number(),
        categorySlug: z.string(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const { categorySlug, ...tool } = input;
      const category = await ctx.db.category.findUniqueOrThrow({ where: { slug: categorySlug } });
      return new ToolRepository(ctx.db).create({ ...tool, categoryId: category.id, purchasedAt: new Date() });
    }),

  retire: authed.input(z.number()).mutation(async ({ ctx, input }) => {
    const tool = await new ToolRepository(ctx.db).retire(input);
    return `${tool.label} (${tool.barcode}) is retired in condition ${tool.condition}`;
  }),

  tag: authed.input(z.object({ id: z.number(), words: z.array(z.string()) })).mutation(({ ctx, input }) => {
    return new Catalog(ctx.db).tag(input.id, input.words);
  }),
});

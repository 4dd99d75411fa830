import { Prisma } from '@prisma/client';
import { db } from '../server/db';
import { everybody } from '../fixtures/fakes';

const branches = [
  { name: 'North', street: 'Mill Lane 3', city: 'Bern', postalCode: '3012', opensAt: 9, closesAt: 18 },
  { name: 'South', street: 'Station Road 1', city: 'Thun', postalCode: '3600', opensAt: 10, closesAt: 17 },
] satisfies Prisma.BranchCreateManyInput[];

const categories: Prisma.CategoryCreateInput[] = [
  { slug: 'saws', title: 'Saws', depositRate: 0.3, tools: { create: [] } },
  { slug: 'garden', title: 'Garden', description: 'Everything that grows' },
];

async function main() {
  await db.branch.createMany({ data: branches });
  for (const category of categories) {
    await db.category.upsert({ where: { slug: category.slug }, create: category, update: { title: category.title } });
  }
  const { count } = await db.member.createMany({ data: everybody, skipDuplicates: true });
  const saws = await db.category.findUniqueOrThrow({ where: { slug: 'saws' } });
  const tool = Prisma.validator<Prisma.ToolUncheckedCreateInput>()({
    barcode: 'T-100',
    label: 'Chain saw',
    dailyCents: 900,
    valueCents: 40_000,
    branchId: 1,
    categoryId: saws.id,
  });
  await db.tool.create({ data: { ...tool, condition: 'NEW', tags: undefined } as Prisma.ToolUncheckedCreateInput });
  console.log(`${count} members, ${saws.title}`);
}

main().finally(() => db.$disconnect());

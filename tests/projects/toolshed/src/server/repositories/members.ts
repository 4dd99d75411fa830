import type { Member, Prisma } from '@prisma/client';
import { MemberStatus } from '@prisma/client';
import { Repository } from './base';

export const memberCard = {
  id: true,
  fullName: true,
  nickname: true,
  status: true,
} satisfies Prisma.MemberSelect;

export type MemberCard = Prisma.MemberGetPayload<{ select: typeof memberCard }>;
export type MemberWithBranch = Prisma.MemberGetPayload<{ include: { branch: true } }>;

export class MemberRepository extends Repository<Member, Prisma.MemberWhereInput, Prisma.MemberUncheckedCreateInput> {
  protected readonly what = 'member';

  findFirst(where: Prisma.MemberWhereInput) {
    return this.db.member.findFirst({ where });
  }

  findMany(where: Prisma.MemberWhereInput) {
    return this.db.member.findMany({ where, orderBy: { fullName: 'asc' } });
  }

  create(data: Prisma.MemberUncheckedCreateInput) {
    return this.db.member.create({ data: { ...data, email: data.email.toLowerCase() } });
  }

  cards(where: Prisma.MemberWhereInput = {}): Promise<MemberCard[]> {
    return this.db.member.findMany({ where, select: memberCard });
  }

  withBranch(id: number): Promise<MemberWithBranch | null> {
    return this.db.member.findUnique({ where: { id }, include: { branch: true } });
  }

  search(term: string, args: Omit<Prisma.MemberFindManyArgs, 'where'> = {}) {
    const contains = { contains: term, mode: 'insensitive' as const };
    return this.db.member.findMany({
      ...args,
      where: {
        OR: [{ fullName: contains }, { nickname: contains }, { email: contains }],
        status: { not: MemberStatus.LEFT },
      },
    });
  }

  async changeStatus(id: number, status: MemberStatus) {
    const data: Prisma.MemberUpdateInput = { status };
    if (status === 'LEFT') {
      data.newsletter = false;
      data.phone = null;
    }
    return this.db.member.update({ where: { id }, data });
  }

  addCredit(id: number, cents: number) {
    return this.db.member.update({ where: { id }, data: { creditCents: { increment: cents } } });
  }

  async statistics() {
    const groups = await this.db.member.groupBy({
      by: ['status', 'branchId'],
      _count: { _all: true },
      _sum: { creditCents: true },
    });
    return groups.map((group) => ({
      status: group.status,
      branch: group.branchId,
      members: group._count._all,
      credit: group._sum.creditCents ?? 0,
    }));
  }
}

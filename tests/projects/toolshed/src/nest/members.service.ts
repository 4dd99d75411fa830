import { Injectable, NotFoundException } from '@nestjs/common';
import type { Member, Prisma } from '@prisma/client';
import { DatabaseService } from './database.service';
import {
  fileArgs,
  type ChangeMember,
  type MemberFile,
  type MemberFilter,
  type MemberOrder,
  type MemberWithFile,
  type RegisterMember,
} from './members.dto';

const BIRTHDAY_CREDIT = 500;

@Injectable()
export class MembersService {
  constructor(private readonly database: DatabaseService) {}

  async findAll(filter: MemberFilter, order: MemberOrder = 'fullName', page = 0): Promise<Member[]> {
    return this.database.member.findMany({
      where: this.where(filter),
      orderBy: { [order]: 'asc' },
      skip: page * 50,
      take: 50,
    });
  }

  private where({ term, ...filter }: MemberFilter): Prisma.MemberWhereInput {
    const where: Prisma.MemberWhereInput = { ...filter };
    if (term) {
      where.OR = [{ fullName: { contains: term } }, { email: { startsWith: term } }, { nickname: term }];
    }
    return where;
  }

  async findOne(where: Prisma.MemberWhereUniqueInput): Promise<Member> {
    const member = await this.database.member.findUnique({ where });
    if (!member) {
      throw new NotFoundException('there is no such member');
    }
    return member;
  }

  async file(id: number): Promise<MemberFile> {
    const found = await this.database.member.findUniqueOrThrow({ where: { id }, ...fileArgs });
    return toFile(found);
  }

  async register(input: RegisterMember): Promise<Member> {
    const { email, fullName, nickname, branchId, newsletter = false } = input;
    const known = await this.database.member.findUnique({ where: { email }, select: { id: true, status: true } });
    if (known?.status === 'LEFT') {
      return this.database.member.update({ where: { id: known.id }, data: { status: 'ACTIVE', fullName, newsletter } });
    }
    return this.database.member.create({
      data: { email, fullName, nickname, newsletter, branch: { connect: { id: branchId } } },
    });
  }

  async change(id: number, input: ChangeMember): Promise<Member> {
    const data: Prisma.MemberUpdateInput = { nickname: input.nickname, phone: input.phone };
    if (input.newsletter !== undefined) {
      data.newsletter = input.newsletter;
    }
    if (input.status) {
      data.status = input.status;
    }
    return this.database.member.update({ where: { id }, data });
  }

  async reward(id: number): Promise<number> {
    const { creditCents } = await this.database.member.update({
      where: { id },
      data: { creditCents: { increment: BIRTHDAY_CREDIT } },
      select: { creditCents: true },
    });
    return creditCents;
  }

  async debtors(): Promise<{ name: string; owes: number }[]> {
    const members = await this.database.member.findMany({
      where: { creditCents: { lt: 0 } },
      select: { fullName: true, nickname: true, creditCents: true },
      orderBy: { creditCents: 'asc' },
    });
    return members.map(({ fullName, nickname, creditCents }) => ({ name: nickname ?? fullName, owes: -creditCents }));
  }

  async mailingList(): Promise<string[]> {
    const members = await this.findAll({ newsletter: true, status: 'ACTIVE' });
    return members.filter((member) => member.email.includes('@')).map((member) => `${member.fullName} <${member.email}>`);
  }
}

export function toFile({ branch, reservations, ...member }: MemberWithFile): MemberFile {
  return { member, branch, reservations: reservations.filter(({ untilDay }) => untilDay > new Date()) };
}

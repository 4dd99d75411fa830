import type { Member, Prisma } from '@prisma/client';
import { db } from '../server/db';

type Personal = keyof Pick<Member, 'email' | 'fullName' | 'nickname' | 'phone'>;

const replacements: Record<Personal, (member: Member) => string | null> = {
  email: (member) => `member-${member.id}@invalid.example`,
  fullName: ({ id }) => `Member ${id}`,
  nickname: () => null,
  phone: () => null,
};

export function anonymous(member: Member): Prisma.MemberUpdateInput {
  return {
    email: replacements.email(member) ?? undefined,
    fullName: replacements.fullName(member) ?? undefined,
    nickname: replacements.nickname(member),
    phone: replacements.phone(member),
    newsletter: false,
  };
}

export async function anonymizeLeft(): Promise<number> {
  const members = await db.member.findMany({ where: { status: 'LEFT', email: { not: { endsWith: 'invalid.example' } } } });
  const changes = members.map((member) => db.member.update({ where: { id: member.id }, data: anonymous(member) }));
  const changed = await db.$transaction(changes);
  const left = new Set(changed.map((member) => member.email));
  await db.remark.updateMany({ where: { member: { status: 'LEFT' }, pinned: false }, data: { body: '' } });
  return left.size;
}

import type { Branch, Member, MemberStatus, Prisma, Reservation } from '@prisma/client';

export class RegisterMember {
  email!: string;
  fullName!: string;
  nickname?: string;
  branchId!: number;
  newsletter?: boolean;
}

export class ChangeMember {
  nickname?: string | null;
  phone?: string | null;
  newsletter?: boolean;
  status?: MemberStatus;
}

export class MemberView implements Pick<Member, 'id' | 'fullName' | 'status'> {
  readonly id: number;
  readonly fullName: string;
  readonly status: MemberStatus;
  readonly contact: string;
  readonly since: string;

  constructor(member: Member) {
    this.id = member.id;
    this.fullName = member.fullName;
    this.status = member.status;
    this.contact = member.phone ?? member.email;
    this.since = member.joinedAt.toISOString();
  }
}

export interface MemberFile {
  member: Member;
  branch: Pick<Branch, 'name' | 'city' | 'opensAt' | 'closesAt'>;
  reservations: Pick<Reservation, 'toolId' | 'fromDay' | 'untilDay' | 'purpose'>[];
}

export type MemberFilter = Partial<Pick<Member, 'status' | 'branchId' | 'newsletter'>> & { term?: string };

export type MemberOrder = keyof Pick<Member, 'fullName' | 'joinedAt' | 'creditCents'>;

export const fileArgs = {
  include: {
    branch: { select: { name: true, city: true, opensAt: true, closesAt: true } },
    reservations: { select: { toolId: true, fromDay: true, untilDay: true, purpose: true } },
  },
} satisfies Prisma.MemberDefaultArgs;

export type MemberWithFile = Prisma.MemberGetPayload<typeof fileArgs>;

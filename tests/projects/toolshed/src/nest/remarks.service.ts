import { Injectable } from '@nestjs/common';
import type { Member, Remark, Tool } from '@prisma/client';
import { DatabaseService } from './database.service';

export interface RemarkView {
  by: string;
  about: string | null;
  body: string;
  at: Date;
}

@Injectable()
export class RemarksService {
  constructor(private readonly database: DatabaseService) {}

  async write(member: Pick<Member, 'id'>, body: string, tool: Pick<Tool, 'id'> | null = null): Promise<Remark> {
    return this.database.remark.create({ data: { body: body.trim(), memberId: member.id, toolId: tool?.id ?? null } });
  }

  async pin(id: number, pinned = true) {
    await this.database.remark.update({ where: { id }, data: { pinned } });
  }

  async latest(limit: number): Promise<RemarkView[]> {
    const remarks = await this.database.remark.findMany({
      orderBy: [{ pinned: 'desc' }, { writtenAt: 'desc' }],
      take: limit,
      include: { member: true, tool: true },
    });
    return remarks.map((remark) => view(remark, remark.member, remark.tool));
  }

  async search(word: string): Promise<string[]> {
    const remarks = await this.database.remark.findMany({ where: { body: { contains: word, mode: 'insensitive' } } });
    return remarks.map(({ body }) => body.slice(0, 80));
  }
}

export function view(remark: Remark, member: Member, tool: Tool | null): RemarkView {
  return { by: member.nickname ?? member.fullName, about: tool?.label ?? null, body: remark.body, at: remark.writtenAt };
}

import { Body, Controller, Get, Param, ParseIntPipe, Patch, Post, Query } from '@nestjs/common';
import type { Member } from '@prisma/client';
import { ChangeMember, MemberView, RegisterMember } from './members.dto';
import { MembersService } from './members.service';

@Controller('members')
export class MembersController {
  constructor(private readonly members: MembersService) {}

  @Get()
  async list(@Query('term') term?: string): Promise<MemberView[]> {
    const members = await this.members.findAll({ term }, 'joinedAt');
    return members.map((member) => new MemberView(member));
  }

  @Get('by-mail/:email')
  async byMail(@Param('email') email: string): Promise<MemberView> {
    return new MemberView(await this.members.findOne({ email }));
  }

  @Get(':id')
  async one(@Param('id', ParseIntPipe) id: number) {
    const { member, branch, reservations } = await this.members.file(id);
    return {
      ...new MemberView(member),
      branch: `${branch.name}, ${branch.city} (${branch.opensAt} to ${branch.closesAt})`,
      reservations: reservations.map(({ fromDay, purpose }) => `${fromDay.toDateString()}: ${purpose ?? 'no purpose'}`),
    };
  }

  @Post()
  async register(@Body() input: RegisterMember): Promise<MemberView> {
    const member = await this.members.register(input);
    return new MemberView(member);
  }

  @Patch(':id')
  async change(@Param('id', ParseIntPipe) id: number, @Body() input: ChangeMember) {
    const before = await this.members.findOne({ id });
    const after = await this.members.change(id, input);
    return { member: new MemberView(after), changed: changed(before, after) };
  }
}

/** The names of what differs. */
export function changed(before: Member, after: Member): (keyof Member)[] {
  const watched: (keyof Member)[] = ['nickname', 'phone', 'status', 'newsletter'];
  return watched.filter((name) => before[name] !== after[name]);
}

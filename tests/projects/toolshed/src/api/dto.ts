import type { Branch, Loan, Member, Prisma, Tool } from '@prisma/client';

/** What leaves the house: no internal numbers, no money. */
export interface PublicTool extends Pick<Tool, 'barcode' | 'label' | 'maker'> {
  available: boolean;
  place: Branch['city'];
}

export interface PublicMember {
  name: Member['fullName'];
  since: string;
}

export type LoanDto = Omit<Loan, 'damage' | 'renewals'> & { tool: PublicTool };

export type ToolRow = Prisma.ToolGetPayload<{
  select: { barcode: true; label: true; maker: true; retired: true; branch: { select: { city: true } } };
}>;

export const toolColumns: (keyof Tool)[] = ['barcode', 'label', 'maker', 'condition', 'dailyCents'];

export function publicTool(tool: ToolRow): PublicTool {
  const { barcode, label, maker, retired, branch } = tool;
  return { barcode, label, maker, available: !retired, place: branch.city };
}

export function publicMember({ fullName, joinedAt }: Pick<Member, 'fullName' | 'joinedAt'>): PublicMember {
  return { name: fullName, since: joinedAt.toDateString() };
}

export function loanDto({ damage: _damage, renewals: _renewals, ...loan }: Loan, tool: ToolRow): LoanDto {
  return { ...loan, tool: publicTool(tool) };
}

export function pick<K extends keyof Tool>(tool: Tool, keys: K[]): Pick<Tool, K> {
  const picked = {} as Pick<Tool, K>;
  for (const key of keys) {
    picked[key] = tool[key];
  }
  return picked;
}

export const short = (tool: Tool) => pick(tool, ['label', 'barcode']);

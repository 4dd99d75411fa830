import { Prisma, type PrismaClient, type Reservation } from '@prisma/client';
import { failed, groupBy, ok, type Result } from '../../lib/collections';
import { isoDay, overlaps, type Period } from '../../lib/dates';

type Wish = Omit<Prisma.ReservationUncheckedCreateInput, 'createdAt'>;

export class ReservationService {
  constructor(private readonly db: PrismaClient) {}

  async reserve(wish: Wish): Promise<Result<Reservation>> {
    const period: Period = { fromDay: new Date(wish.fromDay), untilDay: new Date(wish.untilDay) };
    if (period.untilDay <= period.fromDay) {
      return failed('the period is empty');
    }
    const others = await this.db.reservation.findMany({ where: { toolId: wish.toolId, NOT: { memberId: wish.memberId } } });
    const clash = others.find((other) => overlaps(other, period));
    if (clash) {
      return failed(`reserved from ${isoDay(clash.fromDay)} until ${isoDay(clash.untilDay)}`);
    }
    const reservation = await this.db.reservation.upsert({
      where: { memberId_toolId: { memberId: wish.memberId, toolId: wish.toolId } },
      create: wish,
      update: { fromDay: wish.fromDay, untilDay: wish.untilDay, purpose: wish.purpose ?? null },
    });
    return ok(reservation);
  }

  cancel(memberId: number, toolId: number) {
    return this.db.reservation.delete({ where: { memberId_toolId: { memberId, toolId } } });
  }

  async calendar(branchId: number, period: Period) {
    const rows = await this.db.reservation.findMany({
      where: { tool: { branchId }, fromDay: { lt: period.untilDay }, untilDay: { gt: period.fromDay } },
      include: { tool: { select: { label: true, barcode: true } }, member: { select: { fullName: true } } },
      orderBy: [{ fromDay: 'asc' }, { createdAt: 'asc' }],
    });
    const days = groupBy(rows, (row) => isoDay(row.fromDay));
    return [...days].map(([day, reservations]) => ({
      day,
      entries: reservations.map(({ tool, member, purpose, untilDay }) => ({
        tool: tool.label,
        barcode: tool.barcode,
        member: member.fullName,
        purpose: purpose ?? '',
        until: isoDay(untilDay),
      })),
    }));
  }

  async forget(before: Date): Promise<number> {
    try {
      const { count } = await this.db.reservation.deleteMany({ where: { untilDay: { lt: before } } });
      return count;
    } catch (error) {
      if (error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2025') {
        return 0;
      }
      throw error;
    }
  }
}

import { Controller, Get, Header, Param, Post } from '@nestjs/common';
import { type FullInvoice, InvoicesService } from './invoices.service';

@Controller('invoices')
export class InvoicesController {
  constructor(private readonly invoices: InvoicesService) {}

  @Get('open')
  async open() {
    const invoices = await this.invoices.open({ take: 100 });
    return invoices.map(summary);
  }

  @Get('open.csv')
  @Header('content-type', 'text/csv')
  async csv() {
    const invoices = await this.invoices.open();
    const lines = invoices.flatMap((invoice) => invoice.lines.map((line) => [invoice.number, line.text, line.amountCents]));
    return lines.map((line) => line.join(';')).join('\n');
  }

  @Post(':number/pay')
  async pay(@Param('number') number: string) {
    const { paidAt, totalCents } = await this.invoices.pay(number);
    return { paidAt: paidAt?.toISOString(), totalCents };
  }

  @Get('year/:year')
  async year(@Param('year') year: string) {
    const { cents, largest, last } = await this.invoices.income(new Date(`${year}-01-01`), new Date(`${year}-12-31`));
    return `${cents} cents, the largest ${largest ?? 0}, last on ${last?.toDateString() ?? 'no day'}`;
  }
}

export function summary(invoice: FullInvoice) {
  const { number, totalCents, lines, member } = invoice;
  const largest = lines.length > 0 ? lines.reduce((a, b) => (a.amountCents > b.amountCents ? a : b)) : undefined;
  return { number, who: member.fullName, totalCents, largest: largest?.text, memo: invoice.memo ?? undefined };
}

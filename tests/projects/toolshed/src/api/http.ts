import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Member } from '@prisma/client';
import { db } from '../server/db';
import { InvoiceService } from '../server/services/invoices';
import { branchLoad, dormant, topTools } from '../server/sql/reports';

interface Call {
  url: URL;
  member: Member;
  response: ServerResponse;
}

type Handler = (call: Call) => Promise<unknown>;

const routes: { [path: string]: Handler | undefined } = {
  '/me': async ({ member }) => ({ id: member.id, name: member.fullName, mail: member.email }),
  '/top': async () => topTools(10),
  '/load': async ({ url }) => (await branchLoad(url.searchParams.get('city') ?? undefined)).map((row) => `${row.name}: ${row.open}`),
  '/dormant': async () => (await dormant()).map((row) => row.email),
  '/credit': async ({ member: { creditCents } }) => ({ creditCents }),
  '/invoices.csv': async ({ response }) => {
    response.setHeader('content-type', 'text/csv');
    return new InvoiceService(db).exportMonth(new Date());
  },
  '/loans': async ({ member }) => {
    const loans = await db.loan.findMany({ where: { memberId: member.id }, include: { tool: true } });
    return loans.map((loan) => ({ tool: loan.tool.label, due: loan.dueAt, damage: loan.damage?.toUpperCase() }));
  },
};

async function authenticate(request: IncomingMessage): Promise<Member | null> {
  const token = request.headers.authorization?.replace('Bearer ', '');
  if (!token) {
    return null;
  }
  const member = await db.member.findFirst({ where: { email: token, NOT: { status: 'LEFT' } } });
  return member ?? null;
}

export const server = createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  const handler = routes[url.pathname];
  const member = await authenticate(request);
  if (!handler || !member) {
    response.statusCode = handler ? 401 : 404;
    response.end();
    return;
  }
  response.end(JSON.stringify(await handler({ url, member, response })));
});

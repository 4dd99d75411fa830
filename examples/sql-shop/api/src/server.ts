import Fastify from 'fastify';

import { findCustomer, signIn } from './customers';
import { ordersOf, placeOrder, totalOf, type CartLine } from './orders';

const app = Fastify({ logger: true });

app.post<{ Body: { email: string; name: string } }>('/sign-in', async (request) => {
  return { id: await signIn(request.body.email, request.body.name) };
});

app.post<{ Body: { customerId: string; cart: CartLine[]; note?: string } }>('/orders', async (request) => {
  const { customerId, cart, note } = request.body;
  const id = await placeOrder(customerId, cart, note ?? null);
  return { id, totalCents: await totalOf(id) };
});

app.get<{ Params: { email: string } }>('/orders/:email', async (request, reply) => {
  const customer = await findCustomer(request.params.email);
  if (!customer) return reply.code(404).send();
  const orders = await ordersOf(customer.id);
  return orders.map((order) => ({ id: order.id, status: order.status, note: order.note ?? '' }));
});

await app.listen({ port: Number(process.env.PORT ?? 3000) });

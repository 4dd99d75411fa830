import { Router } from 'express';

import { contactLine, findCaller, getCustomer, register } from '@/services/customers';
import { ordersOf } from '@/services/orders';

export const customers = Router();

customers.post('/', async (request, response) => {
  const id = await register(request.body);
  response.status(201).json({ id });
});

customers.get('/caller/:number', async (request, response) => {
  const caller = await findCaller(request.params.number);
  response.status(caller ? 200 : 404).json(caller);
});

customers.get('/:id', async (request, response) => {
  const customer = await getCustomer(request.params.id);
  if (!customer) {
    response.sendStatus(404);
    return;
  }
  const { id, name, phone } = customer;
  response.json({ id, name, hasPhone: phone !== null, contact: contactLine(customer) });
});

customers.get('/:id/orders', async (request, response) => {
  response.json(await ordersOf(request.params.id));
});

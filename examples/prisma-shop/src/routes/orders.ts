import { Router } from 'express';

import { placeOrder } from '@/services/orders';
import { reorderList } from '@/services/suppliers';

export const orders = Router();

orders.post('/', async (request, response) => {
  const { customerId, cart } = request.body;
  const order = await placeOrder(customerId, cart);
  response.status(201).json({ id: order.id, placedAt: order.placedAt });
});

orders.get('/reorder', async (_request, response) => {
  response.json(await reorderList());
});

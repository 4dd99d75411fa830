import express from 'express';

import { customers } from '@/routes/customers';
import { orders } from '@/routes/orders';
import { topCustomers } from '@/reports/topCustomers';

const app = express();

app.use(express.json());
app.use('/customers', customers);
app.use('/orders', orders);

app.get('/reports/top-customers', async (_request, response) => {
  const since = new Date();
  since.setDate(1);
  const rows = await topCustomers(since);
  response.json(rows.map((row) => ({ ...row, spentCents: Number(row.spentCents) })));
});

app.listen(Number(process.env.PORT ?? 3000));

import { pool } from './db';

export interface OrderRow {
  id: string;
  customer_id: string;
  status: 'new' | 'paid' | 'sent';
  note: string | null;
  placed_at: Date;
}

export interface CartLine {
  productId: number;
  quantity: number;
}

export async function placeOrder(customerId: string, cart: CartLine[], note: string | null): Promise<string> {
  const client = await pool.connect();
  try {
    await client.query('BEGIN');
    const { rows } = await client.query<Pick<OrderRow, 'id'>>(
      'INSERT INTO orders (customer_id, note) VALUES ($1, $2) RETURNING id',
      [customerId, note],
    );
    for (const line of cart) {
      await client.query('INSERT INTO order_items (order_id, product_id, quantity) VALUES ($1, $2, $3)', [
        rows[0].id,
        line.productId,
        line.quantity,
      ]);
    }
    await client.query('COMMIT');
    return rows[0].id;
  } catch (error) {
    await client.query('ROLLBACK');
    throw error;
  } finally {
    client.release();
  }
}

export async function ordersOf(customerId: string): Promise<OrderRow[]> {
  const result = await pool.query<OrderRow>(
    'SELECT * FROM orders WHERE customer_id = $1 ORDER BY placed_at DESC',
    [customerId],
  );
  return result.rows;
}

export async function totalOf(orderId: string): Promise<number> {
  const result = await pool.query('SELECT total_cents FROM order_totals WHERE order_id = $1', [orderId]);
  return Number(result.rows[0]?.total_cents ?? 0);
}

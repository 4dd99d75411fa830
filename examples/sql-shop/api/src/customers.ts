import { pool } from './db';

export interface CustomerRow {
  id: string;
  email: string;
  name: string;
  created_at: Date;
}

export async function signIn(email: string, name: string): Promise<string> {
  const { rows } = await pool.query<Pick<CustomerRow, 'id'>>(
    `INSERT INTO customers (email, name) VALUES ($1, $2)
     ON CONFLICT (email) DO UPDATE SET name = excluded.name
     RETURNING id`,
    [email, name],
  );
  return rows[0].id;
}

export async function findCustomer(email: string): Promise<CustomerRow | undefined> {
  const result = await pool.query<CustomerRow>('SELECT * FROM customers WHERE email = $1', [email]);
  return result.rows[0];
}

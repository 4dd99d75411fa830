-- Run by the accountants, in psql.
SELECT o.id, c.name, o.note, t.total_cents / 100.0 AS total
FROM orders o
JOIN customers c ON c.id = o.customer_id
JOIN order_totals t ON t.order_id = o.id
WHERE o.status = 'new' AND o.placed_at < now() - interval '14 days';

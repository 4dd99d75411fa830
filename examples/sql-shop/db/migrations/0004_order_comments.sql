-- Notes of orders move into a thread of comments.
CREATE TABLE order_comments (
    order_id   bigint NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
    written_at timestamptz NOT NULL DEFAULT now(),
    body       text NOT NULL
);

INSERT INTO order_comments (order_id, body)
SELECT id, note FROM orders WHERE note IS NOT NULL;

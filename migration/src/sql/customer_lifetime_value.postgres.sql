-- Cancelled orders do not count. A refund counts for the customer it names, else for its order's.
-- Amounts add up as they stand; `currency` is NULL when a customer ordered in several.
CREATE MATERIALIZED VIEW customer_lifetime_value AS
WITH placed AS (
    SELECT customer_id,
           count(*) AS orders,
           sum(total_amount) AS gross,
           min(created_at) AS first_order_at,
           max(created_at) AS last_order_at,
           CASE WHEN count(DISTINCT currency) = 1 THEN min(currency) END AS currency
    FROM orders
    WHERE status <> 'cancelled' AND customer_id IS NOT NULL
    GROUP BY customer_id
), returned AS (
    SELECT coalesce(t.customer_id, o.customer_id) AS customer_id, sum(t.amount) AS refunded
    FROM transactions t
    LEFT JOIN orders o ON o.id = t.order_id
    WHERE t.type = 'refund'
    GROUP BY 1
)
SELECT c.id AS customer_id,
       coalesce(p.orders, 0)::bigint AS orders,
       coalesce(p.gross, 0)::numeric(14, 2) AS gross,
       coalesce(r.refunded, 0)::numeric(14, 2) AS refunded,
       (coalesce(p.gross, 0) - coalesce(r.refunded, 0))::numeric(14, 2) AS net,
       (p.gross / p.orders)::numeric(14, 2) AS average_order,
       p.currency::varchar(3) AS currency,
       p.first_order_at,
       p.last_order_at,
       ((now() AT TIME ZONE 'UTC')::date - (p.last_order_at AT TIME ZONE 'UTC')::date)::integer AS days_since_last_order
FROM customers c
LEFT JOIN placed p ON p.customer_id = c.id
LEFT JOIN returned r ON r.customer_id = c.id
--;;
CREATE UNIQUE INDEX idx_customer_lifetime_value_customer_id ON customer_lifetime_value (customer_id)
--;;
COMMENT ON COLUMN customer_lifetime_value.customer_id IS 'not null'
--;;
COMMENT ON COLUMN customer_lifetime_value.orders IS 'not null'
--;;
COMMENT ON COLUMN customer_lifetime_value.gross IS 'not null'
--;;
COMMENT ON COLUMN customer_lifetime_value.refunded IS 'not null'
--;;
COMMENT ON COLUMN customer_lifetime_value.net IS 'not null'

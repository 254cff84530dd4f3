-- Cancelled orders do not count. A refund counts for the customer it names, else for its order's.
-- Amounts add up as they stand; `currency` is NULL when a customer ordered in several.
-- The casts name the columns' types for readers of the catalogue, the comments say which are never NULL.
-- What is divided is divided in the last digit's unit and rounded there: half a cent has no exact binary form, half has.
CREATE VIEW customer_lifetime_value AS
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
SELECT c.id AS customer_id /* not null */,
       CAST(coalesce(p.orders, 0) AS bigint) AS orders /* not null */,
       CAST(round(coalesce(p.gross, 0), 2) AS real(14, 2)) AS gross /* not null */,
       CAST(round(coalesce(r.refunded, 0), 2) AS real(14, 2)) AS refunded /* not null */,
       CAST(round(coalesce(p.gross, 0) - coalesce(r.refunded, 0), 2) AS real(14, 2)) AS net /* not null */,
       CAST(round(round(p.gross * 100) / p.orders) / 100 AS real(14, 2)) AS average_order,
       CAST(p.currency AS varchar(3)) AS currency,
       CAST(p.first_order_at AS timestamp_with_timezone_text) AS first_order_at,
       CAST(p.last_order_at AS timestamp_with_timezone_text) AS last_order_at,
       CAST(julianday(date('now')) - julianday(date(p.last_order_at)) AS integer) AS days_since_last_order
FROM customers c
LEFT JOIN placed p ON p.customer_id = c.id
LEFT JOIN returned r ON r.customer_id = c.id

-- Sales are the lines of orders that are not cancelled; refunds are the value of the units that came back.
-- Conversion is purchases by view over all measured periods. Stock lasts as long as the last 30 days' sales say.
-- The casts name the columns' types for readers of the catalogue, the comments say which are never NULL.
-- What is divided is divided in the last digit's unit and rounded there: half a cent has no exact binary form, half has.
CREATE VIEW product_performance AS
WITH sold AS (
    SELECT v.product_id,
           sum(i.quantity) AS units,
           count(DISTINCT i.order_id) AS orders,
           sum(i.total_amount) AS revenue,
           sum(round(i.total_amount * 100) * i.quantity_returned / i.quantity) AS refunds,
           sum(i.quantity) FILTER (
               WHERE o.created_at >= strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-30 days')) AS recent_units
    FROM order_items i
    JOIN orders o ON o.id = i.order_id
    JOIN product_variants v ON v.id = i.product_variant_id
    WHERE o.status <> 'cancelled'
    GROUP BY v.product_id
), measured AS (
    SELECT product_id, sum(views) AS views, sum(add_to_carts) AS add_to_carts, sum(purchases) AS purchases
    FROM product_metrics
    GROUP BY product_id
), stocked AS (
    SELECT v.product_id,
           sum(n.quantity_available + n.quantity_reserved) AS on_hand,
           sum(n.quantity_available) AS available
    FROM inventory n
    JOIN product_variants v ON v.id = n.product_variant_id
    GROUP BY v.product_id
)
SELECT p.id AS product_id /* not null */,
       CAST(coalesce(s.units, 0) AS bigint) AS units /* not null */,
       CAST(coalesce(s.orders, 0) AS bigint) AS orders /* not null */,
       CAST(round(coalesce(s.revenue, 0), 2) AS real(14, 2)) AS revenue /* not null */,
       CAST(round(coalesce(s.refunds, 0)) / 100 AS real(14, 2)) AS refunds /* not null */,
       CAST(coalesce(m.views, 0) AS bigint) AS views /* not null */,
       CAST(coalesce(m.add_to_carts, 0) AS bigint) AS add_to_carts /* not null */,
       CAST(round(m.purchases * 10000.0 / nullif(m.views, 0)) / 10000 AS real(15, 4)) AS conversion,
       CAST(coalesce(k.on_hand, 0) AS bigint) AS stock_on_hand /* not null */,
       CAST(round(k.available * 300.0 / nullif(s.recent_units, 0)) / 10 AS real(15, 1)) AS days_of_stock_left
FROM products p
LEFT JOIN sold s ON s.product_id = p.id
LEFT JOIN measured m ON m.product_id = p.id
LEFT JOIN stocked k ON k.product_id = p.id

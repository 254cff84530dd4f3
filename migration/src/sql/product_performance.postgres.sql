-- Sales are the lines of orders that are not cancelled; refunds are the value of the units that came back.
-- Conversion is purchases by view over all measured periods. Stock lasts as long as the last 30 days' sales say.
CREATE MATERIALIZED VIEW product_performance AS
WITH sold AS (
    SELECT v.product_id,
           sum(i.quantity) AS units,
           count(DISTINCT i.order_id) AS orders,
           sum(i.total_amount) AS revenue,
           sum(i.total_amount * i.quantity_returned / i.quantity) AS refunds,
           sum(i.quantity) FILTER (WHERE o.created_at >= now() - interval '30 days') AS recent_units
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
SELECT p.id AS product_id,
       coalesce(s.units, 0)::bigint AS units,
       coalesce(s.orders, 0)::bigint AS orders,
       coalesce(s.revenue, 0)::numeric(14, 2) AS revenue,
       coalesce(s.refunds, 0)::numeric(14, 2) AS refunds,
       coalesce(m.views, 0)::bigint AS views,
       coalesce(m.add_to_carts, 0)::bigint AS add_to_carts,
       (m.purchases::numeric / nullif(m.views, 0))::numeric(15, 4) AS conversion,
       coalesce(k.on_hand, 0)::bigint AS stock_on_hand,
       (k.available * 30.0 / nullif(s.recent_units, 0))::numeric(15, 1) AS days_of_stock_left
FROM products p
LEFT JOIN sold s ON s.product_id = p.id
LEFT JOIN measured m ON m.product_id = p.id
LEFT JOIN stocked k ON k.product_id = p.id
--;;
CREATE UNIQUE INDEX idx_product_performance_product_id ON product_performance (product_id)
--;;
COMMENT ON COLUMN product_performance.product_id IS 'not null'
--;;
COMMENT ON COLUMN product_performance.units IS 'not null'
--;;
COMMENT ON COLUMN product_performance.orders IS 'not null'
--;;
COMMENT ON COLUMN product_performance.revenue IS 'not null'
--;;
COMMENT ON COLUMN product_performance.refunds IS 'not null'
--;;
COMMENT ON COLUMN product_performance.views IS 'not null'
--;;
COMMENT ON COLUMN product_performance.add_to_carts IS 'not null'
--;;
COMMENT ON COLUMN product_performance.stock_on_hand IS 'not null'

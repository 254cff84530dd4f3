SELECT o.id, CAST(coalesce(l.due, 0) AS text) AS expected, CAST(CAST(round(o.subtotal_amount * 100) AS bigint) AS text) AS found
FROM orders o
LEFT JOIN (
    SELECT order_id, sum(CAST(round(price * 100) AS bigint) * quantity) AS due
    FROM order_items
    GROUP BY order_id) l ON l.order_id = o.id
WHERE coalesce(l.due, 0) <> CAST(round(o.subtotal_amount * 100) AS bigint)

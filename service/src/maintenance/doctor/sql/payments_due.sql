SELECT o.id, 'at most ' || CAST(CAST(round(o.total_amount * 100) AS bigint) AS text) || ' cents paid' AS expected,
       CAST(m.paid AS text) AS found
FROM orders o
JOIN (
    SELECT order_id, sum(CAST(round(amount * 100) AS bigint)) AS paid
    FROM transactions
    WHERE order_id IS NOT NULL AND type = 'revenue'
    GROUP BY order_id) m ON m.order_id = o.id
WHERE m.paid > CAST(round(o.total_amount * 100) AS bigint)

-- Of an order that was settled before the newest unbroken months of transactions, the payments may have gone with their month before
-- the refunds with theirs.
SELECT order_id AS id, 'at most ' || CAST(paid AS text) || ' cents refunded' AS expected, CAST(refunded AS text) AS found
FROM (
    SELECT order_id,
           {cents sum(CASE type WHEN 'revenue' THEN amount ELSE 0 END)} AS paid,
           {cents sum(CASE type WHEN 'refund' THEN amount ELSE 0 END)} AS refunded
    FROM transactions
    WHERE order_id IS NOT NULL AND type IN ('revenue', 'refund')
    GROUP BY order_id) m
JOIN orders o ON o.id = m.order_id
WHERE refunded > paid
  AND (o.created_at >= {money since}
       OR NOT (o.status = 'completed' AND o.financial_status <> 'unpaid' OR o.status = 'cancelled' AND o.financial_status = 'refunded'))

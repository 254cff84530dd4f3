-- What was paid too much and given back is no fault.
SELECT o.id, 'at most ' || CAST({cents o.total_amount} AS text) || ' cents paid' AS expected,
       CAST(m.paid AS text) || CASE WHEN m.refunded > 0 THEN ', of which ' || CAST(m.refunded AS text) || ' refunded' ELSE '' END AS found
FROM orders o
JOIN (
    SELECT order_id,
           {cents sum(CASE type WHEN 'revenue' THEN amount ELSE 0 END)} AS paid,
           {cents sum(CASE type WHEN 'refund' THEN amount ELSE 0 END)} AS refunded
    FROM transactions
    WHERE order_id IS NOT NULL AND type IN ('revenue', 'refund')
    GROUP BY order_id) m ON m.order_id = o.id
WHERE m.paid - m.refunded > {cents o.total_amount}

-- The money of an order that is settled may have gone with its month: all of it, or what is older than the newest unbroken months of
-- transactions.
SELECT id, due AS expected, there AS found
FROM (
    SELECT o.id, o.financial_status AS there,
           CASE WHEN coalesce(m.refunded, 0) > 0 THEN CASE WHEN m.refunded >= m.paid THEN 'refunded' ELSE 'partially_refunded' END
                WHEN coalesce(m.paid, 0) >= CAST(round(o.total_amount * 100) AS bigint) THEN 'paid'
                ELSE 'unpaid' END AS due
    FROM orders o
    LEFT JOIN (
        SELECT order_id,
               sum(CASE type WHEN 'revenue' THEN CAST(round(amount * 100) AS bigint) ELSE 0 END) AS paid,
               sum(CASE type WHEN 'refund' THEN CAST(round(amount * 100) AS bigint) ELSE 0 END) AS refunded
        FROM transactions
        WHERE order_id IS NOT NULL AND type IN ('revenue', 'refund')
        GROUP BY order_id) m ON m.order_id = o.id
    WHERE m.order_id IS NOT NULL AND (o.created_at >= {money since}) IS NOT FALSE
       OR NOT (o.status = 'completed' AND o.financial_status <> 'unpaid' OR o.status = 'cancelled' AND o.financial_status = 'refunded')) s
WHERE due <> there

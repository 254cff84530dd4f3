-- The money of an order that is settled may have gone with its month, unless the order is of the newest unbroken months of transactions.
-- A status that lags behind money that is there is made good; one that is ahead of it may be right, and the money lost. So may the
-- payment of a refund: that all is refunded is certain only where all was paid, and anything only where no more is refunded than was paid.
SELECT id, due AS expected, there || CASE WHEN paid = 0 THEN ' without payments' ELSE '' END AS found,
       CASE WHEN is_consistent AND refunded <= paid AND (due <> 'refunded' OR paid >= total) AND CASE due WHEN 'paid' THEN 1 WHEN 'partially_refunded' THEN 2 WHEN 'refunded' THEN 3 ELSE 0 END
               > CASE there WHEN 'paid' THEN 1 WHEN 'partially_refunded' THEN 2 WHEN 'refunded' THEN 3 ELSE 0 END
           THEN 1 ELSE 0 END AS certain
FROM (
    SELECT o.id, o.financial_status AS there, coalesce(m.paid, 0) AS paid, coalesce(m.refunded, 0) AS refunded,
           CAST(round(o.total_amount * 100) AS bigint) AS total,
           CAST(round(o.total_amount * 100) AS bigint) = CAST(round(o.subtotal_amount * 100) AS bigint)
               - CAST(round(o.discount_amount * 100) AS bigint) + CAST(round(o.tax_amount * 100) AS bigint)
               + CAST(round(o.shipping_amount * 100) AS bigint) AS is_consistent,
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
    WHERE o.created_at >= {money since}
       OR NOT (o.status = 'completed' AND o.financial_status <> 'unpaid' OR o.status = 'cancelled' AND o.financial_status = 'refunded')) s
WHERE due <> there

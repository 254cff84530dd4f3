-- The money of an order that is settled may have gone with its month, unless the order is of the newest unbroken months of transactions.
-- A status that lags behind money that is there is made good; one that is ahead of it may be right, and the money lost. So may the
-- payment of a refund: that all is refunded is certain only where all was paid, and anything only where no more is refunded than was paid.
SELECT id, due AS expected, there || CASE WHEN paid = 0 THEN ' without payments' ELSE '' END AS found,
       CASE WHEN is_consistent AND refunded <= paid AND (due <> 'refunded' OR paid >= total)
               AND CASE due WHEN 'paid' THEN 1 WHEN 'partially_refunded' THEN 2 WHEN 'refunded' THEN 3 ELSE 0 END
                   > CASE there WHEN 'paid' THEN 1 WHEN 'partially_refunded' THEN 2 WHEN 'refunded' THEN 3 ELSE 0 END
           THEN 1 ELSE 0 END AS certain
FROM (
    SELECT id, there, paid, refunded, total, is_consistent,
           CASE WHEN refunded > 0 THEN CASE WHEN refunded >= paid THEN 'refunded' ELSE 'partially_refunded' END
                WHEN paid >= total THEN 'paid'
                ELSE 'unpaid' END AS due
    FROM (
        SELECT o.id, o.financial_status AS there, {cents o.total_amount} AS total,
               CASE WHEN m.order_id IS NULL THEN 0 ELSE m.paid END AS paid,
               CASE WHEN m.order_id IS NULL THEN 0 ELSE m.refunded END AS refunded,
               {cents o.total_amount} = {cents o.subtotal_amount} - {cents o.discount_amount} + {cents o.tax_amount}
                   + {cents o.shipping_amount} AS is_consistent
        FROM orders o
        LEFT JOIN (
            SELECT order_id,
                   {cents sum(CASE type WHEN 'revenue' THEN amount ELSE 0 END)} AS paid,
                   {cents sum(CASE type WHEN 'refund' THEN amount ELSE 0 END)} AS refunded
            FROM transactions
            WHERE order_id IS NOT NULL AND type IN ('revenue', 'refund')
            GROUP BY order_id) m ON m.order_id = o.id
        WHERE o.created_at >= {money since}
           OR NOT (o.status = 'completed' AND o.financial_status <> 'unpaid' OR o.status = 'cancelled' AND o.financial_status = 'refunded')) o
    WHERE paid + refunded + total IS NOT NULL) s
WHERE due <> there

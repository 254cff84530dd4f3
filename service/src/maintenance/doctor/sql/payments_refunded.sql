SELECT order_id AS id, 'at most ' || CAST(paid AS text) || ' cents refunded' AS expected, CAST(refunded AS text) AS found
FROM (
    SELECT order_id,
           sum(CASE type WHEN 'revenue' THEN CAST(round(amount * 100) AS bigint) ELSE 0 END) AS paid,
           sum(CASE type WHEN 'refund' THEN CAST(round(amount * 100) AS bigint) ELSE 0 END) AS refunded
    FROM transactions
    WHERE order_id IS NOT NULL AND type IN ('revenue', 'refund')
    GROUP BY order_id) m
WHERE refunded > paid

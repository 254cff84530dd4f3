-- Of a cancelled order nothing was sent and nothing is reserved; of a completed one nothing is left to send or to pay.
SELECT o.id,
       CASE o.status WHEN 'cancelled' THEN 'cancelled: nothing sent or owed' ELSE 'completed: all sent and paid' END AS expected,
       CAST(coalesce(l.sent, 0) AS text) || ' sent, ' || CAST(coalesce(l.owed, 0) AS text) || ' owed, ' || o.financial_status AS found
FROM orders o
LEFT JOIN (
    SELECT order_id, sum(quantity_fulfilled) AS sent, sum(quantity - quantity_fulfilled - quantity_cancelled) AS owed
    FROM order_items
    GROUP BY order_id) l ON l.order_id = o.id
WHERE (o.status = 'cancelled' AND (coalesce(l.sent, 0) <> 0 OR coalesce(l.owed, 0) <> 0))
   OR (o.status = 'completed' AND (coalesce(l.owed, 0) <> 0 OR o.financial_status = 'unpaid'))

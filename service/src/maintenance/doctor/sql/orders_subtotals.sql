-- The lines are right only where they make the header agree with itself again. Where there are none, or the header agrees with itself as
-- it is, lines may have been lost.
SELECT id, CAST(due AS text) AS expected,
       CAST(subtotal AS text) || CASE WHEN lines = 0 THEN ' without lines' WHEN subtotal = rest THEN ' as the total has it' ELSE '' END AS found,
       CASE WHEN lines > 0 AND due = rest THEN 1 ELSE 0 END AS certain
FROM (
    SELECT o.id, coalesce(l.lines, 0) AS lines, CASE WHEN l.order_id IS NULL THEN 0 ELSE l.due END AS due, {cents o.subtotal_amount} AS subtotal,
           {cents o.total_amount} + {cents o.discount_amount}
               - {cents o.tax_amount} - {cents o.shipping_amount} AS rest
    FROM orders o
    LEFT JOIN (
        SELECT order_id, count(*) AS lines, {cents sum(price * quantity)} AS due
        FROM order_items
        GROUP BY order_id) l ON l.order_id = o.id) o
WHERE due <> subtotal

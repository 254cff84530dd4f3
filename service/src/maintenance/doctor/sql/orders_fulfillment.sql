-- The lines decide, as long as all of them are there and they do not contradict the order's status.
SELECT id, due AS expected, there || CASE WHEN lines = 0 THEN ' without lines' WHEN is_whole THEN '' ELSE ', and the lines contradict the order' END AS found,
       CASE WHEN lines > 0 AND is_whole THEN 1 ELSE 0 END AS certain
FROM (
    SELECT o.id, o.fulfillment_status AS there, coalesce(l.lines, 0) AS lines,
           coalesce(l.subtotal, 0) = {cents o.subtotal_amount}
               AND NOT (o.status = 'completed' AND coalesce(l.owed, 0) > 0) AND NOT (o.status = 'cancelled' AND coalesce(l.sent, 0) > 0) AS is_whole,
           CASE WHEN coalesce(l.sent, 0) = 0 THEN 'unfulfilled' WHEN l.owed = 0 THEN 'fulfilled' ELSE 'partial' END AS due
    FROM orders o
    LEFT JOIN (
        SELECT order_id, count(*) AS lines, sum(quantity_fulfilled) AS sent,
               sum(CASE WHEN quantity = quantity_fulfilled + quantity_cancelled THEN 0 ELSE 1 END) AS owed,
               {cents sum(price * quantity)} AS subtotal
        FROM order_items
        GROUP BY order_id) l ON l.order_id = o.id) s
WHERE due <> there

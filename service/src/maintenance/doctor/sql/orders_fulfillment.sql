SELECT id, due AS expected, there AS found
FROM (
    SELECT o.id, o.fulfillment_status AS there,
           CASE WHEN coalesce(l.sent, 0) = 0 THEN 'unfulfilled' WHEN l.owed = 0 THEN 'fulfilled' ELSE 'partial' END AS due
    FROM orders o
    LEFT JOIN (
        SELECT order_id, sum(quantity_fulfilled) AS sent,
               sum(CASE WHEN quantity = quantity_fulfilled + quantity_cancelled THEN 0 ELSE 1 END) AS owed
        FROM order_items
        GROUP BY order_id) l ON l.order_id = o.id) s
WHERE due <> there

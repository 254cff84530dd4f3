-- The total is the one that is wrong where the order's subtotal bears out price and quantity of its lines.
SELECT id, CAST(due AS text) AS expected,
       CAST(there AS text) || CASE WHEN lines <> subtotal THEN ' and another subtotal of the order' ELSE '' END AS found,
       CASE WHEN due >= 0 AND lines = subtotal THEN 1 ELSE 0 END AS certain
FROM (
    SELECT id, due, there,
           coalesce((SELECT {cents sum(price * quantity)} FROM order_items i WHERE i.order_id = l.order_id), -1) AS lines,
           coalesce((SELECT {cents subtotal_amount} FROM orders o WHERE o.id = l.order_id), -2) AS subtotal
    FROM (
        SELECT id, order_id, {cents total_amount} AS there,
               {cents price} * quantity - {cents discount_amount}
                   + {cents tax_amount} AS due
        FROM order_items) l
    WHERE due <> there) c

-- The total is the one that is wrong where the order's subtotal bears out price and quantity of its lines.
SELECT id, CAST(due AS text) AS expected,
       CAST(there AS text) || CASE WHEN lines <> subtotal THEN ' and another subtotal of the order' ELSE '' END AS found,
       CASE WHEN due >= 0 AND lines = subtotal THEN 1 ELSE 0 END AS certain
FROM (
    SELECT id, due, there,
           coalesce((SELECT sum(CAST(round(price * 100) AS bigint) * quantity) FROM order_items i WHERE i.order_id = l.order_id), -1) AS lines,
           coalesce((SELECT CAST(round(subtotal_amount * 100) AS bigint) FROM orders o WHERE o.id = l.order_id), -2) AS subtotal
    FROM (
        SELECT id, order_id, CAST(round(total_amount * 100) AS bigint) AS there,
               CAST(round(price * 100) AS bigint) * quantity - CAST(round(discount_amount * 100) AS bigint)
                   + CAST(round(tax_amount * 100) AS bigint) AS due
        FROM order_items) l
    WHERE due <> there) c

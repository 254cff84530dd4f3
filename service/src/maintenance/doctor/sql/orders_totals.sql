-- The total is the one that is wrong where the lines bear out the subtotal and the payments what it should be. That nothing was paid
-- proves nothing: the payments may be still to come, or have gone with their month.
SELECT id, CAST(due AS text) AS expected,
       CAST(there AS text) || CASE WHEN paid = there THEN ' as it was paid' WHEN lines <> subtotal THEN ' and other lines'
           WHEN paid < 0 THEN ' without payments' WHEN paid <> due THEN ' and other payments' ELSE '' END AS found,
       CASE WHEN due >= 0 AND lines = subtotal AND paid = due THEN 1 ELSE 0 END AS certain
FROM (
    SELECT id, due, there, subtotal,
           coalesce((SELECT {cents sum(price * quantity)} FROM order_items i WHERE i.order_id = o.id), -1) AS lines,
           coalesce((SELECT {cents sum(amount)} FROM transactions t
                     WHERE t.order_id = o.id AND t.type = 'revenue'), -1) AS paid
    FROM (
        SELECT id, {cents total_amount} AS there, {cents subtotal_amount} AS subtotal,
               {cents subtotal_amount} - {cents discount_amount}
                   + {cents tax_amount} + {cents shipping_amount} AS due
        FROM orders) o
    WHERE due <> there) c

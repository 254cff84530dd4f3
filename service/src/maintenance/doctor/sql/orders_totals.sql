-- The total is the one that is wrong where the lines bear out the subtotal and the payments what it should be. That nothing was paid
-- proves nothing: the payments may be still to come, or have gone with their month.
SELECT id, CAST(due AS text) AS expected,
       CAST(there AS text) || CASE WHEN paid = there THEN ' as it was paid' WHEN lines <> subtotal THEN ' and other lines'
           WHEN paid < 0 THEN ' without payments' WHEN paid <> due THEN ' and other payments' ELSE '' END AS found,
       CASE WHEN due >= 0 AND lines = subtotal AND paid = due THEN 1 ELSE 0 END AS certain
FROM (
    SELECT id, due, there, subtotal,
           coalesce((SELECT sum(CAST(round(price * 100) AS bigint) * quantity) FROM order_items i WHERE i.order_id = o.id), -1) AS lines,
           coalesce((SELECT sum(CAST(round(amount * 100) AS bigint)) FROM transactions t
                     WHERE t.order_id = o.id AND t.type = 'revenue'), -1) AS paid
    FROM (
        SELECT id, CAST(round(total_amount * 100) AS bigint) AS there, CAST(round(subtotal_amount * 100) AS bigint) AS subtotal,
               CAST(round(subtotal_amount * 100) AS bigint) - CAST(round(discount_amount * 100) AS bigint)
                   + CAST(round(tax_amount * 100) AS bigint) + CAST(round(shipping_amount * 100) AS bigint) AS due
        FROM orders) o
    WHERE due <> there) c

SELECT id, CAST(due AS text) AS expected, CAST(there AS text) AS found
FROM (
    SELECT id, CAST(round(total_amount * 100) AS bigint) AS there,
           CAST(round(price * 100) AS bigint) * quantity - CAST(round(discount_amount * 100) AS bigint)
               + CAST(round(tax_amount * 100) AS bigint) AS due
    FROM order_items) l
WHERE due <> there

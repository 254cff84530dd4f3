SELECT id, CAST(due AS text) AS expected, CAST(there AS text) AS found
FROM (
    SELECT id, CAST(round(total_amount * 100) AS bigint) AS there,
           CAST(round(subtotal_amount * 100) AS bigint) - CAST(round(discount_amount * 100) AS bigint)
               + CAST(round(tax_amount * 100) AS bigint) + CAST(round(shipping_amount * 100) AS bigint) AS due
    FROM orders) o
WHERE due <> there

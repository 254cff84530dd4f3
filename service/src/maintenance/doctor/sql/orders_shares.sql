-- An order may have a discount and a tax of its own besides those of its lines, never less than those.
SELECT o.id,
       'at least ' || CAST(l.discount AS text) || ' cents of discount and ' || CAST(l.tax AS text) || ' of tax' AS expected,
       CAST({cents o.discount_amount} AS text) || ' and ' || CAST({cents o.tax_amount} AS text) AS found
FROM orders o
JOIN (
    SELECT order_id, {cents sum(discount_amount)} AS discount, {cents sum(tax_amount)} AS tax
    FROM order_items
    GROUP BY order_id) l ON l.order_id = o.id
WHERE ({cents o.discount_amount} < l.discount OR {cents o.tax_amount} < l.tax)
  AND {cents o.discount_amount} + {cents o.tax_amount} + l.discount + l.tax IS NOT NULL

-- An order may have a discount and a tax of its own besides those of its lines, never less than those.
SELECT o.id,
       'at least ' || CAST(l.discount AS text) || ' cents of discount and ' || CAST(l.tax AS text) || ' of tax' AS expected,
       CAST(CAST(round(o.discount_amount * 100) AS bigint) AS text) || ' and '
           || CAST(CAST(round(o.tax_amount * 100) AS bigint) AS text) AS found
FROM orders o
JOIN (
    SELECT order_id, sum(CAST(round(discount_amount * 100) AS bigint)) AS discount,
           sum(CAST(round(tax_amount * 100) AS bigint)) AS tax
    FROM order_items
    GROUP BY order_id) l ON l.order_id = o.id
WHERE CAST(round(o.discount_amount * 100) AS bigint) < l.discount OR CAST(round(o.tax_amount * 100) AS bigint) < l.tax

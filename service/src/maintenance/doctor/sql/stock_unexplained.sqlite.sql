-- Reserved by no open order, and by no reservation of its own that is neither released nor shipped. What was moved before the newest
-- unbroken months of events is not known any more, so this is asked of variants that are younger.
WITH moved AS (
    SELECT unhex(replace(line.value ->> 'variant', '-', '')) AS variant, line.value ->> 'location' AS location,
           sum(CASE e.event_type WHEN 'stock.reserved' THEN 1 ELSE -1 END * CAST(line.value ->> 'quantity' AS integer)) AS pieces
    FROM system_events e
    JOIN json_each(
        CASE WHEN json_valid(e.details) THEN CASE json_type(e.details, '$.command') WHEN 'array' THEN e.details -> 'command' END END) line
    WHERE e.event_type IN ('stock.reserved', 'stock.released', 'stock.shipped') AND line.type = 'object'
    GROUP BY 1, 2
), promised AS (
    SELECT product_variant_id, location, sum(quantity - quantity_fulfilled - quantity_cancelled) AS pieces
    FROM order_items
    WHERE quantity > quantity_fulfilled + quantity_cancelled AND product_variant_id IS NOT NULL AND location IS NOT NULL
    GROUP BY product_variant_id, location
)
SELECT {text v.id} || ' at ' || i.location AS name,
       CAST(coalesce(o.pieces, 0) + max(coalesce(m.pieces, 0), 0) AS text) AS expected, CAST(i.quantity_reserved AS text) AS found
FROM inventory i
JOIN product_variants v ON v.id = i.product_variant_id
LEFT JOIN promised o ON o.product_variant_id = i.product_variant_id AND o.location = i.location
LEFT JOIN moved m ON m.variant = i.product_variant_id AND m.location = i.location
WHERE i.quantity_reserved > coalesce(o.pieces, 0) + max(coalesce(m.pieces, 0), 0)
  AND v.created_at >= {events since}

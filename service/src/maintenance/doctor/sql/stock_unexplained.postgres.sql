-- Reserved by no open order, and by no reservation of its own that is neither released nor shipped. What was moved before the newest
-- unbroken months of events is not known any more, so this is asked of variants that are younger.
WITH moved AS (
    SELECT lower(line ->> 'variant') AS variant, line ->> 'location' AS location,
           sum(CASE e.event_type WHEN 'stock.reserved' THEN 1 ELSE -1 END
               * CASE WHEN line ->> 'quantity' ~ '^[0-9]{1,9}$' THEN (line ->> 'quantity')::bigint ELSE 0 END) AS pieces
    FROM system_events e
    CROSS JOIN LATERAL jsonb_array_elements(
        CASE jsonb_typeof(e.details -> 'command') WHEN 'array' THEN e.details -> 'command' ELSE '[]' END) line
    WHERE e.event_type IN ('stock.reserved', 'stock.released', 'stock.shipped')
    GROUP BY 1, 2
), promised AS (
    SELECT product_variant_id, location, sum(quantity - quantity_fulfilled - quantity_cancelled) AS pieces
    FROM order_items
    WHERE quantity > quantity_fulfilled + quantity_cancelled AND product_variant_id IS NOT NULL AND location IS NOT NULL
    GROUP BY product_variant_id, location
)
SELECT v.id::text || ' at ' || i.location AS name,
       (coalesce(o.pieces, 0) + greatest(coalesce(m.pieces, 0), 0))::text AS expected, i.quantity_reserved::text AS found
FROM inventory i
JOIN product_variants v ON v.id = i.product_variant_id
LEFT JOIN promised o ON o.product_variant_id = i.product_variant_id AND o.location = i.location
LEFT JOIN moved m ON m.variant = i.product_variant_id::text AND m.location = i.location
WHERE i.quantity_reserved > coalesce(o.pieces, 0) + greatest(coalesce(m.pieces, 0), 0)
  AND v.created_at >= {events since}

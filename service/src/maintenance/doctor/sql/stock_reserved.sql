-- What orders still have to send lies reserved at the place that the line names. A line of a variant that is gone, or of no place,
-- reserves nothing.
SELECT {text o.product_variant_id} || ' at ' || o.location AS name,
       'at least ' || CAST(o.pieces AS text) AS expected,
       coalesce(CAST(i.quantity_reserved AS text), 'no stock there') AS found
FROM (
    SELECT product_variant_id, location, sum(quantity - quantity_fulfilled - quantity_cancelled) AS pieces
    FROM order_items
    WHERE quantity > quantity_fulfilled + quantity_cancelled AND product_variant_id IS NOT NULL AND location IS NOT NULL
    GROUP BY product_variant_id, location) o
LEFT JOIN inventory i ON i.product_variant_id = o.product_variant_id AND i.location = o.location
WHERE coalesce(i.quantity_reserved, 0) < o.pieces

-- A period that begins before the end of one that began before it.
SELECT id, 'a start after ' || CAST(until AS text) AS expected, CAST(period_start AS text) AS found
FROM (
    SELECT id, period_start,
           max(period_end) OVER (PARTITION BY product_id ORDER BY period_start, period_end, id
                                 ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS until
    FROM product_metrics) m
WHERE period_start <= until

-- PostgreSQL's numeric has a NaN, which it takes for larger than any number: CHECK (amount >= 0) lets it pass.
SELECT '{table} ' || {row} AS name, 'a number in ' || a.name AS expected, 'NaN' AS found
FROM {table} c
CROSS JOIN LATERAL (VALUES {amounts}) a (name, value)
WHERE 'NaN' IN ({columns}) AND a.value = 'NaN'

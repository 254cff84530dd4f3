-- A month may have begun since maintenance last ran, so eleven are enough of the twelve that it makes.
WITH made AS (
    SELECT parent.relname AS owner, to_date(substring(c.relname FROM '_y([0-9]{4}m[0-9]{2})$'), 'YYYY"m"MM') AS month
    FROM pg_class parent
    JOIN pg_inherits n ON n.inhparent = parent.oid
    JOIN pg_class c ON c.oid = n.inhrelid
    WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'
), wanted AS (
    SELECT p.relname AS owner, due.month::date AS month
    FROM pg_class p
    CROSS JOIN LATERAL (SELECT date_trunc('month', now() AT TIME ZONE 'UTC') AS current) today
    CROSS JOIN LATERAL generate_series(
        today.current, today.current + interval '11 months', interval '1 month') due (month)
    WHERE p.relnamespace = current_schema()::regnamespace AND p.relkind = 'p'
)
SELECT w.owner || ' ' || to_char(w.month, 'YYYY-MM') AS name, 'a partition' AS expected, 'none' AS found
FROM wanted w
WHERE NOT EXISTS (SELECT FROM made m WHERE m.owner = w.owner AND m.month = w.month)

-- Indexes of the tables, without those of the primary keys. indoption & 1 is DESC.
SELECT c.relname::text AS relation,
       i.relname::text AS name,
       x.indisunique AS is_unique,
       x.indpred IS NOT NULL AS is_partial,
       (SELECT string_agg(coalesce(a.attname, '(expression)') || CASE WHEN x.indoption[s - 1] & 1 = 1 THEN ' desc' ELSE '' END, ',' ORDER BY s)
        FROM generate_series(1, x.indnkeyatts) s
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = x.indkey[s - 1] AND a.attnum > 0) AS columns
FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = current_schema()
  AND c.relkind IN ('r', 'p')
  AND NOT c.relispartition
  AND NOT x.indisprimary
ORDER BY c.relname, i.relname

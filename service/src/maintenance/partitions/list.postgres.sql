-- The partitions of the three tables, and the tables that are called like one and are none: what was detached. An estimate of the
-- rows is that of the last VACUUM or ANALYZE; before the first, what the server has counted since it started.
SELECT p.relname::text AS parent,
       c.relname::text AS name,
       pg_get_expr(c.relpartbound, c.oid) AS bound,
       CASE WHEN c.reltuples < 0 THEN pg_stat_get_live_tuples(c.oid) ELSE c.reltuples::bigint END AS rows,
       pg_total_relation_size(c.oid) AS bytes,
       i.inhrelid IS NOT NULL AND NOT i.inhdetachpending AS attached
FROM pg_class p
JOIN pg_class c ON c.relnamespace = p.relnamespace AND c.relkind IN ('r', 'p')
LEFT JOIN pg_inherits i ON i.inhparent = p.oid AND i.inhrelid = c.oid
WHERE p.oid IN (to_regclass('workflow_executions'), to_regclass('transactions'), to_regclass('system_events'))
  AND (i.inhrelid IS NOT NULL OR c.relname ~ ('^' || p.relname || '_y[0-9]{4,}m[0-9]{2}$'))
ORDER BY p.relname, c.relname

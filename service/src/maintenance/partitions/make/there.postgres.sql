-- Whether a partition of the table covers a part of the month, and whether a table has the month's name. The bounds read
-- FOR VALUES FROM ('…') TO ('…'); MINVALUE and MAXVALUE are no UUIDs, and bound nothing.
SELECT EXISTS (
           SELECT FROM pg_inherits i
           JOIN pg_class c ON c.oid = i.inhrelid
           CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS b (bound)
           WHERE i.inhparent = to_regclass($1) AND NOT i.inhdetachpending AND bound <> 'DEFAULT'
             AND coalesce(substring(bound FROM 'FROM \(''([0-9a-f-]{36})''\)')::uuid < $3, true)
             AND coalesce(substring(bound FROM 'TO \(''([0-9a-f-]{36})''\)')::uuid > $2, true)
       ) AS covered,
       EXISTS (
           SELECT FROM pg_class c
           JOIN pg_class p ON p.relnamespace = c.relnamespace
           WHERE p.oid = to_regclass($1) AND c.relname = $4
       ) AS named

-- Primary keys, foreign keys and CHECKs. conparentid: PostgreSQL keeps an internal copy of a foreign key for each partition.
SELECT c.relname::text AS relation,
       k.conname::text AS name,
       k.contype::text AS kind,
       (SELECT string_agg(a.attname, ',' ORDER BY o.n)
        FROM unnest(k.conkey) WITH ORDINALITY o (attnum, n)
        JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.attnum) AS columns,
       f.relname::text AS parent,
       (SELECT string_agg(a.attname, ',' ORDER BY o.n)
        FROM unnest(k.confkey) WITH ORDINALITY o (attnum, n)
        JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = o.attnum) AS parent_columns,
       k.confdeltype::text AS on_delete,
       pg_get_expr(k.conbin, k.conrelid) AS condition
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
JOIN pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_class f ON f.oid = k.confrelid
WHERE n.nspname = current_schema()
  AND NOT c.relispartition
  AND k.conparentid = 0
  AND k.contype IN ('p', 'f', 'c')
ORDER BY c.relname, k.conname

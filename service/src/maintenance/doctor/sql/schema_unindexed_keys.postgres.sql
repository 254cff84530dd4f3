-- A key without an index that begins with its columns: a deletion of a parent then reads the whole table.
SELECT c.relname || '.' || k.conname AS name, 'an index of ' || columns.names AS expected, 'none' AS found,
       format('CREATE INDEX %I ON %I (%s)', 'idx_' || c.relname || '_' || columns.first, c.relname, columns.names) AS repair
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
CROSS JOIN LATERAL (
    SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY o.n) AS names, min(a.attname) AS first
    FROM unnest(k.conkey) WITH ORDINALITY o (attnum, n)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = o.attnum) columns
WHERE c.relnamespace = current_schema()::regnamespace AND k.contype = 'f' AND k.conparentid = 0 AND NOT c.relispartition
  AND NOT EXISTS (
    SELECT FROM pg_index x
    WHERE x.indrelid = k.conrelid AND x.indisvalid AND x.indpred IS NULL
      AND (x.indkey::int2[])[0:cardinality(k.conkey) - 1] @> k.conkey)

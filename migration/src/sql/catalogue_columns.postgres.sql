-- Columns of the tables and views of the current schema. A partition is part of its table, and what an extension made is not ours.
SELECT c.relname::text AS relation,
       c.relkind IN ('v', 'm') AS is_view,
       a.attname::text AS name,
       format_type(a.atttypid, a.atttypmod) AS declared,
       a.attnotnull OR coalesce(col_description(c.oid, a.attnum) = 'not null', false) AS required,
       pg_get_expr(d.adbin, d.adrelid) AS default_expression
FROM pg_class c
JOIN pg_namespace n ON n.oid = c.relnamespace
JOIN pg_attribute a ON a.attrelid = c.oid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE n.nspname = current_schema()
  AND c.relkind IN ('r', 'p', 'v', 'm')
  AND NOT c.relispartition
  AND a.attnum > 0
  AND NOT a.attisdropped
  AND NOT EXISTS (SELECT FROM pg_depend e WHERE e.objid = c.oid AND e.classid = 'pg_class'::regclass AND e.deptype = 'e')
ORDER BY c.relname, a.attnum

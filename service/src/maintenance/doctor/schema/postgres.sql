-- Every object of the current schema, as kind, name and definition. What belongs to an extension is not ours, what belongs to a
-- partition is read with the partitions, and the migrator's table has no part in the schema.
WITH ours AS (
    SELECT c.*
    FROM pg_class c
    WHERE c.relnamespace = current_schema()::regnamespace
      AND c.relname <> 'seaql_migrations'
      AND NOT c.relispartition
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
)
SELECT 'table' AS kind, c.relname::text AS name,
       CASE c.relkind WHEN 'p' THEN 'partition by ' || pg_get_partkeydef(c.oid) ELSE 'plain' END
           || CASE c.relpersistence WHEN 'p' THEN '' ELSE ' not logged' END
           || coalesce(' with ' || array_to_string(c.reloptions, ', '), '') AS definition
FROM ours c WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'column', c.relname || '.' || a.attname,
       format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
           || coalesce(CASE a.attidentity WHEN '' THEN NULL ELSE ' generated as identity' END,
                       CASE a.attgenerated WHEN '' THEN ' default ' ELSE ' generated as ' END
                           || pg_get_expr(d.adbin, d.adrelid), '')
FROM ours c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
-- NOT NULL has a constraint of its own since PostgreSQL 18; it is read with the column.
SELECT 'constraint', c.relname || '.' || k.conname, replace(pg_get_constraintdef(k.oid), ' NOT VALID', '')
FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
-- For each partition that a key refers to there is a constraint besides.
WHERE k.conparentid = 0
UNION ALL
SELECT 'index', c.relname || '.' || i.relname,
       CASE WHEN x.indisunique THEN 'unique ' ELSE '' END || substring(pg_get_indexdef(i.oid) FROM ' USING (.*)$')
FROM ours c
JOIN pg_index x ON x.indrelid = c.oid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)
UNION ALL
SELECT 'trigger', c.relname || '.' || t.tgname, regexp_replace(pg_get_triggerdef(t.oid, true), '^CREATE TRIGGER \S+ ', '')
FROM ours c JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'function', p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       replace(pg_get_functiondef(p.oid), quote_ident(current_schema()) || '.', '')
FROM pg_proc p
WHERE p.pronamespace = current_schema()::regnamespace AND p.prokind IN ('f', 'p')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'view', c.relname, CASE c.relkind WHEN 'm' THEN 'materialized' || chr(10) ELSE '' END || pg_get_viewdef(c.oid)
FROM ours c WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT 'comment', c.relname || coalesce('.' || a.attname, ''), d.description
FROM ours c
JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
UNION ALL
SELECT 'sequence', c.relname,
       format('start with %s increment by %s owned by %s', s.seqstart, s.seqincrement,
              coalesce((SELECT t.relname || '.' || a.attname
                        FROM pg_depend d
                        JOIN pg_class t ON t.oid = d.refobjid
                        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                        WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                          AND d.deptype IN ('a', 'i')), 'none'))
FROM ours c JOIN pg_sequence s ON s.seqrelid = c.oid
UNION ALL
SELECT 'type', t.typname, t.typtype::text
FROM pg_type t
WHERE t.typnamespace = current_schema()::regnamespace AND t.typtype IN ('e', 'd', 'r')
  AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'tracking', c.relname, ''
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relname = 'seaql_migrations'
UNION ALL
-- A partition, as its bounds, its settings and the constraints that it has beyond its table's.
SELECT 'partition', parent.relname || '.' || c.relname,
       concat_ws(chr(10), lower(pg_get_expr(c.relpartbound, c.oid)),
                 'with ' || coalesce(array_to_string(c.reloptions, ', '), 'nothing')
                     || CASE c.relpersistence WHEN 'p' THEN '' ELSE ' not logged' END,
                 (SELECT string_agg(k.conname || ' ' || pg_get_constraintdef(k.oid), chr(10) ORDER BY k.conname)
                  FROM pg_constraint k
                  WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.coninhcount = 0))
FROM pg_class parent
JOIN pg_inherits n ON n.inhparent = parent.oid
JOIN pg_class c ON c.oid = n.inhrelid
WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'

-- Every object of the current schema, as kind, name and definition; names are written as in SQL. What belongs to an extension is not
-- ours, what belongs to a partition is read with the partitions, and the migrator's table has no part in the schema.
WITH home AS (SELECT n.oid, n.nspname FROM pg_namespace n WHERE n.nspname = current_schema()),
relations AS (
    SELECT c.*, quote_ident(c.relname) AS name
    FROM pg_class c
    JOIN home ON home.oid = c.relnamespace
    WHERE c.relname <> 'seaql_migrations'
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
),
ours AS (SELECT * FROM relations WHERE NOT relispartition)
SELECT 'table' AS kind, c.name,
       concat_ws(', ',
                 CASE c.relkind WHEN 'p' THEN 'partition by ' || pg_get_partkeydef(c.oid) WHEN 'f' THEN 'foreign' ELSE 'plain' END,
                 CASE c.relpersistence WHEN 'p' THEN NULL ELSE 'not logged' END,
                 CASE WHEN c.relrowsecurity THEN 'row level security' END,
                 CASE WHEN c.relforcerowsecurity THEN 'forced upon its owner' END) AS definition
FROM ours c WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
SELECT 'setting', c.name || '.' || split_part(o.option, '=', 1), substr(o.option, strpos(o.option, '=') + 1)
FROM ours c CROSS JOIN unnest(c.reloptions) o (option) WHERE c.relkind IN ('r', 'p')
UNION ALL
SELECT 'column', c.name || '.' || quote_ident(a.attname),
       format_type(a.atttypid, a.atttypmod)
           || coalesce((SELECT ' collate ' || quote_ident(l.collname) FROM pg_collation l
                        WHERE l.oid = a.attcollation AND a.attcollation <> t.typcollation), '')
           || CASE WHEN a.attnotnull THEN ' not null' ELSE '' END
           || coalesce(CASE a.attidentity WHEN '' THEN NULL ELSE ' generated as identity' END,
                       CASE a.attgenerated WHEN '' THEN ' default ' ELSE ' generated as ' END
                           || pg_get_expr(d.adbin, d.adrelid), '')
FROM ours c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
JOIN pg_type t ON t.oid = a.atttypid
LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
WHERE c.relkind IN ('r', 'p', 'f')
UNION ALL
-- NOT NULL has a constraint of its own since PostgreSQL 18; it is read with the column.
SELECT 'constraint', c.name || '.' || quote_ident(k.conname), replace(pg_get_constraintdef(k.oid), ' NOT VALID', '')
FROM ours c JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype IN ('p', 'u', 'f', 'c', 'x')
-- For each partition that a key refers to there is a constraint besides.
WHERE k.conparentid = 0
UNION ALL
-- How full an index is packed is up to whoever tunes it.
SELECT 'index', c.name || '.' || quote_ident(i.relname),
       CASE WHEN x.indisunique THEN 'unique ' ELSE '' END
           || CASE WHEN i.reloptions IS NULL THEN y.how ELSE regexp_replace(y.how, ' WITH \([^)]*\)', '') END
FROM ours c
JOIN pg_index x ON x.indrelid = c.oid
JOIN pg_class i ON i.oid = x.indexrelid
CROSS JOIN LATERAL (SELECT substring(pg_get_indexdef(i.oid) FROM ' USING (.*)$') AS how) y
WHERE NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = i.oid AND k.conrelid = c.oid)
UNION ALL
-- A partition has those of its table, and perhaps some of its own.
SELECT 'trigger', c.name || '.' || quote_ident(t.tgname),
       CASE t.tgconstraint WHEN 0 THEN substr(y.text, length('CREATE TRIGGER  ' || quote_ident(t.tgname)) + 1) ELSE y.text END
FROM relations c
JOIN pg_trigger t ON t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgparentid = 0
CROSS JOIN LATERAL (SELECT pg_get_triggerdef(t.oid, true) AS text) y
UNION ALL
SELECT 'rule', c.name || '.' || quote_ident(r.rulename), pg_get_ruledef(r.oid, true)
FROM relations c JOIN pg_rewrite r ON r.ev_class = c.oid AND r.rulename <> '_RETURN'
UNION ALL
SELECT 'function', quote_ident(p.proname) || '(' || pg_get_function_identity_arguments(p.oid) || ')',
       replace(pg_get_functiondef(p.oid), quote_ident(home.nspname) || '.', '')
FROM home JOIN pg_proc p ON p.pronamespace = home.oid AND p.prokind IN ('f', 'p')
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_proc'::regclass AND d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'view', c.name, CASE c.relkind WHEN 'm' THEN 'materialized' || chr(10) ELSE '' END || pg_get_viewdef(c.oid)
FROM ours c WHERE c.relkind IN ('v', 'm')
UNION ALL
SELECT 'comment', c.name || coalesce('.' || quote_ident(a.attname), ''), d.description
FROM ours c
JOIN pg_description d ON d.objoid = c.oid AND d.classoid = 'pg_class'::regclass
LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.objsubid AND d.objsubid > 0
UNION ALL
SELECT 'sequence', c.name,
       format('as %s start with %s increment by %s minvalue %s maxvalue %s cache %s %s owned by %s',
              format_type(s.seqtypid, NULL), s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
              CASE WHEN s.seqcycle THEN 'cycle' ELSE 'no cycle' END,
              coalesce((SELECT quote_ident(t.relname) || '.' || quote_ident(a.attname)
                        FROM pg_depend d
                        JOIN pg_class t ON t.oid = d.refobjid
                        JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = d.refobjsubid
                        WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
                          AND d.deptype IN ('a', 'i')), 'none'))
FROM ours c JOIN pg_sequence s ON s.seqrelid = c.oid
UNION ALL
SELECT 'type', quote_ident(t.typname), t.typtype::text
FROM home JOIN pg_type t ON t.typnamespace = home.oid AND t.typtype IN ('e', 'd', 'r')
WHERE NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e')
UNION ALL
SELECT 'tracking', c.relname, ''
FROM home JOIN pg_class c ON c.relnamespace = home.oid AND c.relname = 'seaql_migrations'
UNION ALL
-- A partition, as its bounds, its settings and the constraints that it has beyond its table's.
SELECT 'partition', parent.name || '.' || quote_ident(c.relname),
       concat_ws(chr(10), lower(pg_get_expr(c.relpartbound, c.oid)),
                 CASE WHEN n.inhdetachpending THEN 'being detached' END,
                 CASE c.relpersistence WHEN 'p' THEN NULL ELSE 'not logged' END,
                 'with ' || array_to_string(c.reloptions, ', '),
                 (SELECT string_agg(quote_ident(k.conname) || ' ' || replace(pg_get_constraintdef(k.oid), ' NOT VALID', ''),
                                    chr(10) ORDER BY k.conname)
                  FROM pg_constraint k
                  WHERE k.conrelid = c.oid AND k.contype = 'c' AND k.coninhcount = 0))
FROM ours parent
JOIN pg_inherits n ON n.inhparent = parent.oid
JOIN pg_class c ON c.oid = n.inhrelid
WHERE parent.relkind = 'p'

WITH me AS (SELECT c.*, c.oid AS id FROM pg_class c WHERE c.oid = to_regclass($1))
SELECT concat_ws(' ', 'table', relname, relkind, relpersistence, relreplident, relispartition, relowner, relacl::text,
                 array_to_string(reloptions, ','), relam, pg_get_expr(relpartbound, id), relrowsecurity)
FROM me
UNION ALL
SELECT concat_ws(' ', 'column', a.attnum, a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attstorage,
                 a.attcompression, a.attislocal, a.attinhcount, a.attcollation, a.attacl::text, pg_get_expr(d.adbin, d.adrelid))
FROM me JOIN pg_attribute a ON a.attrelid = me.id AND a.attnum > 0
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
UNION ALL
SELECT concat_ws(' ', 'constraint', k.conname, pg_get_constraintdef(k.oid), k.convalidated, k.conislocal, k.coninhcount,
                 -- Says nothing of a primary key; the server sets it in another way when the table existed before.
                 CASE WHEN k.contype <> 'p' THEN k.connoinherit END, p.conname)
FROM me JOIN pg_constraint k ON k.conrelid = me.id
LEFT JOIN pg_constraint p ON p.oid = k.conparentid
UNION ALL
SELECT concat_ws(' ', 'index', pg_get_indexdef(x.indexrelid), x.indisvalid, x.indisprimary, i.reloptions::text, i.relispartition,
                 h.inhparent::regclass)
FROM me JOIN pg_index x ON x.indrelid = me.id JOIN pg_class i ON i.oid = x.indexrelid
LEFT JOIN pg_inherits h ON h.inhrelid = x.indexrelid
UNION ALL
SELECT concat_ws(' ', 'trigger', CASE WHEN t.tgisinternal THEN p.conname ELSE t.tgname END, t.tgfoid::regproc, t.tgtype, t.tgenabled,
                 t.tgdeferrable)
FROM me JOIN pg_trigger t ON t.tgrelid = me.id
LEFT JOIN pg_constraint k ON k.oid = t.tgconstraint
LEFT JOIN pg_constraint p ON p.oid = coalesce(nullif(k.conparentid, 0), k.oid)
UNION ALL
SELECT concat_ws(' ', 'statistics', e.stxname) FROM me JOIN pg_statistic_ext e ON e.stxrelid = me.id
UNION ALL
-- What refers to the table and its partitions, whichever they are.
SELECT concat_ws(' ', 'child', k.conrelid::regclass, k.conname, pg_get_constraintdef(k.oid), k.convalidated, k.connoinherit)
FROM pg_constraint k
WHERE k.contype = 'f' AND k.confrelid = to_regclass($2)
UNION ALL
SELECT concat_ws(' ', 'reference', k.conrelid::regclass, pg_get_constraintdef(k.oid), k.convalidated)
FROM me JOIN pg_constraint k ON k.contype = 'f' AND k.confrelid = me.id

-- Indexes without those of the primary keys. An index column that is an expression has no name.
SELECT m.name AS relation, i.name AS name, i."unique" <> 0 AS is_unique, i.partial <> 0 AS is_partial,
       coalesce(x.name, '(expression)') || CASE WHEN x."desc" <> 0 THEN ' desc' ELSE '' END AS index_column
FROM sqlite_master m
JOIN pragma_index_list(m.name) i
JOIN pragma_index_xinfo(i.name) x
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND i.origin <> 'pk' AND x.key <> 0
ORDER BY m.name, i.name, x.seqno

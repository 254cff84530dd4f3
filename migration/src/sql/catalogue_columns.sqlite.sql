SELECT m.name AS relation, x.name AS name, x.type AS declared, x."notnull" <> 0 OR x.pk > 0 AS required, x.dflt_value AS default_expression,
       x.pk AS key_position
FROM sqlite_master m
JOIN pragma_table_xinfo(m.name) x
WHERE m.type IN ('table', 'view') AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\' AND x.hidden <> 1
ORDER BY m.name, x.cid

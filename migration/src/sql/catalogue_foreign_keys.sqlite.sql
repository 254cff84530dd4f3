SELECT m.name AS relation, f.id AS id, f."table" AS parent, f."from" AS child_column, f."to" AS parent_column, f.on_delete AS on_delete
FROM sqlite_master m
JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY m.name, f.id, f.seq

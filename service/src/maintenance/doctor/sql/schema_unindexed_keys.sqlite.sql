-- A key without an index that begins with its column: a deletion of a parent then reads the whole table.
SELECT m.name || '.' || f."from" AS name, 'an index of ' || f."from" AS expected, 'none' AS found,
       printf('CREATE INDEX "idx_%s_%s" ON "%s" ("%s")', m.name, f."from", m.name, f."from") AS repair
FROM sqlite_schema m
JOIN pragma_foreign_key_list(m.name) f
WHERE m.type = 'table' AND NOT EXISTS (
    SELECT 1
    FROM pragma_index_list(m.name) i
    JOIN pragma_index_info(i.name) x
    WHERE i.partial = 0 AND x.seqno = 0 AND x.name = f."from")

-- What a CREATE INDEX CONCURRENTLY left that failed, and a partitioned index that lacks the index of a partition.
SELECT c.relname || '.' || i.relname AS name, 'valid' AS expected, 'not valid' AS found,
       CASE i.relkind
           WHEN 'I' THEN format(E'DROP INDEX %I;\n', i.relname) || replace(pg_get_indexdef(i.oid), ' ON ONLY ', ' ON ')
           ELSE format('REINDEX INDEX %I', i.relname)
       END AS repair
FROM pg_index x
JOIN pg_class c ON c.oid = x.indrelid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT (x.indisvalid AND x.indisready)

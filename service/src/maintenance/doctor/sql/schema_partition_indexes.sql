SELECT c.relname || '.' || i.relname AS name, 'an index like ' || i.relname AS expected, 'none' AS found,
       format(E'CREATE %sINDEX %I ON %I USING %s;\nALTER INDEX %I ATTACH PARTITION %I',
              CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, left(c.relname || '_' || i.relname, 63), c.relname,
              substring(pg_get_indexdef(i.oid) FROM ' USING (.*)$'), i.relname, left(c.relname || '_' || i.relname, 63)) AS repair
FROM pg_class parent
JOIN pg_inherits n ON n.inhparent = parent.oid
JOIN pg_class c ON c.oid = n.inhrelid
JOIN pg_index x ON x.indrelid = parent.oid
JOIN pg_class i ON i.oid = x.indexrelid
WHERE parent.relnamespace = current_schema()::regnamespace AND parent.relkind = 'p'
  AND NOT EXISTS (
    SELECT FROM pg_inherits b JOIN pg_index y ON y.indexrelid = b.inhrelid
    WHERE b.inhparent = i.oid AND y.indrelid = c.oid)

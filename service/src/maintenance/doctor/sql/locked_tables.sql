SELECT DISTINCT c.relname::text AS name
FROM pg_locks l
JOIN pg_class c ON c.oid = l.relation
WHERE l.granted AND l.mode = 'AccessExclusiveLock' AND l.pid <> pg_backend_pid() AND c.relkind IN ('r', 'p', 'm')
  AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
ORDER BY 1

-- ALTER SYSTEM is sent by itself, and the server reads it when it is told to.
SELECT name::text AS name, 'on' AS expected, setting AS found,
       format(E'ALTER SYSTEM SET %I = on\n\nSELECT pg_reload_conf()', name) AS repair
FROM pg_settings
WHERE name IN ('autovacuum', 'track_counts') AND setting <> 'on'
UNION ALL
SELECT c.relname, 'on', 'off', format('ALTER TABLE %I RESET (autovacuum_enabled)', c.relname)
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm')
  AND EXISTS (SELECT FROM unnest(c.reloptions) o WHERE lower(o) IN ('autovacuum_enabled=false', 'autovacuum_enabled=off', 'autovacuum_enabled=0'))

-- ALTER SYSTEM is sent by itself, and the server reads it when it is told to. A table keeps the setting in the words that it was given,
-- and another one for what it stores apart (TOAST).
SELECT name::text AS name, 'on' AS expected, setting AS found,
       format(E'ALTER SYSTEM SET %I = on\n\nSELECT pg_reload_conf()', name) AS repair
FROM pg_settings
WHERE name IN ('autovacuum', 'track_counts') AND setting <> 'on'
UNION ALL
SELECT c.relname || storage.said, 'on', 'off', format('ALTER TABLE %I RESET (%sautovacuum_enabled)', c.relname, storage.prefix)
FROM pg_class c
LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
CROSS JOIN LATERAL (VALUES ('', '', c.reloptions), (' (TOAST)', 'toast.', toast.reloptions)) storage (said, prefix, options)
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm')
  AND EXISTS (
    SELECT FROM pg_options_to_table(storage.options) o
    WHERE o.option_name = 'autovacuum_enabled' AND NOT o.option_value::boolean)

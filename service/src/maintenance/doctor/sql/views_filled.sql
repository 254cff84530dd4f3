SELECT c.relname::text AS name, 'filled' AS expected, 'never refreshed' AS found
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'm' AND NOT c.relispopulated

-- A refresh is recorded under the view's name; before the first, or when the record is not one, the view is as old as the migration
-- that made it.
SELECT c.relname::text AS name, 'refreshed within two days' AS expected,
       'as of ' || to_char(age.as_of AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI') AS found
FROM pg_class c
CROSS JOIN LATERAL (
    SELECT coalesce(
        (SELECT CASE WHEN r.value ->> 'started_at' ~ '^[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9]([.][0-9]+)?(Z|[+-][0-9]{2}:[0-9]{2})$'
                THEN (r.value ->> 'started_at')::timestamptz END
         FROM configurations r WHERE r.key = 'maintenance.views.' || c.relname),
        (SELECT to_timestamp(m.applied_at) FROM seaql_migrations m WHERE m.version LIKE '%create_views')) AS as_of) age
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind = 'm' AND age.as_of < now() - interval '2 days'

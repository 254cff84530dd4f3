-- The first 48 bits of the id are its time in milliseconds.
SELECT 'workflow_executions ' || id::text AS name, 'an id of the month of ' || created_at::text AS expected, 'another' AS found
FROM workflow_executions
WHERE id < uuid_v7_lowest(date_trunc('month', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')
   OR id >= uuid_v7_lowest((date_trunc('month', created_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC')
UNION ALL
SELECT 'transactions ' || id::text, 'an id of the month of ' || transaction_date::text, 'another'
FROM transactions
WHERE id < uuid_v7_lowest(date_trunc('month', transaction_date::timestamp) AT TIME ZONE 'UTC')
   OR id >= uuid_v7_lowest((date_trunc('month', transaction_date::timestamp) + interval '1 month') AT TIME ZONE 'UTC')
UNION ALL
SELECT 'system_events ' || id::text, 'an id of the month of ' || created_at::text, 'another'
FROM system_events
WHERE id < uuid_v7_lowest(date_trunc('month', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC')
   OR id >= uuid_v7_lowest((date_trunc('month', created_at AT TIME ZONE 'UTC') + interval '1 month') AT TIME ZONE 'UTC')

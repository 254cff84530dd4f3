-- The first 48 bits of the id are its time in milliseconds.
SELECT 'workflow_executions ' || {text id} AS name, 'an id of the month of ' || created_at AS expected, 'another' AS found
FROM workflow_executions
WHERE substr(hex(id), 1, 12) < printf('%012X', unixepoch(created_at, 'start of month') * 1000)
   OR substr(hex(id), 1, 12) >= printf('%012X', unixepoch(created_at, 'start of month', '+1 month') * 1000)
UNION ALL
SELECT 'transactions ' || {text id}, 'an id of the month of ' || transaction_date, 'another'
FROM transactions
WHERE substr(hex(id), 1, 12) < printf('%012X', unixepoch(transaction_date, 'start of month') * 1000)
   OR substr(hex(id), 1, 12) >= printf('%012X', unixepoch(transaction_date, 'start of month', '+1 month') * 1000)
UNION ALL
SELECT 'system_events ' || {text id}, 'an id of the month of ' || created_at, 'another'
FROM system_events
WHERE substr(hex(id), 1, 12) < printf('%012X', unixepoch(created_at, 'start of month') * 1000)
   OR substr(hex(id), 1, 12) >= printf('%012X', unixepoch(created_at, 'start of month', '+1 month') * 1000)

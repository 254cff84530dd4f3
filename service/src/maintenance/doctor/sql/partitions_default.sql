SELECT 'workflow_executions ' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM') AS name, 'a partition of its own' AS expected, count(*)::text || ' rows in the default partition' AS found
FROM workflow_executions_default GROUP BY 1
UNION ALL
SELECT 'transactions ' || to_char(transaction_date, 'YYYY-MM'), 'a partition of its own', count(*)::text || ' rows in the default partition'
FROM transactions_default GROUP BY 1
UNION ALL
SELECT 'system_events ' || to_char(created_at AT TIME ZONE 'UTC', 'YYYY-MM'), 'a partition of its own', count(*)::text || ' rows in the default partition'
FROM system_events_default GROUP BY 1

SELECT t.id, 'ended, as its execution' AS expected, t.status || ' in an execution that is ' || e.status AS found
FROM tasks t
JOIN workflow_executions e ON e.id = t.workflow_execution_id
WHERE t.status IN ('pending', 'in_progress') AND e.status IN ('succeeded', 'failed', 'cancelled')

SELECT id,
       CASE status WHEN 'pending' THEN 'neither started nor completed' WHEN 'running' THEN 'started and not completed'
           ELSE 'started and completed' END AS expected,
       status || CASE WHEN started_at IS NULL THEN ', not started' ELSE ', started' END
           || CASE WHEN completed_at IS NULL THEN ', not completed' ELSE ', completed' END AS found
FROM workflow_executions
WHERE (status = 'pending' AND (started_at IS NOT NULL OR completed_at IS NOT NULL))
   OR (status = 'running' AND (started_at IS NULL OR completed_at IS NOT NULL))
   OR (status IN ('succeeded', 'failed', 'cancelled') AND (started_at IS NULL OR completed_at IS NULL))

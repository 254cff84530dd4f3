SELECT id,
       CASE status WHEN 'pending' THEN 'not completed' WHEN 'in_progress' THEN 'claimed, started, with a lease and not completed'
           WHEN 'cancelled' THEN 'completed, without a lease' ELSE 'claimed, started and completed, without a lease' END AS expected,
       status || ', ' || CAST(attempts AS text) || ' attempts, '
           || CASE WHEN started_at IS NULL THEN 'not started, ' ELSE 'started, ' END
           || CASE WHEN completed_at IS NULL THEN 'not completed, ' WHEN completed_at < started_at THEN 'completed before, ' ELSE 'completed, ' END
           || CASE WHEN lease_expires_at IS NULL THEN 'no lease' ELSE 'a lease' END AS found
FROM tasks
WHERE (status = 'pending' AND completed_at IS NOT NULL)
   OR (status = 'in_progress' AND (attempts < 1 OR started_at IS NULL OR lease_expires_at IS NULL OR completed_at IS NOT NULL))
   OR (status IN ('completed', 'failed') AND (attempts < 1 OR started_at IS NULL))
   OR (status IN ('completed', 'failed', 'cancelled') AND (completed_at IS NULL OR lease_expires_at IS NOT NULL))

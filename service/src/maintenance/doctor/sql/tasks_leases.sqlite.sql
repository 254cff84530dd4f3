-- Five minutes are left to whoever releases leases.
SELECT id, 'a lease that runs' AS expected, 'expired ' || CAST(lease_expires_at AS text) AS found
FROM tasks
WHERE status = 'in_progress' AND lease_expires_at < strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now', '-5 minutes')

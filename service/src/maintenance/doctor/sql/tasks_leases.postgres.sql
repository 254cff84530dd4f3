-- Five minutes are left to whoever releases leases.
SELECT id, 'a lease that runs' AS expected, 'expired ' || CAST(lease_expires_at AS text) AS found
FROM tasks
WHERE status = 'in_progress' AND lease_expires_at < now() - interval '5 minutes'

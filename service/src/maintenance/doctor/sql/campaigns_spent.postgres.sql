-- Each expense and correction is remembered under its transaction's id, with its campaign. What lies before the newest unbroken months of
-- events is not known any more: a campaign of before may have spent more.
WITH known AS (
    -- The newest months that have events without a gap: those of before may have been dropped, and an old one kept or restored.
    SELECT max(month) AT TIME ZONE 'UTC' AS since FROM (
        SELECT month, lag(month) OVER (ORDER BY month) AS earlier
        FROM (SELECT DISTINCT date_trunc('month', created_at AT TIME ZONE 'UTC') AS month FROM system_events) months) runs
    WHERE earlier IS NULL OR earlier + interval '1 month' < month
)
SELECT c.id, CAST(coalesce(s.cents, 0) AS text) AS expected, CAST(CAST(round(c.spent * 100) AS bigint) AS text) AS found
FROM campaigns c
LEFT JOIN (
    SELECT (e.details -> 'command' ->> 'campaign')::uuid AS campaign,
           sum(CASE e.event_type WHEN 'campaign.spent' THEN 1 ELSE -1 END * CAST(round(t.amount * 100) AS bigint)) AS cents
    FROM system_events e
    JOIN transactions t ON t.id = e.id
    WHERE e.event_type IN ('campaign.spent', 'campaign.corrected')
      AND (e.created_at >= (SELECT since FROM known)) IS NOT FALSE
    GROUP BY 1) s ON s.campaign = c.id
WHERE coalesce(s.cents, 0) <> CAST(round(c.spent * 100) AS bigint)
  AND (coalesce(s.cents, 0) > CAST(round(c.spent * 100) AS bigint)
       OR (c.created_at >= (SELECT since FROM known)) IS NOT FALSE)

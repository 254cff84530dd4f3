-- Each expense and correction is remembered under its transaction's id, with its campaign. What is older than the oldest event is not known any
-- more: a campaign of before may have spent more.
SELECT c.id, CAST(coalesce(s.cents, 0) AS text) AS expected, CAST(CAST(round(c.spent * 100) AS bigint) AS text) AS found
FROM campaigns c
LEFT JOIN (
    SELECT unhex(replace(e.details -> 'command' ->> 'campaign', '-', '')) AS campaign,
           sum(CASE e.event_type WHEN 'campaign.spent' THEN 1 ELSE -1 END * CAST(round(t.amount * 100) AS bigint)) AS cents
    FROM system_events e
    JOIN transactions t ON t.id = e.id
    WHERE e.event_type IN ('campaign.spent', 'campaign.corrected')
    GROUP BY 1) s ON s.campaign = c.id
WHERE coalesce(s.cents, 0) <> CAST(round(c.spent * 100) AS bigint)
  AND (coalesce(s.cents, 0) > CAST(round(c.spent * 100) AS bigint)
       OR (c.created_at >= (SELECT strftime('%Y-%m-01', min(created_at)) FROM system_events)) IS NOT FALSE)

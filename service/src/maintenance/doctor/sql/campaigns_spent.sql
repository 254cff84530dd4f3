-- Each expense and correction is remembered under its transaction's id, with its campaign. Of a campaign that is older than
-- the newest unbroken months of events, what lies before them is not known: at least the rest was spent. Whatever is missing may have
-- been more, so too much is told only where nothing can be missing.
WITH since (instant) AS (
    SELECT {events since}
), booked AS (
    SELECT lower(({json e.details}) -> 'command' ->> 'campaign') AS campaign,
           CASE e.event_type WHEN 'campaign.spent' THEN 1 ELSE -1 END AS sign,
           {cents t.amount} AS cents,
           e.created_at >= (SELECT instant FROM since) AS lately
    FROM system_events e
    LEFT JOIN transactions t ON t.id = e.id
    WHERE e.event_type IN ('campaign.spent', 'campaign.corrected')
), known AS (
    SELECT campaign, sum(sign * cents) AS cents, sum(CASE WHEN lately THEN sign * cents END) AS lately,
           sum(CASE WHEN cents IS NULL THEN 1 ELSE 0 END) AS lost,
           sum(CASE WHEN cents IS NULL AND sign < 0 THEN 1 ELSE 0 END) AS lost_corrections
    FROM booked
    GROUP BY campaign
), compared AS (
    SELECT c.id, {cents c.spent} AS spent, c.created_at >= (SELECT instant FROM since) AS young,
           coalesce(CASE WHEN c.created_at >= (SELECT instant FROM since) THEN k.cents ELSE k.lately END, 0) AS due,
           coalesce(k.lost, 0) AS lost, coalesce(k.lost_corrections, 0) AS lost_corrections
    FROM campaigns c
    LEFT JOIN known k ON k.campaign = {text c.id}
)
SELECT id, CAST(due AS text) || CASE WHEN young AND lost = 0 THEN '' ELSE ' at least' END AS expected, CAST(spent AS text) AS found,
       CASE WHEN spent < due AND young AND lost = 0 THEN 1 ELSE 0 END AS certain
FROM compared
WHERE (spent < due AND lost_corrections = 0) OR (spent > due AND young AND lost = 0 AND {nothing dropped})

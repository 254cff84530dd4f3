-- Each expense and correction is remembered under its transaction's id, with the budget that bears it. What lies before the newest
-- unbroken months of events is not known any more: a budget of before may have spent more.
WITH known AS (
    -- The newest months that have events without a gap: those of before may have been dropped, and an old one kept or restored.
    SELECT max(month) AS since FROM (
        SELECT month, lag(month) OVER (ORDER BY month) AS earlier
        FROM (SELECT DISTINCT strftime('%Y-%m-01', created_at) AS month FROM system_events) months) runs
    WHERE earlier IS NULL OR date(earlier, '+1 month') < month
)
SELECT b.id, CAST(coalesce(s.cents, 0) AS text) AS expected, CAST(CAST(round(b.spent_amount * 100) AS bigint) AS text) AS found
FROM budgets b
LEFT JOIN (
    SELECT unhex(replace(CASE WHEN json_valid(e.details) THEN e.details -> 'command' ->> 'budget' END, '-', '')) AS budget,
           sum(CASE e.event_type WHEN 'budget.spent' THEN 1 ELSE -1 END * CAST(round(t.amount * 100) AS bigint)) AS cents
    FROM system_events e
    JOIN transactions t ON t.id = e.id
    WHERE e.event_type IN ('budget.spent', 'budget.corrected')
      AND (e.created_at >= (SELECT since FROM known)) IS NOT FALSE
    GROUP BY 1) s ON s.budget = b.id
WHERE coalesce(s.cents, 0) <> CAST(round(b.spent_amount * 100) AS bigint)
  AND (coalesce(s.cents, 0) > CAST(round(b.spent_amount * 100) AS bigint)
       OR (b.created_at >= (SELECT since FROM known)) IS NOT FALSE)

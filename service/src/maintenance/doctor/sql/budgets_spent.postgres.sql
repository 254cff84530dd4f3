-- Each expense and correction is remembered under its transaction's id, with the budget that bears it. What is older than the oldest
-- event is not known any more: a budget of before may have spent more.
SELECT b.id, CAST(coalesce(s.cents, 0) AS text) AS expected, CAST(CAST(round(b.spent_amount * 100) AS bigint) AS text) AS found
FROM budgets b
LEFT JOIN (
    SELECT (e.details -> 'command' ->> 'budget')::uuid AS budget,
           sum(CASE e.event_type WHEN 'budget.spent' THEN 1 ELSE -1 END * CAST(round(t.amount * 100) AS bigint)) AS cents
    FROM system_events e
    JOIN transactions t ON t.id = e.id
    WHERE e.event_type IN ('budget.spent', 'budget.corrected')
    GROUP BY 1) s ON s.budget = b.id
WHERE coalesce(s.cents, 0) <> CAST(round(b.spent_amount * 100) AS bigint)
  AND (coalesce(s.cents, 0) > CAST(round(b.spent_amount * 100) AS bigint)
       OR (b.created_at >= (SELECT date_trunc('month', min(created_at), 'UTC') FROM system_events)) IS NOT FALSE)

-- A task's duration runs from its start to its completion, its SLA from its creation. The success rate is the share of
-- completed among completed and failed tasks. A refund takes its credit back.
-- The casts name the columns' types for readers of the catalogue, the comments say which are never NULL.
-- What is divided is divided in the last digit's unit and rounded there: half a cent has no exact binary form, half has.
CREATE VIEW agent_performance AS
WITH worked AS (
    SELECT assigned_agent_id AS agent_id,
           count(*) FILTER (WHERE status = 'pending') AS pending,
           count(*) FILTER (WHERE status = 'in_progress') AS in_progress,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
           count(*) FILTER (WHERE status = 'completed'
               AND round((unixepoch(completed_at, 'subsec') - unixepoch(created_at, 'subsec')) * 1000)
                   <= sla_minutes * 60000) AS within_sla,
           count(DISTINCT workflow_execution_id) AS executions
    FROM tasks
    GROUP BY assigned_agent_id
), timed AS (
    -- Whole milliseconds: the difference of two times of day as floating point is not exact.
    SELECT assigned_agent_id,
           round((unixepoch(completed_at, 'subsec') - unixepoch(started_at, 'subsec')) * 1000) AS duration
    FROM tasks
    WHERE status = 'completed' AND completed_at IS NOT NULL AND started_at IS NOT NULL
), ranked AS (
    SELECT assigned_agent_id AS agent_id,
           duration,
           cume_dist() OVER (PARTITION BY assigned_agent_id ORDER BY duration) AS share
    FROM timed
), lasted AS (
    SELECT agent_id, avg(duration) AS average_duration, min(duration) FILTER (WHERE share >= 0.95) AS p95_duration
    FROM ranked
    GROUP BY agent_id
), talked AS (
    SELECT agent_id, count(*) AS interactions, avg(round(sentiment_score * 100)) AS mean_sentiment
    FROM customer_interactions
    WHERE agent_id IS NOT NULL
    GROUP BY agent_id
), credited AS (
    SELECT a.agent_id,
           sum(CASE t.type WHEN 'revenue' THEN 1 WHEN 'refund' THEN -1 ELSE 0 END
               * round(t.amount * 100) * round(a.attribution_percentage * 100)) AS revenue
    FROM revenue_attribution a
    JOIN transactions t ON t.id = a.transaction_id
    GROUP BY a.agent_id
)
SELECT a.id AS agent_id /* not null */,
       CAST(coalesce(w.pending, 0) AS bigint) AS tasks_pending /* not null */,
       CAST(coalesce(w.in_progress, 0) AS bigint) AS tasks_in_progress /* not null */,
       CAST(coalesce(w.completed, 0) AS bigint) AS tasks_completed /* not null */,
       CAST(coalesce(w.failed, 0) AS bigint) AS tasks_failed /* not null */,
       CAST(coalesce(w.cancelled, 0) AS bigint) AS tasks_cancelled /* not null */,
       CAST(round(w.completed * 10000.0 / nullif(w.completed + w.failed, 0)) / 10000 AS real(5, 4)) AS success_rate,
       CAST(round(l.average_duration) / 1000 AS real(15, 3)) AS average_duration_seconds,
       CAST(l.p95_duration / 1000 AS real(15, 3)) AS p95_duration_seconds,
       CAST(round(w.within_sla * 10000.0 / nullif(w.completed, 0)) / 10000 AS real(5, 4)) AS within_sla,
       CAST(coalesce(w.executions, 0) AS bigint) AS executions /* not null */,
       CAST(coalesce(k.interactions, 0) AS bigint) AS interactions /* not null */,
       CAST(round(k.mean_sentiment * 10) / 1000 AS real(4, 3)) AS mean_sentiment,
       CAST(round(coalesce(c.revenue, 0) / 10000) / 100 AS real(14, 2)) AS revenue_credited /* not null */
FROM agents a
LEFT JOIN worked w ON w.agent_id = a.id
LEFT JOIN lasted l ON l.agent_id = a.id
LEFT JOIN talked k ON k.agent_id = a.id
LEFT JOIN credited c ON c.agent_id = a.id

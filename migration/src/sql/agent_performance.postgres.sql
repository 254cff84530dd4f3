-- A task's duration runs from its start to its completion, its SLA from its creation. The success rate is the share of
-- completed among completed and failed tasks. A refund takes its credit back.
CREATE MATERIALIZED VIEW agent_performance AS
WITH worked AS (
    SELECT assigned_agent_id AS agent_id,
           count(*) FILTER (WHERE status = 'pending') AS pending,
           count(*) FILTER (WHERE status = 'in_progress') AS in_progress,
           count(*) FILTER (WHERE status = 'completed') AS completed,
           count(*) FILTER (WHERE status = 'failed') AS failed,
           count(*) FILTER (WHERE status = 'cancelled') AS cancelled,
           count(*) FILTER (WHERE status = 'completed'
               AND completed_at <= created_at + make_interval(mins => sla_minutes)) AS within_sla,
           count(DISTINCT workflow_execution_id) AS executions,
           avg(extract(epoch FROM completed_at - started_at)) FILTER (WHERE status = 'completed') AS average_duration,
           percentile_disc(0.95) WITHIN GROUP (ORDER BY extract(epoch FROM completed_at - started_at))
               FILTER (WHERE status = 'completed') AS p95_duration
    FROM tasks
    GROUP BY assigned_agent_id
), talked AS (
    SELECT agent_id, count(*) AS interactions, avg(sentiment_score) AS mean_sentiment
    FROM customer_interactions
    WHERE agent_id IS NOT NULL
    GROUP BY agent_id
), credited AS (
    SELECT a.agent_id,
           sum(CASE t.type WHEN 'revenue' THEN t.amount WHEN 'refund' THEN -t.amount ELSE 0 END
               * a.attribution_percentage / 100) AS revenue
    FROM revenue_attribution a
    JOIN transactions t ON t.id = a.transaction_id
    GROUP BY a.agent_id
)
SELECT a.id AS agent_id,
       coalesce(w.pending, 0)::bigint AS tasks_pending,
       coalesce(w.in_progress, 0)::bigint AS tasks_in_progress,
       coalesce(w.completed, 0)::bigint AS tasks_completed,
       coalesce(w.failed, 0)::bigint AS tasks_failed,
       coalesce(w.cancelled, 0)::bigint AS tasks_cancelled,
       (w.completed::numeric / nullif(w.completed + w.failed, 0))::numeric(5, 4) AS success_rate,
       w.average_duration::numeric(15, 3) AS average_duration_seconds,
       w.p95_duration::numeric(15, 3) AS p95_duration_seconds,
       (w.within_sla::numeric / nullif(w.completed, 0))::numeric(5, 4) AS within_sla,
       coalesce(w.executions, 0)::bigint AS executions,
       coalesce(k.interactions, 0)::bigint AS interactions,
       k.mean_sentiment::numeric(4, 3) AS mean_sentiment,
       coalesce(c.revenue, 0)::numeric(14, 2) AS revenue_credited
FROM agents a
LEFT JOIN worked w ON w.agent_id = a.id
LEFT JOIN talked k ON k.agent_id = a.id
LEFT JOIN credited c ON c.agent_id = a.id
--;;
CREATE UNIQUE INDEX idx_agent_performance_agent_id ON agent_performance (agent_id)
--;;
COMMENT ON COLUMN agent_performance.agent_id IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.tasks_pending IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.tasks_in_progress IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.tasks_completed IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.tasks_failed IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.tasks_cancelled IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.executions IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.interactions IS 'not null'
--;;
COMMENT ON COLUMN agent_performance.revenue_credited IS 'not null'

SELECT 'campaigns ' || {text id} AS name, 'an end not before its start' AS expected,
       CAST(start_date AS text) || ' to ' || CAST(end_date AS text) AS found
FROM campaigns WHERE end_date < start_date
UNION ALL
SELECT 'kpi_measurements ' || {text id}, 'an end not before its start', CAST(period_start AS text) || ' to ' || CAST(period_end AS text)
FROM kpi_measurements WHERE period_end < period_start
UNION ALL
SELECT 'product_metrics ' || {text id}, 'an end not before its start', CAST(period_start AS text) || ' to ' || CAST(period_end AS text)
FROM product_metrics WHERE period_end < period_start
UNION ALL
SELECT 'workflow_executions ' || {text id}, 'completed not before it started', CAST(started_at AS text) || ' to ' || CAST(completed_at AS text)
FROM workflow_executions WHERE completed_at < started_at
UNION ALL
SELECT 'reports ' || {text id}, 'sent not before it was generated', CAST(generated_at AS text) || ' to ' || CAST(sent_at AS text)
FROM reports WHERE sent_at < generated_at

-- SQLite keeps JSON as text, and any text as JSON.
SELECT 'agent_capabilities ' || {text id} AS name, 'JSON in configuration' AS expected, substr(configuration, 1, 100) AS found FROM agent_capabilities WHERE NOT json_valid(configuration)
UNION ALL
SELECT 'workflows ' || {text id}, 'JSON in trigger_config', substr(trigger_config, 1, 100) FROM workflows WHERE NOT json_valid(trigger_config)
UNION ALL
SELECT 'workflow_executions ' || {text id}, 'JSON in input_data', substr(input_data, 1, 100) FROM workflow_executions WHERE NOT json_valid(input_data)
UNION ALL
SELECT 'workflow_executions ' || {text id}, 'JSON in output_data', substr(output_data, 1, 100) FROM workflow_executions WHERE NOT json_valid(output_data)
UNION ALL
SELECT 'workflow_executions ' || {text id}, 'JSON in metrics', substr(metrics, 1, 100) FROM workflow_executions WHERE NOT json_valid(metrics)
UNION ALL
SELECT 'tasks ' || {text id}, 'JSON in input_data', substr(input_data, 1, 100) FROM tasks WHERE NOT json_valid(input_data)
UNION ALL
SELECT 'tasks ' || {text id}, 'JSON in output_data', substr(output_data, 1, 100) FROM tasks WHERE NOT json_valid(output_data)
UNION ALL
SELECT 'customer_interactions ' || {text id}, 'JSON in metadata', substr(metadata, 1, 100) FROM customer_interactions WHERE NOT json_valid(metadata)
UNION ALL
SELECT 'campaigns ' || {text id}, 'JSON in metadata', substr(metadata, 1, 100) FROM campaigns WHERE NOT json_valid(metadata)
UNION ALL
SELECT 'content ' || {text id}, 'JSON in metadata', substr(metadata, 1, 100) FROM content WHERE NOT json_valid(metadata)
UNION ALL
SELECT 'content ' || {text id}, 'JSON in performance_metrics', substr(performance_metrics, 1, 100) FROM content WHERE NOT json_valid(performance_metrics)
UNION ALL
SELECT 'email_lists ' || {text id}, 'JSON in criteria', substr(criteria, 1, 100) FROM email_lists WHERE criteria IS NOT NULL AND NOT json_valid(criteria)
UNION ALL
SELECT 'kpi_measurements ' || {text id}, 'JSON in metadata', substr(metadata, 1, 100) FROM kpi_measurements WHERE NOT json_valid(metadata)
UNION ALL
SELECT 'reports ' || {text id}, 'JSON in content', substr(content, 1, 100) FROM reports WHERE NOT json_valid(content)
UNION ALL
SELECT 'configurations ' || {text id}, 'JSON in value', substr(value, 1, 100) FROM configurations WHERE NOT json_valid(value)

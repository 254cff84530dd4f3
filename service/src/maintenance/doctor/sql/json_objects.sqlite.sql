SELECT 'customer_segments ' || {text id} AS name, 'an object in criteria' AS expected, substr(criteria, 1, 100) AS found
FROM customer_segments
WHERE CASE WHEN json_valid(criteria) THEN json_type(criteria) <> 'object' ELSE 1 END
UNION ALL
SELECT 'email_subscribers ' || email || ' on ' || {text list_id}, 'an object in consent', substr(consent, 1, 100)
FROM email_subscribers
WHERE CASE WHEN json_valid(consent) THEN json_type(consent) <> 'object' ELSE 1 END
UNION ALL
SELECT 'revenue_attribution ' || {text id}, 'an object in touchpoint_data', substr(touchpoint_data, 1, 100)
FROM revenue_attribution
WHERE CASE WHEN json_valid(touchpoint_data) THEN json_type(touchpoint_data) <> 'object' ELSE 1 END
UNION ALL
SELECT 'system_events ' || {text id}, 'an object in details', substr(details, 1, 100)
FROM system_events
WHERE CASE WHEN json_valid(details) THEN json_type(details) <> 'object' ELSE 1 END

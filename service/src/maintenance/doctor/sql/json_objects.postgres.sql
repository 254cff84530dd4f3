SELECT 'customer_segments ' || {text id} AS name, 'an object in criteria' AS expected, left(criteria::text, 100) AS found
FROM customer_segments
WHERE jsonb_typeof(criteria) <> 'object'
UNION ALL
SELECT 'email_subscribers ' || email || ' on ' || {text list_id}, 'an object in consent', left(consent::text, 100)
FROM email_subscribers
WHERE jsonb_typeof(consent) <> 'object'
UNION ALL
SELECT 'revenue_attribution ' || {text id}, 'an object in touchpoint_data', left(touchpoint_data::text, 100)
FROM revenue_attribution
WHERE jsonb_typeof(touchpoint_data) <> 'object'
UNION ALL
SELECT 'system_events ' || {text id}, 'an object in details', left(details::text, 100)
FROM system_events
WHERE jsonb_typeof(details) <> 'object'

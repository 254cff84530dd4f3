SELECT r.id, 'recipients that are agents' AS expected, string_agg(coalesce(who.id, 'null'), ', ' ORDER BY who.id) AS found
FROM reports r
CROSS JOIN LATERAL jsonb_array_elements_text(
    CASE jsonb_typeof(r.recipient_agents) WHEN 'array' THEN r.recipient_agents ELSE '[]' END) who (id)
LEFT JOIN agents a ON a.id::text = lower(who.id)
WHERE a.id IS NULL AND r.sent_at IS NULL
GROUP BY r.id

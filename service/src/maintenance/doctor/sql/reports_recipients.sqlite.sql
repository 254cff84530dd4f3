SELECT r.id, 'recipients that are agents' AS expected, group_concat(coalesce(who.value, 'null'), ', ') AS found
FROM reports r
JOIN json_each(CASE WHEN json_valid(r.recipient_agents) THEN r.recipient_agents ELSE '[]' END) who
LEFT JOIN agents a ON a.id = unhex(replace(who.value, '-', ''))
WHERE a.id IS NULL AND r.sent_at IS NULL
GROUP BY r.id

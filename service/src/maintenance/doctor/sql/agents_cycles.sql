-- Whoever stands under no root stands in a circle, or under one.
WITH RECURSIVE placed (id) AS (
    SELECT id FROM agents WHERE parent_id IS NULL
    UNION ALL
    SELECT c.id FROM agents c JOIN placed p ON c.parent_id = p.id
)
SELECT t.id, 'a root above it' AS expected, 'a circle, by way of ' || {text t.parent_id} AS found
FROM agents t
WHERE NOT EXISTS (SELECT 1 FROM placed p WHERE p.id = t.id)

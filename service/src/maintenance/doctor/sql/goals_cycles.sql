-- Whoever stands under no root stands in a circle, or under one.
WITH RECURSIVE placed (id) AS (
    SELECT id FROM goals WHERE parent_goal_id IS NULL
    UNION ALL
    SELECT c.id FROM goals c JOIN placed p ON c.parent_goal_id = p.id
)
SELECT t.id, 'a root above it' AS expected, 'a circle, by way of ' || {text t.parent_goal_id} AS found
FROM goals t
WHERE NOT EXISTS (SELECT 1 FROM placed p WHERE p.id = t.id)

SELECT g.id, 'archived, as the goal above' AS expected, g.status AS found
FROM goals g
JOIN goals above ON above.id = g.parent_goal_id
WHERE above.status = 'archived' AND g.status <> 'archived'

SELECT work.kind || ' ' || {text work.id} AS name, 'an owner in office' AS expected, 'agent ' || {text a.id} || ', archived' AS found
FROM (
    SELECT 'goals' AS kind, id, owner_agent_id AS agent_id FROM goals
    UNION ALL SELECT 'workflows', id, owner_agent_id FROM workflows
    UNION ALL SELECT 'campaigns', id, owner_agent_id FROM campaigns
    UNION ALL SELECT 'kpis', id, owner_agent_id FROM kpis
    UNION ALL SELECT 'budgets', id, owner_agent_id FROM budgets
    UNION ALL SELECT 'tasks', id, assigned_agent_id FROM tasks WHERE status IN ('pending', 'in_progress')) work
JOIN agents a ON a.id = work.agent_id
WHERE a.status = 'archived'

SELECT 'agents ' || {text id} AS name, 'a list of texts in mcp_tools' AS expected, substr(mcp_tools, 1, 100) AS found
FROM agents
WHERE CASE WHEN NOT json_valid(mcp_tools) THEN 1 WHEN json_type(mcp_tools) <> 'array' THEN 1
      ELSE EXISTS (SELECT 1 FROM json_each(mcp_tools) WHERE type <> 'text') END
UNION ALL
SELECT 'products ' || {text id}, 'a list of texts in tags', substr(tags, 1, 100)
FROM products
WHERE CASE WHEN NOT json_valid(tags) THEN 1 WHEN json_type(tags) <> 'array' THEN 1
      ELSE EXISTS (SELECT 1 FROM json_each(tags) WHERE type <> 'text') END
UNION ALL
SELECT 'customers ' || {text id}, 'a list of texts in tags', substr(tags, 1, 100)
FROM customers
WHERE CASE WHEN NOT json_valid(tags) THEN 1 WHEN json_type(tags) <> 'array' THEN 1
      ELSE EXISTS (SELECT 1 FROM json_each(tags) WHERE type <> 'text') END
UNION ALL
SELECT 'reports ' || {text id}, 'a list of texts in recipient_agents', substr(recipient_agents, 1, 100)
FROM reports
WHERE CASE WHEN NOT json_valid(recipient_agents) THEN 1 WHEN json_type(recipient_agents) <> 'array' THEN 1
      ELSE EXISTS (SELECT 1 FROM json_each(recipient_agents) WHERE type <> 'text') END

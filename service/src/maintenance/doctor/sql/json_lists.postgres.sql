SELECT 'agents ' || id::text AS name, 'a list of texts in mcp_tools' AS expected, left(mcp_tools::text, 100) AS found
FROM agents
WHERE jsonb_typeof(mcp_tools) <> 'array' OR jsonb_path_exists(mcp_tools, 'strict $[*] ? (@.type() != "string")', '{}', true)
UNION ALL
SELECT 'products ' || id::text, 'a list of texts in tags', left(tags::text, 100)
FROM products
WHERE jsonb_typeof(tags) <> 'array' OR jsonb_path_exists(tags, 'strict $[*] ? (@.type() != "string")', '{}', true)
UNION ALL
SELECT 'customers ' || id::text, 'a list of texts in tags', left(tags::text, 100)
FROM customers
WHERE jsonb_typeof(tags) <> 'array' OR jsonb_path_exists(tags, 'strict $[*] ? (@.type() != "string")', '{}', true)
UNION ALL
SELECT 'reports ' || id::text, 'a list of texts in recipient_agents', left(recipient_agents::text, 100)
FROM reports
WHERE jsonb_typeof(recipient_agents) <> 'array' OR jsonb_path_exists(recipient_agents, 'strict $[*] ? (@.type() != "string")', '{}', true)

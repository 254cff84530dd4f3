-- The schemas that have tables with the names of ours: their place in the search path, how many of the tables they have, and which
-- of those another schema's relation hides.
SELECT n.nspname::text AS name, quote_ident(n.nspname) AS quoted, path.position,
       count(*) AS tables,
       coalesce(string_agg(quote_ident(c.relname), ', ' ORDER BY c.relname) FILTER (WHERE NOT pg_table_is_visible(c.oid)), '') AS hidden,
       coalesce(quote_ident(current_schema()), 'none') AS current,
       n.nspname = current_schema() IS TRUE AS is_current,
       current_setting('search_path') AS search_path
FROM pg_namespace n
JOIN pg_class c ON c.relnamespace = n.oid AND c.relkind IN ('r', 'p')
LEFT JOIN unnest(current_schemas(false)) WITH ORDINALITY AS path (name, position) ON path.name = n.nspname
WHERE n.nspname NOT LIKE 'pg\_%' AND c.relname = ANY (string_to_array('{tables}', ','))
GROUP BY n.oid, n.nspname, path.position
ORDER BY path.position

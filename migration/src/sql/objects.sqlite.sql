-- Tables and views, without SQLite's own.
SELECT upper(type) AS kind, name AS identity
FROM sqlite_schema
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'

-- Tables and views with the text that made them: it alone keeps the names of constraints, the CHECKs and the columns of views.
SELECT name AS relation, type = 'view' AS is_view, sql AS definition
FROM sqlite_master
WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\_%' ESCAPE '\'
ORDER BY name

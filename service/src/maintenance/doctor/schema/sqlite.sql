-- Every object of the file with the text that made it, which alone keeps CHECKs and the names of constraints. SQLite's own tables,
-- and the indexes that it makes for constraints, have no text of ours.
SELECT type AS kind, tbl_name AS owner, name, sql AS definition
FROM sqlite_schema
WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\_%' ESCAPE '\'

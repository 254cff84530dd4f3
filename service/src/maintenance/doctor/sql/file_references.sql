SELECT "table" || ' row ' || rowid AS name, 'a row of ' || parent AS expected, 'none' AS found
FROM pragma_foreign_key_check

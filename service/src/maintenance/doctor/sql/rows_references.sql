SELECT '{table} ' || {row} AS name, 'a row of {parent}{otherwise}' AS expected,
       '{column} ' || c.{column}::text || ', of no row' AS found
FROM {table} c
LEFT JOIN {parent} p ON p.id = c.{column}
WHERE c.{column} IS NOT NULL AND p.id IS NULL

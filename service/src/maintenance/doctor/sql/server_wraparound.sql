-- At two thousand million the server stops taking writes; its own vacuum should have come at two hundred million.
SELECT c.relname::text AS name, 'frozen within the last 1000 million transactions' AS expected,
       (age(c.relfrozenxid) / 1000000)::text || ' million ago' AS found, format('VACUUM (FREEZE) %I', c.relname) AS repair
FROM pg_class c
WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm') AND c.relfrozenxid <> '0'
  AND age(c.relfrozenxid) > 1000000000

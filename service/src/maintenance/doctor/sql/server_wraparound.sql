-- At two thousand million the server stops taking writes; its own vacuum should have come at two hundred million. What several
-- transactions lock together has numbers of its own, and what is not ours counts for the database.
SELECT a.name, 'frozen within the last 1000 million ' || n.numbers AS expected, (n.age / 1000000)::text || ' million ago' AS found, a.repair
FROM (
    SELECT c.relname::text AS name, format('VACUUM (FREEZE) %I', c.relname) AS repair,
           greatest(age(c.relfrozenxid), age(toast.relfrozenxid)) AS transactions,
           greatest(mxid_age(c.relminmxid), mxid_age(toast.relminmxid)) AS multixacts
    FROM pg_class c
    LEFT JOIN pg_class toast ON toast.oid = c.reltoastrelid
    WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'm') AND c.relfrozenxid <> '0'
    UNION ALL
    SELECT 'database ' || datname, 'VACUUM (FREEZE)', age(datfrozenxid), mxid_age(datminmxid)
    FROM pg_database
    WHERE datname = current_database()) a
CROSS JOIN LATERAL (VALUES ('transactions', a.transactions), ('multixacts', a.multixacts)) n (numbers, age)
WHERE n.age > 1000000000

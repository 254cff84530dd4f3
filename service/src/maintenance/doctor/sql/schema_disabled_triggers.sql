-- Foreign keys are triggers too, which have no name of ours and come back together. They say nothing of what was written meanwhile.
SELECT c.relname || CASE WHEN t.tgisinternal THEN '' ELSE '.' || t.tgname END AS name, 'enabled' AS expected,
       CASE t.tgenabled WHEN 'D' THEN 'disabled' WHEN 'R' THEN 'for replicas alone' ELSE 'also for replicas' END AS found,
       min(format('ALTER TABLE %I ENABLE TRIGGER %s', c.relname,
                  CASE WHEN t.tgisinternal THEN E'ALL;\n-- and then look for what was written meanwhile: cargo run -p service -- doctor --only rows.references'
                       ELSE quote_ident(t.tgname) END)) AS repair
FROM pg_trigger t
JOIN pg_class c ON c.oid = t.tgrelid
WHERE c.relnamespace = current_schema()::regnamespace AND t.tgenabled <> 'O'
GROUP BY 1, 2, 3

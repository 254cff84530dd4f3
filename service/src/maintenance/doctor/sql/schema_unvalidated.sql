-- What is not enforced, since version 18, cannot be validated: it is no constraint of the migrations, and found as such.
SELECT c.relname || '.' || k.conname AS name, 'validated' AS expected, 'not validated' AS found,
       format('ALTER TABLE %I VALIDATE CONSTRAINT %I', c.relname, k.conname) AS repair
FROM pg_constraint k
JOIN pg_class c ON c.oid = k.conrelid
WHERE c.relnamespace = current_schema()::regnamespace AND NOT k.convalidated AND pg_get_constraintdef(k.oid) NOT LIKE '% NOT ENFORCED'

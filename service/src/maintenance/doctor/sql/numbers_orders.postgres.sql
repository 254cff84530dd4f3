-- A role that may not read the sequence learns nothing here.
SELECT 'order_numbers' AS name, 'at least ' || highest.number::text AS expected, coalesce(s.last_value, s.start_value - 1)::text AS found,
       format('SELECT setval(''order_numbers'', %s)', highest.number) AS repair
FROM (
    SELECT max(substring(order_number FROM '^VW-([0-9]{1,18})$')::bigint) AS number
    FROM orders) highest
JOIN pg_sequences s ON s.schemaname = current_schema() AND s.sequencename = 'order_numbers'
WHERE has_sequence_privilege(format('%I.%I', s.schemaname, s.sequencename), 'SELECT') AND highest.number > coalesce(s.last_value, s.start_value - 1)

-- The rights that a seed needs and that this role lacks.
SELECT needed.privilege, c.relname::text, pg_get_userbyid(c.relowner)::text
FROM unnest(string_to_array('%TABLES%', ',')) WITH ORDINALITY AS t (name, n)
JOIN pg_class c ON c.oid = to_regclass(t.name)
CROSS JOIN (VALUES ('SELECT'), ('INSERT')) AS needed (privilege)
WHERE NOT has_table_privilege(c.oid, needed.privilege)
UNION ALL
-- A trigger of their figures locks the products.
SELECT 'UPDATE', c.relname::text, pg_get_userbyid(c.relowner)::text
FROM pg_class c
WHERE c.oid = to_regclass('products') AND NOT has_any_column_privilege(c.oid, 'UPDATE')
UNION ALL
-- The shop's own order numbers go on after the last one.
SELECT 'UPDATE', c.relname::text, pg_get_userbyid(c.relowner)::text
FROM pg_class c
WHERE c.oid = to_regclass('order_numbers') AND NOT has_sequence_privilege(c.oid, 'UPDATE')

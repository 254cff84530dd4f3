-- What the siblings of a new partition are like. Storage parameters and grants are not the table's but each partition's: those of the
-- default partition are taken.
SELECT (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
        FROM pg_attribute a
        WHERE a.attrelid = p.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '') AS columns,
       d.oid::regclass::text AS default_partition,
       array_to_string(d.reloptions, ', ') AS storage,
       CASE WHEN p.relowner <> (SELECT r.oid FROM pg_roles r WHERE r.rolname = current_user)
            THEN quote_ident(pg_get_userbyid(p.relowner)) END AS owner,
       (SELECT string_agg(
                   format('GRANT %s ON %%PARTITION%% TO %s%s', g.privilege_type,
                          CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                          CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END),
                   '; ')
        FROM aclexplode(d.relacl) g
        WHERE g.grantee <> d.relowner) AS grants,
       (SELECT string_agg(DISTINCT k.confrelid::regclass::text, ', ')
        FROM pg_constraint k
        WHERE k.conrelid = p.oid AND k.contype = 'f') AS referenced,
       (SELECT string_agg(DISTINCT k.conrelid::regclass::text, ', ')
        FROM pg_constraint k
        WHERE k.confrelid = p.oid AND k.contype = 'f' AND k.conparentid = 0) AS children
FROM pg_class p
LEFT JOIN pg_partitioned_table t ON t.partrelid = p.oid
LEFT JOIN pg_class d ON d.oid = t.partdefid
WHERE p.oid = to_regclass($1)

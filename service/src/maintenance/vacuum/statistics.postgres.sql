-- Every table that stores rows, and every partitioned table, with what the server counts of it and with the limits that its own
-- settings, else the server's, set to that.
WITH relations AS (
    SELECT t.oid AS root, t.relname AS root_name, coalesce(p.relid::oid, t.oid) AS oid
    FROM pg_class t
    LEFT JOIN LATERAL pg_partition_tree(t.oid) p ON true
    WHERE t.relname = ANY ($1) AND t.relkind IN ('r', 'p') AND NOT t.relispartition AND pg_table_is_visible(t.oid)
), counted AS (
    SELECT r.root_name, c.relname, c.relkind = 'p' AS partitioned, c.oid = r.root AS is_table, r.root,
           pg_stat_get_live_tuples(c.oid) AS live,
           pg_stat_get_dead_tuples(c.oid) AS dead,
           pg_stat_get_ins_since_vacuum(c.oid) AS inserted,
           pg_stat_get_mod_since_analyze(c.oid) AS modified,
           greatest(pg_stat_get_last_analyze_time(c.oid), pg_stat_get_last_autoanalyze_time(c.oid)) AS analyzed,
           -- The size last, and of few: to ask for it waits for whoever has locked the table.
           CASE WHEN c.relkind = 'p' OR pg_stat_get_last_analyze_time(c.oid) IS NOT NULL
                     OR pg_stat_get_last_autoanalyze_time(c.oid) IS NOT NULL
                     OR EXISTS (SELECT FROM pg_stats s JOIN pg_namespace n ON n.nspname = s.schemaname
                                WHERE n.oid = c.relnamespace AND s.tablename = c.relname) THEN false
                ELSE pg_relation_size(c.oid) > current_setting('block_size')::int END AS unknown,
           CASE WHEN c.relfrozenxid <> '0' THEN age(c.relfrozenxid) ELSE 0 END AS age,
           CASE WHEN c.relminmxid <> '0' THEN mxid_age(c.relminmxid) ELSE 0 END AS multixact_age,
           (SELECT json_object_agg(o.option_name, o.option_value) FROM pg_options_to_table(c.reloptions) o) AS options
    FROM relations r
    JOIN pg_class c ON c.oid = r.oid
)
SELECT c.root_name::text AS "table",
       c.relname::text AS relation,
       c.is_table, c.partitioned,
       CASE WHEN c.partitioned THEN (SELECT coalesce(sum(l.live), 0)::bigint FROM counted l WHERE l.root = c.root AND NOT l.partitioned)
            ELSE c.live END AS live,
       c.unknown, c.dead, c.inserted, c.modified, c.analyzed,
       c.age::bigint AS age, c.multixact_age::bigint AS multixact_age,
       CASE WHEN c.partitioned THEN (SELECT max(l.analyzed) FROM counted l WHERE l.root = c.root AND NOT l.partitioned) END
           AS partitions_analyzed,
       coalesce(c.options->>'autovacuum_vacuum_threshold', current_setting('autovacuum_vacuum_threshold'))::bigint AS dead_least,
       coalesce(c.options->>'autovacuum_vacuum_scale_factor', current_setting('autovacuum_vacuum_scale_factor'))::float8 AS dead_share,
       coalesce(c.options->>'autovacuum_vacuum_insert_threshold', current_setting('autovacuum_vacuum_insert_threshold'))::bigint
           AS inserted_least,
       coalesce(c.options->>'autovacuum_vacuum_insert_scale_factor', current_setting('autovacuum_vacuum_insert_scale_factor'))::float8
           AS inserted_share,
       coalesce(c.options->>'autovacuum_analyze_threshold', current_setting('autovacuum_analyze_threshold'))::bigint AS modified_least,
       coalesce(c.options->>'autovacuum_analyze_scale_factor', current_setting('autovacuum_analyze_scale_factor'))::float8
           AS modified_share,
       least(current_setting('vacuum_freeze_table_age')::float8, 0.95 * current_setting('autovacuum_freeze_max_age')::float8)::bigint
           AS age_limit,
       least(current_setting('vacuum_multixact_freeze_table_age')::float8,
             0.95 * current_setting('autovacuum_multixact_freeze_max_age')::float8)::bigint AS multixact_age_limit,
       clock_timestamp() AS now
FROM counted c
ORDER BY c.root_name, c.partitioned, c.relname

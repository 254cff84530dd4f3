-- For each view: whether it has data, and how many rows were written in each table or partition that it reads.
-- The epoch changes with the database, with a reset of its counters, and with a crash, after which the server resets all.
WITH asked AS (
    SELECT c.oid, c.relname, c.relispopulated
    FROM pg_class c
    WHERE c.relkind = 'm' AND c.relname = ANY ($1) AND pg_table_is_visible(c.oid)
), reads AS (
    SELECT DISTINCT a.oid AS view, t.oid AS relation, t.relkind
    FROM asked a
    JOIN pg_rewrite r ON r.ev_class = a.oid
    JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_class'::regclass
    JOIN pg_class t ON t.oid = d.refobjid AND t.relkind IN ('r', 'p')
), leaves AS (
    SELECT view, relation AS leaf FROM reads WHERE relkind = 'r'
    UNION ALL
    SELECT r.view, p.relid::oid FROM reads r, pg_partition_tree(r.relation) p WHERE r.relkind = 'p' AND p.isleaf
), counted AS (
    SELECT view,
           json_object_agg(leaf, pg_stat_get_tuples_inserted(leaf) + pg_stat_get_tuples_updated(leaf)
                                 + pg_stat_get_tuples_deleted(leaf)) AS written
    FROM leaves
    GROUP BY view
)
SELECT a.relname::text AS name,
       a.relispopulated AS filled,
       coalesce(c.written, '{}') AS written,
       (SELECT concat_ws('/', d.oid, pg_stat_get_db_stat_reset_time(d.oid), pg_stat_get_bgwriter_stat_reset_time())
        FROM pg_database d WHERE d.datname = current_database()) AS epoch,
       clock_timestamp() AS at
FROM asked a
LEFT JOIN counted c ON c.view = a.oid

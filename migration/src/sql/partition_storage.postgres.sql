-- A partitioned table stores nothing and takes no storage parameters: each of its partitions does, the default one too.
DO $$
DECLARE
    leaf regclass;
BEGIN
    FOR leaf IN SELECT relid FROM pg_partition_tree('{table}') WHERE isleaf LOOP
        EXECUTE format('ALTER TABLE %s {change}', leaf);
    END LOOP;
END
$$

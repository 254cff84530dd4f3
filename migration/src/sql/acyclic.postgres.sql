CREATE FUNCTION {table}_refuse_cycle() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    ancestor uuid := NEW.{parent};
BEGIN
    -- Writers of parents queue here until they commit, so each sees what the one before it did.
    PERFORM pg_advisory_xact_lock(hashtextextended('{table}.{parent}', 0));
    WHILE ancestor IS NOT NULL LOOP
        IF ancestor = NEW.id THEN
            RAISE EXCEPTION 'new row for relation "{table}" violates check constraint "chk_{table}_acyclic"'
                USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                      CONSTRAINT = 'chk_{table}_acyclic',
                      DETAIL = format('Row %s would be its own ancestor.', NEW.id);
        END IF;
        IF current_setting('transaction_isolation') = 'read committed' THEN
            SELECT {parent} INTO ancestor FROM {table} WHERE id = ancestor;
        ELSE
            -- A snapshot taken before the queue shows old parents: locking the row makes a changed one an error.
            SELECT {parent} INTO ancestor FROM {table} WHERE id = ancestor FOR SHARE;
        END IF;
    END LOOP;
    RETURN NULL;
END
$$
--;;
CREATE TRIGGER {table}_acyclic_on_insert
    AFTER INSERT ON {table}
    FOR EACH ROW
    WHEN (NEW.{parent} IS NOT NULL)
    EXECUTE FUNCTION {table}_refuse_cycle()
--;;
-- A row that takes over the id of its own ancestor closes a circle as well.
CREATE TRIGGER {table}_acyclic_on_update
    AFTER UPDATE OF id, {parent} ON {table}
    FOR EACH ROW
    WHEN (NEW.{parent} IS NOT NULL AND (NEW.{parent} IS DISTINCT FROM OLD.{parent} OR NEW.id <> OLD.id))
    EXECUTE FUNCTION {table}_refuse_cycle()

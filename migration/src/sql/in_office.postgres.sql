CREATE FUNCTION {table}_refuse_archived_on_insert() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    archived uuid;
BEGIN
    IF current_setting('transaction_isolation') = 'read committed' THEN
        -- The foreign key has locked the agents before this runs, so nobody is archiving them now.
        SELECT id INTO archived FROM agents
        WHERE status = 'archived' AND id IN (SELECT {agent} FROM written) LIMIT 1;
    ELSE
        -- An older snapshot shows an agent as it was: locking the row makes a changed one an error.
        SELECT held.id INTO archived
        FROM (SELECT id, status FROM agents WHERE id IN (SELECT {agent} FROM written) ORDER BY id FOR SHARE) AS held
        WHERE held.status = 'archived' LIMIT 1;
    END IF;
    IF archived IS NOT NULL THEN
        RAISE EXCEPTION 'new row for relation "{table}" violates check constraint "chk_{table}_in_office"'
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'chk_{table}_in_office', DETAIL = format('Agent %s is archived.', archived);
    END IF;
    RETURN NULL;
END
$$
--;;
-- Once for all rows of a statement: work comes in batches.
CREATE TRIGGER {table}_in_office_on_insert
    AFTER INSERT ON {table}
    REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT
    EXECUTE FUNCTION {table}_refuse_archived_on_insert()
--;;
CREATE FUNCTION {table}_refuse_archived_on_update() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    found_status varchar;
BEGIN
    IF current_setting('transaction_isolation') = 'read committed' THEN
        SELECT status INTO found_status FROM agents WHERE id = NEW.{agent} FOR KEY SHARE;
    ELSE
        SELECT status INTO found_status FROM agents WHERE id = NEW.{agent} FOR SHARE;
    END IF;
    IF found_status = 'archived' THEN
        RAISE EXCEPTION 'new row for relation "{table}" violates check constraint "chk_{table}_in_office"'
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'chk_{table}_in_office', DETAIL = format('Agent %s is archived.', NEW.{agent});
    END IF;
    RETURN NULL;
END
$$
--;;
-- Row by row, because a statement's trigger could not tell a claim, which is frequent, from a hand-over, which is not.
CREATE TRIGGER {table}_in_office_on_update
    AFTER UPDATE OF {agent} ON {table}
    FOR EACH ROW
    WHEN (NEW.{agent} IS NOT NULL AND NEW.{agent} IS DISTINCT FROM OLD.{agent})
    EXECUTE FUNCTION {table}_refuse_archived_on_update()

CREATE FUNCTION agents_refuse_place() RETURNS trigger
LANGUAGE plpgsql AS $$
DECLARE
    above record;
BEGIN
    -- Whoever places agents queues here until it commits, behind the same lock as for circles.
    PERFORM pg_advisory_xact_lock(hashtextextended('agents.parent_id', 0));
    IF NEW.parent_id IS NOT NULL THEN
        IF current_setting('transaction_isolation') = 'read committed' THEN
            SELECT type, status INTO above FROM agents WHERE id = NEW.parent_id;
        ELSE
            -- A snapshot taken before the queue shows the parent as it was: locking the row makes a changed one an error.
            SELECT type, status INTO above FROM agents WHERE id = NEW.parent_id FOR SHARE;
        END IF;
        IF (NEW.type, above.type) NOT IN
            (('director', 'orchestrator'), ('director', 'director'), ('specialist', 'director')) THEN
            RAISE EXCEPTION 'new row for relation "agents" violates check constraint "chk_agents_place"'
                USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                      CONSTRAINT = 'chk_agents_place',
                      DETAIL = format('A %s does not stand under a %s.', NEW.type, above.type);
        END IF;
        IF above.status = 'archived' AND (TG_OP = 'INSERT' OR NEW.parent_id IS DISTINCT FROM OLD.parent_id) THEN
            RAISE EXCEPTION 'new row for relation "agents" violates check constraint "chk_agents_place"'
                USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                      CONSTRAINT = 'chk_agents_place',
                      DETAIL = format('Agent %s is archived.', NEW.parent_id);
        END IF;
    END IF;
    IF TG_OP = 'UPDATE' AND NEW.type <> OLD.type AND EXISTS (
        SELECT FROM agents below
        WHERE below.parent_id = NEW.id AND (below.type, NEW.type) NOT IN
            (('director', 'orchestrator'), ('director', 'director'), ('specialist', 'director'))) THEN
        RAISE EXCEPTION 'new row for relation "agents" violates check constraint "chk_agents_place"'
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'chk_agents_place',
                  DETAIL = format('Others stand under agent %s that may not stand under a %s.', NEW.id, NEW.type);
    END IF;
    RETURN NULL;
END
$$
--;;
CREATE TRIGGER agents_place_on_insert
    AFTER INSERT ON agents
    FOR EACH ROW
    WHEN (NEW.parent_id IS NOT NULL)
    EXECUTE FUNCTION agents_refuse_place()
--;;
CREATE TRIGGER agents_place_on_update
    AFTER UPDATE OF type, parent_id ON agents
    FOR EACH ROW
    WHEN (NEW.type <> OLD.type OR (NEW.parent_id IS NOT NULL AND NEW.parent_id IS DISTINCT FROM OLD.parent_id))
    EXECUTE FUNCTION agents_refuse_place()

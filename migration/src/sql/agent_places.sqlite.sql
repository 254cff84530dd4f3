-- A statement may write a child before its parent, so an insert looks at those below as well.
CREATE TRIGGER agents_place_on_insert
    AFTER INSERT ON agents
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_agents_place')
    FROM agents above
    WHERE above.id = NEW.parent_id AND (above.status = 'archived' OR (NEW.type, above.type) NOT IN
        (VALUES ('director', 'orchestrator'), ('director', 'director'), ('specialist', 'director')));
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_agents_place')
    FROM agents below
    WHERE below.parent_id = NEW.id AND (below.type, NEW.type) NOT IN
        (VALUES ('director', 'orchestrator'), ('director', 'director'), ('specialist', 'director'));
END
--;;
CREATE TRIGGER agents_place_on_update
    AFTER UPDATE OF type, parent_id ON agents
    FOR EACH ROW
    WHEN NEW.type <> OLD.type OR NEW.parent_id IS NOT OLD.parent_id
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_agents_place')
    FROM agents above
    WHERE above.id = NEW.parent_id AND (
        (above.status = 'archived' AND NEW.parent_id IS NOT OLD.parent_id) OR (NEW.type, above.type) NOT IN
        (VALUES ('director', 'orchestrator'), ('director', 'director'), ('specialist', 'director')));
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_agents_place')
    FROM agents below
    WHERE below.parent_id = NEW.id AND (below.type, NEW.type) NOT IN
        (VALUES ('director', 'orchestrator'), ('director', 'director'), ('specialist', 'director'));
END

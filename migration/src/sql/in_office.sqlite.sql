CREATE TRIGGER {table}_in_office_on_insert
    AFTER INSERT ON {table}
    FOR EACH ROW
    WHEN NEW.{agent} IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_{table}_in_office')
    FROM agents WHERE id = NEW.{agent} AND status = 'archived';
END
--;;
CREATE TRIGGER {table}_in_office_on_update
    AFTER UPDATE OF {agent} ON {table}
    FOR EACH ROW
    WHEN NEW.{agent} IS NOT NULL AND NEW.{agent} IS NOT OLD.{agent}
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_{table}_in_office')
    FROM agents WHERE id = NEW.{agent} AND status = 'archived';
END

CREATE TRIGGER {table}_acyclic_on_insert
    AFTER INSERT ON {table}
    FOR EACH ROW
    WHEN NEW.{parent} IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_{table}_acyclic')
    WHERE NEW.id IN (
        WITH RECURSIVE ancestors(id) AS (
            SELECT NEW.{parent}
            UNION
            SELECT parent.{parent} FROM {table} parent JOIN ancestors ON parent.id = ancestors.id
            WHERE parent.{parent} IS NOT NULL)
        SELECT id FROM ancestors);
END
--;;
-- A row that takes over the id of its own ancestor closes a circle as well.
CREATE TRIGGER {table}_acyclic_on_update
    AFTER UPDATE OF id, {parent} ON {table}
    FOR EACH ROW
    WHEN NEW.{parent} IS NOT NULL
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_{table}_acyclic')
    WHERE NEW.id IN (
        WITH RECURSIVE ancestors(id) AS (
            SELECT NEW.{parent}
            UNION
            SELECT parent.{parent} FROM {table} parent JOIN ancestors ON parent.id = ancestors.id
            WHERE parent.{parent} IS NOT NULL)
        SELECT id FROM ancestors);
END

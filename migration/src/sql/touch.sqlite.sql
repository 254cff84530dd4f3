-- A writer may set a later time of its own; nobody leaves it where it was or turns it back.
-- The UPDATE inside moves the time forward, so the trigger does not fire again under recursive_triggers.
CREATE TRIGGER {table}_touch
    AFTER UPDATE ON {table}
    FOR EACH ROW
    WHEN NEW.updated_at <= OLD.updated_at
BEGIN
    UPDATE {table}
    SET updated_at = max(
        strftime('%Y-%m-%dT%H:%M:%f+00:00', 'now'),
        strftime('%Y-%m-%dT%H:%M:%f+00:00', OLD.updated_at, '+0.001 seconds'))
    WHERE id = NEW.id;
END

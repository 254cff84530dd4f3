CREATE TRIGGER {table}_touch
    BEFORE UPDATE ON {table}
    FOR EACH ROW
    EXECUTE FUNCTION touch_updated_at()

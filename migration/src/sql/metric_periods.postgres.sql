CREATE FUNCTION product_metrics_refuse_overlap() RETURNS trigger
LANGUAGE plpgsql AS $$
BEGIN
    -- Writers of one product's periods queue here until they commit, so each sees what the one before it did.
    PERFORM 1 FROM products WHERE id = NEW.product_id FOR NO KEY UPDATE;
    IF EXISTS (
        SELECT FROM product_metrics m
        WHERE m.product_id = NEW.product_id AND m.id <> NEW.id
          AND m.period_start <= NEW.period_end AND m.period_end >= NEW.period_start
    ) THEN
        RAISE EXCEPTION 'new row for relation "product_metrics" violates check constraint "chk_product_metrics_no_overlap"'
            USING ERRCODE = 'check_violation', SCHEMA = TG_TABLE_SCHEMA, TABLE = TG_TABLE_NAME,
                  CONSTRAINT = 'chk_product_metrics_no_overlap',
                  DETAIL = format('Product %s has figures for some of the days from %s to %s.',
                                  NEW.product_id, NEW.period_start, NEW.period_end);
    END IF;
    RETURN NULL;
END
$$
--;;
CREATE TRIGGER product_metrics_no_overlap_on_insert
    AFTER INSERT ON product_metrics
    FOR EACH ROW
    EXECUTE FUNCTION product_metrics_refuse_overlap()
--;;
CREATE TRIGGER product_metrics_no_overlap_on_update
    AFTER UPDATE OF product_id, period_start, period_end ON product_metrics
    FOR EACH ROW
    EXECUTE FUNCTION product_metrics_refuse_overlap()

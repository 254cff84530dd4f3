CREATE TRIGGER product_metrics_no_overlap_on_insert
    AFTER INSERT ON product_metrics
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_product_metrics_no_overlap')
    WHERE EXISTS (
        SELECT 1 FROM product_metrics m
        WHERE m.product_id = NEW.product_id AND m.id <> NEW.id
          AND m.period_start <= NEW.period_end AND m.period_end >= NEW.period_start);
END
--;;
CREATE TRIGGER product_metrics_no_overlap_on_update
    AFTER UPDATE OF product_id, period_start, period_end ON product_metrics
    FOR EACH ROW
BEGIN
    SELECT RAISE(ABORT, 'CHECK constraint failed: chk_product_metrics_no_overlap')
    WHERE EXISTS (
        SELECT 1 FROM product_metrics m
        WHERE m.product_id = NEW.product_id AND m.id <> NEW.id
          AND m.period_start <= NEW.period_end AND m.period_end >= NEW.period_start);
END

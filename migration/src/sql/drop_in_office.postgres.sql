DROP TRIGGER {table}_in_office_on_insert ON {table}
--;;
DROP TRIGGER {table}_in_office_on_update ON {table}
--;;
DROP FUNCTION {table}_refuse_archived_on_insert()
--;;
DROP FUNCTION {table}_refuse_archived_on_update()

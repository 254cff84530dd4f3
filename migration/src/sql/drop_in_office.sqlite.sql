DROP TRIGGER {table}_in_office_on_insert
--;;
DROP TRIGGER {table}_in_office_on_update

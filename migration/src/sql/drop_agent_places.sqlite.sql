DROP TRIGGER agents_place_on_insert
--;;
DROP TRIGGER agents_place_on_update

DROP TRIGGER agents_place_on_insert ON agents
--;;
DROP TRIGGER agents_place_on_update ON agents
--;;
DROP FUNCTION agents_refuse_place()

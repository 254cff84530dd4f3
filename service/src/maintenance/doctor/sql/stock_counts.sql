SELECT id, 'no count below zero' AS expected,
       CAST(quantity_available AS text) || ' available, ' || CAST(quantity_reserved AS text) || ' reserved, '
           || CAST(quantity_incoming AS text) || ' incoming' AS found
FROM inventory
WHERE quantity_available < 0 OR quantity_reserved < 0 OR quantity_incoming < 0

SELECT id, 'sent and cancelled at most what was ordered, returned at most what was sent or cancelled' AS expected,
       CAST(quantity AS text) || ' ordered, ' || CAST(quantity_fulfilled AS text) || ' sent, '
           || CAST(quantity_cancelled AS text) || ' cancelled, ' || CAST(quantity_returned AS text) || ' returned' AS found
FROM order_items
WHERE quantity <= 0 OR quantity_fulfilled < 0 OR quantity_cancelled < 0 OR quantity_returned < 0
   OR quantity_fulfilled + quantity_cancelled > quantity OR quantity_returned > quantity_fulfilled + quantity_cancelled

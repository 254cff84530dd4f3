-- Nobody's, although the address is a customer's: a segment does not reach it.
SELECT s.email || ' on ' || {text s.list_id} AS name, 'of customer ' || {text c.id} AS expected, 'of nobody' AS found
FROM email_subscribers s
JOIN customers c ON c.email = s.email
WHERE s.customer_id IS NULL

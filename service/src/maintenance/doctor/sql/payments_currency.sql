SELECT t.id, o.currency AS expected, t.currency AS found
FROM transactions t
JOIN orders o ON o.id = t.order_id
WHERE t.type IN ('revenue', 'refund') AND t.currency <> o.currency

-- A payment that the order and all its other payments contradict is the wrong one; of any others the order's currency may be.
SELECT t.id, o.currency AS expected, t.currency AS found,
       (SELECT CASE WHEN count(*) > 1 AND sum(CASE WHEN p.currency = o.currency THEN 0 ELSE 1 END) = 1 THEN 1 ELSE 0 END
        FROM transactions p
        WHERE p.order_id = o.id AND p.type IN ('revenue', 'refund')) AS certain
FROM transactions t
JOIN orders o ON o.id = t.order_id
WHERE t.type IN ('revenue', 'refund') AND t.currency <> o.currency

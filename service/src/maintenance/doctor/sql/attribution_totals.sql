-- A refund has the shares of its payments, of which some may not be attributed.
SELECT t.id, CASE t.type WHEN 'revenue' THEN '10000' WHEN 'refund' THEN 'at most 100.00' ELSE 'no attribution' END AS expected,
       coalesce(CAST(a.share AS text), 'NaN') AS found
FROM (
    SELECT transaction_id, {cents sum(attribution_percentage)} AS share
    FROM revenue_attribution
    GROUP BY transaction_id) a
JOIN transactions t ON t.id = a.transaction_id
WHERE (t.type = 'revenue' AND a.share <> 10000) OR (t.type = 'refund' AND a.share > 10000) OR t.type NOT IN ('revenue', 'refund')

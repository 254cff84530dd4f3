SELECT id, 'at most ' || CAST(CAST(round(budget * 100) AS bigint) AS text) || ' cents spent' AS expected,
       CAST(CAST(round(spent * 100) AS bigint) AS text) AS found
FROM campaigns
WHERE CAST(round(spent * 100) AS bigint) > CAST(round(budget * 100) AS bigint)

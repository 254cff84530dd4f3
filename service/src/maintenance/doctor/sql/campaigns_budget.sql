SELECT id, 'at most ' || CAST({cents budget} AS text) || ' cents spent' AS expected,
       CAST({cents spent} AS text) AS found
FROM campaigns
WHERE {cents spent} > {cents budget}

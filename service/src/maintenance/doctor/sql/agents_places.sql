SELECT a.id, CASE a.type WHEN 'director' THEN 'under an orchestrator or a director' WHEN 'specialist' THEN 'under a director' ELSE 'under nobody' END
           || ' in office' AS expected,
       a.type || ' under a ' || above.type || CASE above.status WHEN 'archived' THEN ' that is archived' ELSE '' END AS found
FROM agents a
JOIN agents above ON above.id = a.parent_id
WHERE a.type || ' ' || above.type NOT IN ('director orchestrator', 'director director', 'specialist director')
   OR (above.status = 'archived' AND a.status <> 'archived')

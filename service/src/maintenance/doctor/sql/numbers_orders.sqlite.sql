SELECT 'orders.last_number' AS name, 'at least ' || CAST(highest.number AS text) AS expected, CAST(last.number AS text) AS found,
       printf('INSERT INTO configurations (key, value) VALUES (''orders.last_number'', ''%d'') ON CONFLICT (key) DO UPDATE SET value = excluded.value', highest.number) AS repair
FROM (
    SELECT max(CAST(substr(order_number, 4) AS integer)) AS number
    FROM orders
    WHERE order_number GLOB 'VW-[0-9]*' AND NOT substr(order_number, 4) GLOB '*[^0-9]*' AND length(order_number) <= 21) highest
CROSS JOIN (
    SELECT coalesce((SELECT CAST(value AS integer) FROM configurations WHERE key = 'orders.last_number'), 1000) AS number) last
WHERE highest.number > last.number

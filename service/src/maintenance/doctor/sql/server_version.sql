SELECT 'server_version' AS name, '15 or later' AS expected, current_setting('server_version') AS found
WHERE current_setting('server_version_num')::int < 150000

SELECT 'TimeZone' AS name, 'UTC' AS expected, current_setting('TimeZone') AS found
WHERE current_setting('TimeZone') NOT IN ('UTC', 'Etc/UTC', 'GMT', 'Etc/GMT', 'Universal', 'Zulu', 'Etc/Universal', 'Etc/Zulu')

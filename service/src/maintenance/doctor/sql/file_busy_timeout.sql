SELECT 'busy_timeout' AS name, 'more than none' AS expected, 'none' AS found FROM pragma_busy_timeout WHERE timeout = 0

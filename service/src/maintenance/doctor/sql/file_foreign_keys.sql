SELECT 'foreign_keys' AS name, 'on' AS expected, 'off' AS found FROM pragma_foreign_keys WHERE foreign_keys = 0

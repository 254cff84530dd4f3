SELECT 'journal_mode' AS name, 'wal' AS expected, journal_mode AS found FROM pragma_journal_mode WHERE journal_mode NOT IN ('wal', 'memory')
